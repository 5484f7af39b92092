import type { IExecuteFunctions } from 'n8n-workflow';

import type { EventSettings } from '../../../nodes/FeishuHireExam/events/settings';
import { nodeSubscriber } from '../../../nodes/FeishuHireExam/longConnection/nodeSubscriber';
import { APP_ID, credentialsWith } from '../../support/feishuCredentials';

const EXAM_CREATED = 'hire.eco_exam.created_v1';

const settings: EventSettings = {
	eventTypes: [EXAM_CREATED],
	paperIds: ['p-1'],
	simplify: true,
	includeFieldValues: false,
};

let secret = 'first';
const logger = { info: () => undefined, warn: () => undefined };
const context = {
	getWorkflow: () => ({ id: 'w' }),
	getNode: () => ({ id: 'n' }),
	getCredentials: async () => credentialsWith({ appSecret: secret }),
	helpers: { httpRequest: async (options: { url: string }) => `answer of ${options.url}` },
	logger,
} as unknown as IExecuteFunctions;

const subscriber = nodeSubscriber(context, settings);

const eventOf = (type: string, paper: string) => ({
	header: {
		event_id: 'e',
		delivery_id: 'd',
		event_type: type,
		create_time: '',
		app_id: APP_ID,
		tenant_key: '',
	},
	event: { paper_id: paper },
});

it('is known by workflow and node, and brings their logger', () => {
	expect(subscriber).toMatchObject({ key: 'w n', log: logger });
});

it('reads the credential anew each time', async () => {
	expect(await subscriber.readApp()).toMatchObject({ appId: APP_ID, appSecret: 'first' });
	secret = 'second';
	expect(await subscriber.readApp()).toMatchObject({ appSecret: 'second' });
});

it("calls with n8n's HTTP helper", async () => {
	expect(await subscriber.httpRequest({ url: 'https://example.com' })).toBe(
		'answer of https://example.com',
	);
});

it.each([
	['selected', EXAM_CREATED, 'p-1', true],
	['of another type', 'hire.talent.deleted_v1', 'p-1', false],
	['filtered out', EXAM_CREATED, 'p-2', false],
])('decides whether it wants an event that is %s', (_, type, paper, isWanted) => {
	expect(subscriber.wants(eventOf(type, paper))).toBe(isWanted);
});
