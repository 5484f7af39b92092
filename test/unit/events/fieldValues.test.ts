import { maskFieldValues } from '../../../nodes/FeishuHireExam/events/fieldValues';

it('masks what a customer entered in the fields of an account, whatever it is', () => {
	const event = {
		account_id: 'a1',
		custom_field_list: [{ key: 'token', value: 'secret' }, { key: 'empty', value: '' }, 'secret'],
	};
	expect(maskFieldValues(event)).toEqual({
		account_id: 'a1',
		custom_field_list: [
			{ key: 'token', value: '******' },
			{ key: 'empty', value: '******' },
			'******',
		],
	});
	expect(event.custom_field_list).toContainEqual({ key: 'token', value: 'secret' });
});

it.each([{ exam_id: 'e1' }, { custom_field_list: null }])(
	'leaves an event without such fields as it is: %j',
	(event) => {
		expect(maskFieldValues(event)).toEqual(event);
	},
);
