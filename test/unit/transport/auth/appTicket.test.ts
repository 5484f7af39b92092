import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { readApp } from '../../../../nodes/FeishuHireExam/transport/app';
import {
	AppTicketRequests,
	storeAppTicket,
} from '../../../../nodes/FeishuHireExam/transport/auth/appTicket';
import { credentialsWith } from '../../../support/feishuCredentials';
import { createHttpStub } from '../../../support/httpStub';
import { TestClock } from '../../../support/testClock';

const OK = { code: 0, msg: 'success' };
const app = readApp(credentialsWith({ appType: 'store', tenantKey: 'one' }));

describe('AppTicketRequests', () => {
	let clock: TestClock;
	let tickets: AppTicketRequests;
	beforeEach(() => {
		clock = new TestClock();
		tickets = new AppTicketRequests(clock);
	});

	it('has Feishu send the ticket, and returns the error that says what is waited for', async () => {
		const { http, requests } = createHttpStub(OK);
		const error = await tickets.request(http, app);
		expect(error).toMatchObject({ isTransient: true, awaitsTicket: true });
		expect(error.text.description).toContain('Request URL');
		expect(requests).toMatchObject([
			{
				url: 'https://open.feishu.cn/open-apis/auth/v3/app_ticket/resend',
				body: { app_id: app.appId, app_secret: app.appSecret },
			},
		]);
	});

	it('asks for it once a minute at most, for all tenants of the app', async () => {
		const { http, requests } = createHttpStub(OK, OK);
		await tickets.request(http, app);
		await clock.advance(59_999);
		expect(await tickets.request(http, { ...app, tenantKey: 'other' })).toMatchObject({
			awaitsTicket: true,
		});
		expect(requests).toHaveLength(1);
		await clock.advance(1);
		await tickets.request(http, app);
		expect(requests).toHaveLength(2);
	});

	it('asks for that of another app meanwhile', async () => {
		const { http, requests } = createHttpStub(OK, OK);
		await tickets.request(http, app);
		await tickets.request(http, { ...app, appId: 'cli_other' });
		expect(requests).toHaveLength(2);
	});

	it('asks again at once after Feishu rejected the request', async () => {
		const { http, requests } = createHttpStub({ code: 10016, msg: 'app resend fail' }, OK);
		await expect(tickets.request(http, app)).rejects.toThrow('The app is not a store app');
		expect(await tickets.request(http, app)).toMatchObject({ awaitsTicket: true });
		expect(requests).toHaveLength(2);
	});
});

describe('storeAppTicket', () => {
	const credentials = credentialsWith({ appType: 'store', accessToken: 't-1' });
	/** A trigger in an n8n that stores what a request carries, or fails to. */
	const createTrigger = (failure?: Error) => {
		const stored: IDataObject[] = [];
		const httpRequestWithAuthentication = async (
			_type: string,
			_options: object,
			{ credentialsDecrypted }: { credentialsDecrypted: { data: IDataObject } },
		) => {
			if (failure) throw failure;
			stored.push(credentialsDecrypted.data.carriedState as IDataObject);
			await Promise.resolve();
		};
		const trigger = {
			getNode: () => ({ name: 'Trigger', type: 'trigger' }),
			helpers: { httpRequestWithAuthentication },
		} as Partial<Record<keyof IWebhookFunctions, unknown>> as IWebhookFunctions;
		return { trigger, stored };
	};

	it('stores the ticket without a token, so that n8n has it written', async () => {
		const { trigger, stored } = createTrigger();
		await storeAppTicket.call(trigger, credentials, 'ticket-1');
		expect(stored).toEqual([{ accessToken: '', appTicketToken: 'ticket-1' }]);
	});

	it('fails when n8n does not store it, so that Feishu sends it again', async () => {
		const { trigger } = createTrigger(new Error('The database is locked'));
		const storing = storeAppTicket.call(trigger, credentials, 'ticket-1');
		await expect(storing).rejects.toThrow(NodeOperationError);
		await expect(storing).rejects.toThrow('The app ticket could not be stored in the credential');
	});
});
