import { toEventItem } from '../../../nodes/FeishuHireExam/events/eventItem';
import type { EventSettings } from '../../../nodes/FeishuHireExam/events/settings';

const header = {
	event_id: 'e1',
	event_type: 'hire.eco_account.created_v1',
	create_time: '1608725989000',
	app_id: 'cli_1',
	tenant_key: 't1',
	delivery_id: 'd1',
};
const event = { account_id: 'a1', custom_field_list: [{ key: 'k', value: 'secret' }] };
const item = (settings: Partial<EventSettings>) =>
	toEventItem(header, event, {
		eventTypes: [],
		simplify: true,
		includeFieldValues: false,
		...settings,
	});

it('is simplified, and masked, unless the user wants it otherwise', () => {
	const masked = [{ key: 'k', value: '******' }];
	expect(item({})).toEqual({ account_id: 'a1', custom_field_list: masked, header });
	expect(item({ simplify: false })).toEqual({
		header,
		event: { account_id: 'a1', custom_field_list: masked },
	});
	expect(item({ includeFieldValues: true })).toEqual({ ...event, header });
});
