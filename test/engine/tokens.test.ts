import type { IDataObject } from 'n8n-workflow';

import { localTime } from '../../nodes/FeishuHireExam/transport/localTime';
import type { Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { OlderCredentialsHelper } from '../support/olderCredentials';
import { RETURN_RESULT } from '../support/operations';
import { expectNoSecrets } from '../support/secrets';
import { testClock } from '../support/testClock';
import { arrangeExams, startTestSandbox, tokenCalls } from '../support/testSandbox';
import { until } from '../support/until';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

const TOKEN_PATH = 'tenant_access_token';
const [FIRST, SECOND] = ['sandbox-tenant', 'sandbox-tenant-2'];

/** Whether `NodeApiError` loses the cause of an error, as in n8n up to 2.30. */
const mockOlderErrors = { loseCause: false };
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<typeof import('n8n-workflow')>('n8n-workflow');
	return {
		...actual,
		NodeApiError: class NodeApiError extends actual.NodeApiError {
			constructor(...parameters: ConstructorParameters<typeof actual.NodeApiError>) {
				super(...parameters);
				if (mockOlderErrors.loseCause) this.cause = undefined;
			}
		},
	};
});

let sandbox: Sandbox;
let helper: TestCredentialsHelper;

beforeEach(() => {
	testClock.runFreely();
	mockOlderErrors.loseCause = false;
});
afterEach(async () => await sandbox.close());

/** New exams of a tenant, as items. */
const newExams = (count: number, tenant = FIRST): IDataObject[] =>
	arrangeExams(sandbox, count, tenant).map(({ examId }) => ({ examId, tenant, result: '1' }));

const returnResults = async (
	items: IDataObject[],
	{ credentials = helper, ...options }: ExecuteOptions & { credentials?: typeof helper } = {},
) =>
	await execute(
		credentials,
		{ ...RETURN_RESULT, options: { tenantKey: '={{ $json.tenant }}' } },
		{ items, ...options },
	);

const resultsIn = (tenant: string) =>
	sandbox.state.exams.filter(({ tenantKey, result }) => tenantKey === tenant && result).length;

describe('a self-built app', () => {
	beforeEach(async () => {
		sandbox = await startTestSandbox();
		helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
	});

	it('requests one token for all executions that run at the same time', async () => {
		const runs = await Promise.all([20, 20, 20].map((count) => returnResults(newExams(count))));
		expect(runs.map(({ json }) => json.length)).toEqual([20, 20, 20]);
		expect(tokenCalls(sandbox)).toHaveLength(1);
	});

	it('hands a new token to the calls of one API while those of another must wait', async () => {
		testClock.reset();
		const isResult = ({ path }: { path: string }) => path.endsWith('/update_result');
		sandbox.faults.add({ kind: 'rateLimited', path: 'update_result', resetSeconds: 60 });
		const held = [returnResults(newExams(1))];
		await until(() => sandbox.calls.some(isResult));
		Object.assign(helper.stored, { accessToken: '', expiresAt: 0 });
		held.push(returnResults(newExams(1)));
		await until(() => tokenCalls(sandbox).length === 2);

		const { error } = await execute(helper, { resource: 'candidateExam', operation: 'getAll' });
		expect(error).toBeUndefined();
		expect(sandbox.calls.filter(isResult)).toHaveLength(1);
		expect(tokenCalls(sandbox)).toHaveLength(2);

		testClock.runFreely();
		expect((await Promise.all(held)).map(({ json }) => json.length)).toEqual([1, 1]);
		expect(tokenCalls(sandbox)).toHaveLength(2);
	});

	it('waits for a busy token endpoint as for any other', async () => {
		sandbox.faults.add({ kind: 'rateLimited', path: TOKEN_PATH, times: 6, resetSeconds: 5 });
		const begun = testClock.monotonic();
		const { error } = await returnResults(newExams(10));
		expect(error).toBeUndefined();
		expect(tokenCalls(sandbox)).toHaveLength(7);
		expect(testClock.monotonic() - begun).toBeGreaterThanOrEqual(30_000);
	});

	it('says when to come again if the token endpoint tells to wait for a day', async () => {
		sandbox.faults.add({ kind: 'retryAfterDay', path: TOKEN_PATH, times: 10 });
		const hour = localTime(testClock.now() + 24 * 3_600_000, 'Asia/Shanghai').slice(0, 13);
		const { json } = await returnResults(newExams(5), { onError: 'continueRegularOutput' });
		expect(json).toHaveLength(5);
		for (const { details } of json) {
			expect((details as IDataObject).description).toMatch(
				new RegExp(`again at ${hour}:\\d\\d:\\d\\d \\(Asia/Shanghai\\)`),
			);
		}
		expect(tokenCalls(sandbox)).toHaveLength(1);
	});

	describe.each([[false], [true]])('when n8n loses the cause of errors: %s', (loseCause) => {
		beforeEach(() => (mockOlderErrors.loseCause = loseCause));

		it('tells a wrong secret as that for 100 items, after one request', async () => {
			helper.stored.appSecret = 'wrong-secret';
			const { json } = await returnResults(newExams(100), { onError: 'continueRegularOutput' });
			expect(json).toHaveLength(100);
			for (const { error } of json) expect(error).toBe('The App Secret is wrong');
			expect(tokenCalls(sandbox)).toHaveLength(1);
			expectNoSecrets(sandbox, undefined, JSON.stringify(json));
			expect(JSON.stringify(json)).not.toContain('wrong-secret');
		});

		it('tells a connection that was refused as that', async () => {
			await returnResults(newExams(1));
			const items = newExams(1);
			await sandbox.close();
			const { error } = await returnResults(items);
			expect(error?.message).toBe(`Could not reach ${sandbox.url}`);
			expect(error?.description).toContain('The connection was refused');
		});

		it('repeats a call after a reset connection, and with a new token after the former was rejected', async () => {
			await returnResults(newExams(1));
			sandbox.faults.add({ kind: 'resetBefore', path: 'update_result', times: 2 });
			sandbox.faults.add({ kind: 'deadToken400', path: 'update_result', after: 2 });
			expect((await returnResults(newExams(1))).error).toBeUndefined();
			expect(tokenCalls(sandbox)).toHaveLength(2);
		});
	});
});

