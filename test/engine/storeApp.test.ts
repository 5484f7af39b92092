import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Sandbox, SandboxOptions } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, sandboxCredentials } from '../support/engine';
import { startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

const [FIRST, SECOND] = ['sandbox-tenant', 'sandbox-tenant-2'];
const AUTH = '/open-apis/auth/v3/';

let sandbox: Sandbox;
let host: WebhookHost;
let credentials: ICredentialDataDecryptedObject;

/** A store app with two customers; its trigger and its other nodes share one credential. */
async function start({
	appType = 'store',
	...options
}: SandboxOptions & { appType?: string } = {}) {
	sandbox = await startTestSandbox({ ...options, app: { appType: 'store', ...options.app } });
	credentials = { ...sandboxCredentials(sandbox), appType };
	host = await startWebhookHost(credentials, {
		events: ['examCreated', 'accountBound'],
		simplify: true,
	});
	await sandbox.setRequestUrl(host.url);
}

afterEach(async () => {
	await host.close();
	await sandbox.close();
});

const authCalls = () =>
	sandbox.calls
		.filter(({ path }) => path.startsWith(AUTH))
		.map(({ path }) => path.slice(AUTH.length));

/** An exam in a tenant of its own, as an item of the flow. */
function arrange(tenant: string): IDataObject {
	const account = sandbox.bindAccount({ tenantKey: tenant });
	account.papers.push({ id: 'p', name: 'Paper' });
	return {
		tenant,
		examId: sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p' }).examId,
	};
}

const returnResults = async (
	items: IDataObject[],
	{
		mode,
		...options
	}: { mode?: 'trigger'; onError?: 'continueRegularOutput'; stop?: AbortSignal } = {},
) =>
	await execute(
		new TestCredentialsHelper(credentials),
		{
			resource: 'exam',
			operation: 'returnResult',
			examId: '={{ $json.examId }}',
			result: '90',
			options: { tenantKey: '={{ $json.tenant }}' },
		},
		{ items, mode, ...options },
	);

const resultsIn = (tenant: string) =>
	sandbox.state.exams.filter((exam) => exam.tenantKey === tenant && exam.result).length;

describe('a store app', () => {
	it('stores the ticket that Feishu sends, never outputs it, and has a token for each tenant', async () => {
		await start();
		await sandbox.pushTicket();
		expect(sandbox.deliveries.at(-1)).toMatchObject({ status: 200 });
		const { appTicketToken } = credentials;
		expect(appTicketToken).toBeTruthy();
		expect(JSON.stringify(host.started)).not.toContain(appTicketToken);

		const items = [...Array<string>(20).fill(FIRST), ...Array<string>(20).fill(SECOND)].map(
			arrange,
		);
		sandbox.calls.splice(0);
		const { error, json } = await returnResults(items);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(40);
		expect([resultsIn(FIRST), resultsIn(SECOND)]).toEqual([20, 20]);
		const exchange = ['app_access_token', 'tenant_access_token'];
		expect(authCalls()).toEqual([...exchange, ...exchange]);

		await returnResults(items);
		expect(authCalls()).toHaveLength(4);
		expect(
			host.started.filter(({ header }) => (header as IDataObject).tenant_key === SECOND),
		).toHaveLength(40);
	});

	it('stores the latest ticket, whether Feishu can be reached or not', async () => {
		await start();
		await sandbox.pushTicket();
		const { appTicketToken: former } = credentials;
		sandbox.faults.add({ kind: 'resetBefore', path: `${AUTH}app_access_token`, times: 1 });
		await sandbox.pushTicket();
		expect(sandbox.deliveries.at(-1)).toMatchObject({ status: 200 });
		expect(credentials.appTicketToken).not.toBe(former);
	});

	it('stores no ticket for a self-built app', async () => {
		await start({ appType: 'selfBuilt' });
		await sandbox.pushTicket();
		expect(sandbox.deliveries.at(-1)).toMatchObject({ status: 200 });
		expect(credentials.appTicketToken).toBeUndefined();
		expect(host.started).toEqual([]);
	});

	it.each([
		['the token of a tenant was revoked', async () => sandbox.revokeTokens()],
		['the ticket is the previous one', async () => await sandbox.pushTicket()],
	])('continues when %s', async (_, happens) => {
		await start();
		await sandbox.pushTicket();
		const items = [arrange(FIRST), arrange(SECOND)];
		await returnResults(items);
		await happens();
		const { error } = await returnResults(items);
		expect(error).toBeUndefined();
	});

	describe('without a ticket', () => {
		it('requests one, and a manual test fails with an explanation', async () => {
			await start();
			const items = [arrange(FIRST), arrange(FIRST), arrange(SECOND)];
			const { error } = await returnResults(items);
			expect(error).toMatchObject({
				message: 'Waiting for Feishu to send the app ticket of the store app',
				description: expect.stringContaining(
					'published Feishu Hire Exam Trigger with this credential',
				),
			});
			expect(authCalls()).toEqual(['app_ticket/resend']);
		});

		it.each([
			['has none yet', async () => undefined],
			[
				'has a stale one',
				async () => {
					await sandbox.pushTicket();
					sandbox.expireTickets();
				},
			],
		])('a production execution that %s waits until it arrives', async (_, prepare) => {
			// The ticket comes before it would be requested again.
			await start({ clockSpeed: 40 });
			await prepare();
			const items = [arrange(FIRST), arrange(SECOND)];
			sandbox.calls.splice(0);
			const { error, json } = await returnResults(items, { mode: 'trigger' });
			expect(error).toBeUndefined();
			expect(json).toHaveLength(2);
			expect([resultsIn(FIRST), resultsIn(SECOND)]).toEqual([1, 1]);
			expect(authCalls().filter((call) => call === 'app_ticket/resend')).toHaveLength(1);
		});

		it('stops waiting when the user stops the execution', async () => {
			await start();
			const stop = new AbortController();
			const running = returnResults([arrange(FIRST)], { mode: 'trigger', stop: stop.signal });
			await until(() => authCalls().includes('app_ticket/resend'));
			stop.abort();
			await running;
			expect(resultsIn(FIRST)).toBe(0);
		});
	});

	it.each([
		['an unknown tenant', { tenant: 'nobody' }, /hasn't installed this store app/],
		['no tenant', {}, /'Tenant Key' is empty/],
	])('rejects %s by name, and processes the other items', async (_, change, words) => {
		await start();
		await sandbox.pushTicket();
		const { tenant, ...rest } = arrange(FIRST);
		const items = [arrange(FIRST), { ...rest, ...change }, arrange(SECOND)];
		const { json } = await returnResults(items, { onError: 'continueRegularOutput' });
		expect(json.map(({ error }) => error)).toEqual([
			undefined,
			expect.stringMatching(words),
			undefined,
		]);
		expect(tenant).toBe(FIRST);
	});

	it('replaces no list while the tenant of an entry is unknown', async () => {
		await start();
		await sandbox.pushTicket();
		const { json } = await execute(
			new TestCredentialsHelper(credentials),
			{
				resource: 'accountField',
				operation: 'replaceAll',
				fieldKey: '={{ $json.key }}',
				nameEnUs: 'Key',
				options: { tenantKey: '={{ $json.tenant }}' },
			},
			{ items: [{ tenant: FIRST, key: 'a' }, { key: 'b' }], onError: 'continueRegularOutput' },
		);
		expect(json.map(({ error }) => error)).toEqual([
			"Not sent, because of item 1: 'Tenant Key' is empty",
			"'Tenant Key' is empty",
		]);
		expect(sandbox.calls.filter(({ path }) => path.endsWith('/eco_account_custom_fields'))).toEqual(
			[],
		);
	});

	it('sends lists without an account separately for each tenant', async () => {
		await start();
		await sandbox.pushTicket();
		const items = [FIRST, SECOND, FIRST].map((tenant, index) => ({ tenant, key: `key_${index}` }));
		const { error } = await execute(
			new TestCredentialsHelper(credentials),
			{
				resource: 'accountField',
				operation: 'replaceAll',
				fieldKey: '={{ $json.key }}',
				nameEnUs: 'Key',
				options: { tenantKey: '={{ $json.tenant }}' },
			},
			{ items },
		);
		expect(error).toBeUndefined();
		const sent = sandbox.calls.filter(({ path }) => path.endsWith('/eco_account_custom_fields'));
		expect(sent.map(({ rawBody }) => rawBody.match(/key_\d/g))).toEqual([
			['key_0', 'key_2'],
			['key_1'],
		]);
	});

	it('explains that the app is not a store app', async () => {
		await start({ app: { appType: 'selfBuilt' } });
		const { error } = await returnResults([{ examId: '7178536692385679677', tenant: FIRST }]);
		expect(error?.message).toBe('The app is not a store app');
	});

	it('explains that the credential says self-built', async () => {
		await start({ appType: 'selfBuilt' });
		const { error } = await returnResults([{ examId: '7178536692385679677', tenant: FIRST }]);
		expect(error?.message).toBe("The app can't get a token with this 'App Type'");
		expect(error?.description).toContain("'App Type'");
	});

	it('errors contain neither ticket nor tokens', async () => {
		await start();
		await sandbox.pushTicket();
		const item = arrange(FIRST);
		sandbox.faults.add({ kind: 'errorBefore', times: 10 });
		const { error } = await returnResults([item]);
		const told = JSON.stringify([error, error?.message, error?.description, error?.context]);
		const tokens = String(credentials.tenantTokens).match(/t-\w+/g) ?? [];
		expect(tokens).toHaveLength(1);
		for (const secret of [credentials.appTicketToken, ...tokens])
			expect(told).not.toContain(secret);
	});
});