describe('a store app with two tenants', () => {
	let host: WebhookHost;
	const start = async (Helper: typeof TestCredentialsHelper) => {
		sandbox = await startTestSandbox({ app: { appType: 'store' } });
		helper = new Helper({ ...sandboxCredentials(sandbox), appType: 'store' });
		host = await startWebhookHost(helper, { events: ['examCreated'] });
		await sandbox.setRequestUrl(host.url);
		await sandbox.pushTicket();
	};
	afterEach(async () => await host.close());

	const returnAll = async (items: IDataObject[]) => {
		const { error, json } = await returnResults(items);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(items.length);
	};
	const both = (count: number) => [...newExams(count, FIRST), ...newExams(count, SECOND)];

	it('requests at most two tokens for a tenant when a ticket arrives in the middle of 40 items', async () => {
		await start(TestCredentialsHelper);
		const items = both(20);
		sandbox.calls.splice(0);
		sandbox.faults.add({ kind: 'slow', path: 'update_result', after: 10, times: 10 });
		const running = returnAll(items);
		await until(() => resultsIn(FIRST) + resultsIn(SECOND) >= 10);
		await sandbox.pushTicket();
		await running;
		expect([resultsIn(FIRST), resultsIn(SECOND)]).toEqual([20, 20]);
		expect(
			tokenCalls(sandbox).filter(({ path }) => path.endsWith(TOKEN_PATH)).length,
		).toBeLessThanOrEqual(4);
	});

	describe.each([
		['today', TestCredentialsHelper],
		['up to 2.32, which stores all data of a call', OlderCredentialsHelper],
	])('with the persistence of n8n %s', (_, Helper) => {
		it.each([
			[FIRST, SECOND],
			[SECOND, FIRST],
		])("makes no call of one on the other's data: %s, then %s", async (one, other) => {
			await start(Helper);
			for (const tenant of [one, other, one]) await returnAll(newExams(3, tenant));
			expect([resultsIn(one), resultsIn(other)]).toEqual([6, 3]);
			expect(helper.stored).toMatchObject({ accessToken: expect.any(String) });

			// A node without the option, and other nodes, act for the tenant of the credential: none here.
			const { error } = await execute(helper, { resource: 'candidateExam', operation: 'getAll' });
			expect(error?.message).toBe("'Tenant Key' is empty");
		});

		it('acts for the tenant of the credential where a node names none, after calls for another', async () => {
			await start(Helper);
			helper.stored.tenantKey = FIRST;
			newExams(2, FIRST);
			await returnAll(newExams(3, SECOND));
			const { error, json } = await execute(helper, {
				resource: 'candidateExam',
				operation: 'getAll',
				returnAll: true,
				simplify: false,
			});
			expect(error).toBeUndefined();
			expect(json).toHaveLength(2);
			expect(helper.stored.tenantKey).toBe(FIRST);
		});

		it('takes the newest ticket after calls for both', async () => {
			await start(Helper);
			await returnAll(both(2));
			await sandbox.pushTicket();
			sandbox.revokeTokens();
			await returnAll(both(2));
			expect([resultsIn(FIRST), resultsIn(SECOND)]).toEqual([4, 4]);
		});
	});
});
