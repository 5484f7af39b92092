import * as lark from '@larksuiteoapi/node-sdk';
import { execFile } from 'node:child_process';

import type { FaultKind } from '../../sandbox';
import { PAPER, post, serve, startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const TENANT_1 = 'sandbox-tenant';
const TENANT_2 = 'sandbox-tenant-2';
const MINUTE = 60_000;

interface Push {
	challenge?: string;
	ts: string;
	uuid: string;
	token: string;
	type: string;
	event: { app_id: string; app_ticket: string; type: string };
	header: { event_type: string; tenant_key: string };
}

/** A request URL of an app without an Encrypt Key: keeps the events it gets, and answers them with a status. */
async function startEndpoint(status: () => number = () => 200) {
	const events: Push[] = [];
	const receiver = await startReceiver(({ rawBody }) => {
		const push = JSON.parse(rawBody) as Push;
		if (push.challenge) return { status: 200, body: JSON.stringify({ challenge: push.challenge }) };
		events.push(push);
		return { status: status(), body: '{}' };
	});
	return { ...receiver, events, ticket: () => events.at(-1)?.event.app_ticket };
}

describe('store app', () => {
	const sandbox = useSandbox({ app: { appType: 'store', encryptKey: '' } });
	let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
	beforeEach(async () => {
		endpoint = await startEndpoint();
		await sandbox().setRequestUrl(endpoint.url);
	});
	afterEach(() => endpoint.close());

	const auth = (path: string, body: unknown) =>
		post(`${sandbox().url}/open-apis/auth/v3${path}`, body);
	const credentials = () => ({ app_id: sandbox().app.appId, app_secret: sandbox().app.appSecret });
	const askForAppToken = (ticket = endpoint.ticket()) =>
		auth('/app_access_token', { ...credentials(), app_ticket: ticket });

	async function requestToken(tenantKey: string) {
		if (!endpoint.ticket()) await sandbox().pushTicket();
		const { app_access_token } = (await askForAppToken()).body;
		return auth('/tenant_access_token', { app_access_token, tenant_key: tenantKey });
	}
	const hire = (path: string, body: unknown, token: string) =>
		post(`${sandbox().url}/open-apis/hire/v1${path}`, body, { Authorization: `Bearer ${token}` });
	const callHire = async (tenantKey: string, path: string, body: unknown) =>
		hire(path, body, (await requestToken(tenantKey)).body.tenant_access_token);

	/** An exam of the first candidate of a tenant. */
	async function arrangeExam(tenantKey: string) {
		const { accountId } = sandbox().bindAccount({ tenantKey });
		await callHire(tenantKey, '/eco_exam_papers', { account_id: accountId, paper_list: [PAPER] });
		return sandbox().arrangeExam({ accountId, paperId: PAPER.id });
	}

	describe('tokens', () => {
		it('are issued for an app token, which is issued for a ticket, for each tenant', async () => {
			await sandbox().pushTicket();
			const app = await askForAppToken();
			expect([app.status, app.body]).toEqual([
				200,
				{
					code: 0,
					msg: 'success',
					app_access_token: expect.stringMatching(/^a-/),
					expire: expect.any(Number),
				},
			]);
			expect(app.body.expire).toBeGreaterThan(7100);

			const tokens: string[] = [];
			for (const tenant of [TENANT_1, TENANT_2]) {
				const { status, body } = await requestToken(tenant);
				expect([status, body]).toEqual([
					200,
					{
						code: 0,
						msg: 'success',
						tenant_access_token: expect.stringMatching(/^t-/),
						expire: expect.any(Number),
					},
				]);
				expect((await requestToken(tenant)).body.tenant_access_token).toBe(
					body.tenant_access_token,
				);
				expect((await hire('/tests/search', {}, body.tenant_access_token)).body.code).toBe(0);
				tokens.push(body.tenant_access_token);
			}
			expect(new Set(tokens).size).toBe(2);
			expect((await hire('/tests/search', {}, app.body.app_access_token)).body.code).toBe(99991663);
		});

		const APP = { app_id: 'cli_a1b2c3d4e5f60718', app_secret: 'sandbox-app-secret' };
		it.each([
			['/app_ticket/resend', '{', 10003, 'invalid param'],
			['/app_ticket/resend', { app_id: APP.app_id }, 10003, 'invalid param'],
			[
				'/app_ticket/resend',
				{ ...APP, app_id: 'cli_0000000000000000' },
				10014,
				'app id not exists',
			],
			['/app_ticket/resend', { ...APP, app_secret: 'x' }, 10014, 'app secret invalid'],
			['/app_access_token', 'null', 10003, 'invalid param'],
			['/app_access_token', APP, 10003, 'invalid param'],
			['/app_access_token', { ...APP, app_ticket: '' }, 10003, 'invalid param'],
			[
				'/app_access_token',
				{ ...APP, app_secret: 'x', app_ticket: 'x' },
				10014,
				'app secret invalid',
			],
			['/app_access_token', { ...APP, app_ticket: 'x' }, 10012, 'get app access token fail'],
			['/tenant_access_token', { app_access_token: 'a-1' }, 10003, 'invalid param'],
			['/tenant_access_token', { tenant_key: TENANT_1 }, 10003, 'invalid param'],
			[
				'/tenant_access_token',
				{ app_access_token: 'a-1', tenant_key: TENANT_1 },
				10013,
				'get tenant access token fail',
			],
			['/tenant_access_token/internal', APP, 10005, 'app id unauthorized'],
		])('%s answers %j with HTTP 200 and a code', async (path, request, code, msg) => {
			const { status, body } = await auth(path, request);
			expect([status, body]).toEqual([200, { code, msg }]);
		});

		it('are issued only for tenants that installed the app', async () => {
			expect((await requestToken('other')).body).toEqual({
				code: 10013,
				msg: 'get tenant access token fail',
			});
			const { tenant_access_token } = (await requestToken(TENANT_2)).body;
			sandbox().app.tenantKeys = [TENANT_1, 'other'];
			expect((await hire('/tests/search', {}, tenant_access_token)).body.code).toBe(99991663);
			expect((await callHire('other', '/tests/search', {})).body.code).toBe(0);
		});

		it('end when revoked, app tokens too', async () => {
			const { tenant_access_token } = (await requestToken(TENANT_1)).body;
			const { app_access_token } = (await askForAppToken()).body;
			sandbox().revokeTokens();
			expect((await hire('/tests/search', {}, tenant_access_token)).body.code).toBe(99991663);
			const refused = await auth('/tenant_access_token', {
				app_access_token,
				tenant_key: TENANT_1,
			});
			expect(refused.body.code).toBe(10013);
			expect((await requestToken(TENANT_1)).body.code).toBe(0);
		});

		it('require one of the two newest tickets, unless it expired', async () => {
			const tickets: string[] = [];
			for (let count = 0; count < 3; count++) {
				await sandbox().pushTicket();
				tickets.push(endpoint.ticket() ?? '');
			}
			const codes = async () =>
				Promise.all(tickets.map(async (ticket) => (await askForAppToken(ticket)).body.code));
			expect(await codes()).toEqual([10012, 0, 0]);
			sandbox().expireTickets();
			expect(await codes()).toEqual([10012, 10012, 10012]);
			await sandbox().pushTicket();
			expect((await askForAppToken()).body.code).toBe(0);
		});

		it.each([
			['/app_ticket/resend', { ...APP }],
			['/app_access_token', { ...APP, app_ticket: 'x' }],
			['/tenant_access_token', { app_access_token: 'a-1', tenant_key: TENANT_1 }],
		])('are affected by faults at %s', async (path, body) => {
			for (const [kind, status, code] of [
				['errorBefore', 200, 2200],
				['rateLimited', 429, 99991400],
			] as Array<[FaultKind, number, number]>) {
				sandbox().faults.add({ kind, path });
				const answer = await auth(path, body);
				expect([answer.status, answer.body.code]).toEqual([status, code]);
				expect((await auth(path, body)).body.code).not.toBe(code);
			}
		});
	});

	describe('tenants', () => {
		it('have candidates of their own, the first one those of the API pages', () => {
			const ids = (tenantKey: string) =>
				sandbox()
					.state.applications.filter((application) => application.tenantKey === tenantKey)
					.map(({ applicationId }) => applicationId);
			expect(ids(TENANT_1)).toEqual([
				'6891565253964859661',
				'7230753910687080000',
				'6920544531948800269',
			]);
			expect(ids(TENANT_2)).toHaveLength(3);
			expect(new Set([...ids(TENANT_1), ...ids(TENANT_2)]).size).toBe(6);

			const [zhang, , , other] = sandbox().state.applications;
			if (zhang) zhang.candidate.name = 'Zhang San';
			expect(other?.candidate.name).toBe('张三');
		});

		it('own accounts and exams, and get the events about them', async () => {
			expect(sandbox().bindAccount().tenantKey).toBe(TENANT_1);
			const exam = await arrangeExam(TENANT_2);
			expect(exam.tenantKey).toBe(TENANT_2);
			expect(
				sandbox().state.applications.find(
					({ applicationId }) => applicationId === exam.applicationId,
				),
			).toMatchObject({
				tenantKey: TENANT_2,
			});
			const headers = () => endpoint.events.flatMap(({ header }) => header ?? []);
			await until(() => headers().length === 3);
			expect(headers().map(({ event_type, tenant_key }) => [event_type, tenant_key])).toEqual([
				['hire.eco_account.created_v1', TENANT_1],
				['hire.eco_account.created_v1', TENANT_2],
				['hire.eco_exam.created_v1', TENANT_2],
			]);
		});

		it('see their own exams only', async () => {
			const [first, second] = [await arrangeExam(TENANT_1), await arrangeExam(TENANT_2)];
			const listed = async (tenantKey: string) => {
				const { data } = (await callHire(tenantKey, '/tests/search', {})).body;
				return (data.items as Array<{ test_id: string }>).map(({ test_id }) => test_id);
			};
			expect(await listed(TENANT_1)).toEqual([first.testId]);
			expect(await listed(TENANT_2)).toEqual([second.testId]);
			expect(sandbox().state.tests.map(({ test_id }) => test_id)).toEqual([
				first.testId,
				second.testId,
			]);
		});

		it('can not access what belongs to another tenant', async () => {
			const { examId, accountId, applicationId } = await arrangeExam(TENANT_2);
			const login = { exam_login_info: { exam_url: 'https://exam.example.com' } };
			const manual = {
				application_id: applicationId,
				exam_resource_name: 'n',
				score: 1,
				operator_id: 'ou_1',
			};
			for (const [path, body, code] of [
				[`/eco_exams/${examId}/login_info`, login, 1002851],
				[`/eco_exams/${examId}/update_result`, { result: '60' }, 1002851],
				['/eco_exam_papers', { account_id: accountId, paper_list: [PAPER] }, 1002002],
				['/exams', manual, 1002002],
			] as const) {
				expect((await callHire(TENANT_1, path, body)).body.code).toBe(code);
				expect((await callHire(TENANT_2, path, body)).body.code).toBe(0);
			}
			sandbox().markExam(examId, 'passed');
			expect(sandbox().state.exams[0]?.status).toBe(5);
		});

		it('do not share candidates, nor account ids', async () => {
			const { accountId } = await arrangeExam(TENANT_2);
			const exam = { accountId, paperId: PAPER.id, applicationId: '6891565253964859661' };
			expect(() => sandbox().arrangeExam(exam)).toThrow(
				'There is no application 6891565253964859661',
			);
			expect(() => sandbox().bindAccount({ accountId })).toThrow(
				`Account ${accountId} already exists`,
			);
			expect(() => sandbox().bindAccount({ tenantKey: 'other' })).toThrow(
				'There is no tenant other',
			);
		});

		it('have rate limits of their own', async () => {
			sandbox().limits.perMinute = 1;
			const codes: number[] = [];
			for (const tenant of [TENANT_1, TENANT_1, TENANT_2, TENANT_2]) {
				codes.push((await callHire(tenant, '/tests/search', {})).body.code);
			}
			expect(codes).toEqual([0, 99991400, 0, 99991400]);
		});
	});

	describe('in the console', () => {
		const url = (path: string) => `${sandbox().url}/sandbox/api/${path}`;
		const readState = async () => (await fetch(url('state'))).text();

		it('is shown as one', async () => {
			expect(JSON.parse(await readState())).toMatchObject({
				app: { appType: 'store', tenantKeys: [TENANT_1, TENANT_2] },
				applications: sandbox().state.applications,
			});
		});

		it('adds accounts in a tenant', async () => {
			const added = await post(url('accounts'), { tenantKey: TENANT_2 });
			expect(added).toMatchObject({ status: 200, body: { tenantKey: TENANT_2 } });
			const refused = await post(url('accounts'), { tenantKey: 'other' });
			expect(refused).toMatchObject({
				status: 404,
				body: {
					code: 'tenantNotFound',
					params: { tenantKey: 'other' },
					message: 'There is no tenant other',
				},
			});
		});

		it('pushes a ticket', async () => {
			expect(await post(url('ticket'), {})).toMatchObject({ status: 200, body: {} });
			expect((await askForAppToken()).body.code).toBe(0);

			sandbox().removeRequestUrl();
			const nowhere = {
				status: 400,
				body: {
					code: 'noRequestUrl',
					message: 'There is no request URL to push a ticket to',
				},
			};
			expect(await post(url('ticket'), {})).toMatchObject(nowhere);
			sandbox().app.appType = 'selfBuilt';
			const none = {
				status: 400,
				body: { code: 'notStoreApp', message: 'A self-built app has no tickets' },
			};
			expect(await post(url('ticket'), {})).toMatchObject(none);
		});

		it('shows no ticket and no token, whole or truncated', async () => {
			const { tenant_access_token } = (await requestToken(TENANT_1)).body;
			const { app_access_token } = (await askForAppToken()).body;
			await hire('/tests/search', {}, tenant_access_token);
			const shown = await readState();
			for (const secret of [endpoint.ticket(), app_access_token, tenant_access_token]) {
				expect(JSON.stringify([sandbox().calls, sandbox().deliveries])).toContain(secret);
				expect(shown).not.toContain(secret);
			}
			expect(shown).toContain('"authorization":"Bearer …"');
			expect(shown).toContain(
				'"answer":{"code":0,"msg":"success","app_access_token":"…","expire":',
			);

			sandbox().faults.add({ kind: 'truncated', path: 'app_access_token' });
			await expect(askForAppToken()).rejects.toThrow('JSON');
			expect(await readState()).toContain(
				String.raw`"answer":"{\"code\":0,\"msg\":\"success\",\"app_access_token\":\"…"`,
			);
		});
	});
});

describe('self-built app', () => {
	const sandbox = useSandbox();
	it.each([
		['/app_ticket/resend', 10016, 'app resend fail'],
		['/app_access_token', 10012, 'get app access token fail'],
		['/tenant_access_token', 10013, 'get tenant access token fail'],
	])('is refused at %s', async (path, code, msg) => {
		const { appId, appSecret } = sandbox().app;
		const body = {
			app_id: appId,
			app_secret: appSecret,
			app_ticket: 'x',
			app_access_token: 'a-1',
			tenant_key: TENANT_1,
		};
		expect((await post(`${sandbox().url}/open-apis/auth/v3${path}`, body)).body).toEqual({
			code,
			msg,
		});
	});

	it('has no tickets, and one tenant', async () => {
		await expect(sandbox().pushTicket()).rejects.toThrow('A self-built app has no tickets');
		expect(() => sandbox().bindAccount({ tenantKey: TENANT_2 })).toThrow(
			'There is no tenant sandbox-tenant-2',
		);
		expect(sandbox().state.applications).toHaveLength(3);
	});
});

describe('tickets', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock, app: { appType: 'store', encryptKey: '' } });

	const callAuth = (path: string, fields: object = {}) => {
		const { url, app } = sandbox();
		const body = { app_id: app.appId, app_secret: app.appSecret, ...fields };
		return post(`${url}/open-apis/auth/v3${path}`, body);
	};
	const isValid = async (app_ticket = '') =>
		(await callAuth('/app_access_token', { app_ticket })).body.code === 0;
	const resend = () => callAuth('/app_ticket/resend');

	it('come hourly once there is a request URL, not at once', async () => {
		const endpoint = await startEndpoint();
		await clock.advance(30 * MINUTE);
		await sandbox().setRequestUrl(endpoint.url);
		await clock.advance(30 * MINUTE);
		await sandbox().setRequestUrl(endpoint.url);
		await clock.advance(30 * MINUTE - 1);
		expect(endpoint.events).toEqual([]);
		for (let hour = 1; hour <= 3; hour++) {
			await clock.advance(1);
			await until(() => endpoint.events.length === hour);
			await until(() => sandbox().deliveries.length === 2 + hour);
			expect(await isValid(endpoint.ticket())).toBe(true);
			await clock.advance(60 * MINUTE - 1);
			expect(endpoint.events).toHaveLength(hour);
		}
		expect(new Set(endpoint.events.map(({ event }) => event.app_ticket)).size).toBe(3);
		expect(endpoint.events[0]).toEqual({
			ts: expect.stringMatching(/^\d{10}\.\d+$/),
			uuid: expect.stringMatching(/^[0-9a-f]{32}$/),
			token: 'sandbox-verification-token',
			type: 'event_callback',
			event: { app_id: 'cli_a1b2c3d4e5f60718', app_ticket: expect.any(String), type: 'app_ticket' },
		});
		await endpoint.close();
	});

	it('come once, two minutes after the first request', async () => {
		const endpoint = await startEndpoint();
		await sandbox().setRequestUrl(endpoint.url);
		await resend();
		await clock.advance(MINUTE);
		await resend();
		await clock.advance(MINUTE - 1);
		expect(endpoint.events).toEqual([]);
		await clock.advance(1);
		await until(() => sandbox().deliveries.length === 2);
		await clock.advance(2 * MINUTE);
		expect(endpoint.events).toHaveLength(1);
		await resend();
		await clock.advance(2 * MINUTE);
		await until(() => endpoint.events.length === 2);
		await endpoint.close();
	});

	it('come whatever the scopes, and again when not received', async () => {
		const { app, deliveries } = sandbox();
		const endpoint = await startEndpoint(() => 500);
		await sandbox().setRequestUrl(endpoint.url);
		app.scopes = [];
		await sandbox().pushTicket();
		expect(endpoint.events).toHaveLength(1);
		await clock.advance(15_000);
		await until(() => deliveries.length === 3);
		expect(endpoint.events[1]).toEqual(endpoint.events[0]);
		expect(deliveries.at(-1)).toMatchObject({
			name: 'appTicket',
			type: 'app_ticket',
			eventId: endpoint.events[0]?.uuid,
			attempt: 2,
		});
		await clock.advance(5 * MINUTE);
		await until(() => endpoint.events.length === 3);
		await endpoint.close();
	});

	it('are not issued without a request URL', async () => {
		const endpoint = await startEndpoint();
		await expect(sandbox().pushTicket()).rejects.toThrow(
			'There is no request URL to push a ticket to',
		);
		await sandbox().setRequestUrl(endpoint.url);
		await sandbox().pushTicket();
		const ticket = endpoint.ticket();
		sandbox().removeRequestUrl();
		await clock.advance(3 * 60 * MINUTE);
		expect(await isValid(ticket)).toBe(true);
		await endpoint.close();
	});

	it('are not issued to a self-built app', async () => {
		sandbox().app.appType = 'selfBuilt';
		const endpoint = await startEndpoint();
		await sandbox().setRequestUrl(endpoint.url);
		await clock.advance(3 * 60 * MINUTE);
		expect(endpoint.events).toEqual([]);
		expect(sandbox().deliveries).toHaveLength(1);
		await endpoint.close();
	});
});

describe.each(['sandbox-encrypt-key', ''])(
	'the SDK with a store app, Encrypt Key "%s"',
	(encryptKey) => {
		const clock = new TestClock();
		const sandbox = useSandbox({ clock, app: { appType: 'store', encryptKey } });
		const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
		let server: Awaited<ReturnType<typeof serve>>;
		let cache: lark.DefaultCache;

		const newClient = () => {
			const { url, app } = sandbox();
			const appType = lark.AppType.ISV;
			return new lark.Client({
				appId: app.appId,
				appSecret: app.appSecret,
				appType,
				domain: url,
				logger: silent,
				cache,
			});
		};
		const search = (client: lark.Client, tenantKey: string) =>
			client.hire.test.search({ data: {} }, lark.withTenantKey(tenantKey));

		beforeEach(async () => {
			cache = new lark.DefaultCache();
			const { verificationToken } = sandbox().app;
			const dispatcher = new lark.EventDispatcher({
				encryptKey,
				verificationToken,
				logger: silent,
				cache,
			});
			const handle = lark.adaptDefault('/webhook', dispatcher, { autoChallenge: true });
			server = await serve((request, response) => void handle(request, response));
			await sandbox().setRequestUrl(server.url);
		});
		afterEach(() => server.close());

		it('requests a ticket, keeps the one pushed and makes calls for two tenants', async () => {
			const client = newClient();
			await until(() => sandbox().calls.length === 1);
			await clock.advance(2 * MINUTE);
			await until(() =>
				sandbox().deliveries.some(({ type, status }) => type === 'app_ticket' && status === 200),
			);
			const { accountId } = sandbox().bindAccount({ tenantKey: TENANT_2 });
			const papers = { account_id: accountId, paper_list: [PAPER] };
			expect(
				await client.hire.ecoExamPaper.create({ data: papers }, lark.withTenantKey(TENANT_2)),
			).toMatchObject({
				code: 0,
			});
			const exam = sandbox().arrangeExam({ accountId, paperId: PAPER.id });
			expect((await search(client, TENANT_1)).data?.items).toEqual([]);
			expect((await search(client, TENANT_2)).data?.items).toMatchObject([
				{ test_id: exam.testId },
			]);
			expect(
				sandbox()
					.calls.map(({ path }) => path.split('/v3')[1])
					.filter(Boolean),
			).toEqual([
				'/app_ticket/resend',
				'/app_access_token',
				'/tenant_access_token',
				'/app_access_token',
				'/tenant_access_token',
			]);
		});

		it('fails with a stale ticket and for an unknown tenant', async () => {
			await sandbox().pushTicket();
			const client = newClient();
			await expect(search(client, 'other')).rejects.toThrow(
				'code: 10013, msg: get tenant access token fail',
			);
			sandbox().expireTickets();
			await expect(search(client, TENANT_1)).rejects.toThrow(
				'code: 10012, msg: get app access token fail',
			);
		});
	},
);

describe('npm run sandbox -- --store', () => {
	it('prints what to enter', async () => {
		const child = execFile(process.execPath, [
			'--import',
			'tsx',
			'sandbox/main.ts',
			'--store',
			'--port',
			'0',
		]);
		const ended = new Promise((resolve) => child.once('exit', resolve));
		let output = '';
		child.stdout?.on('data', (text: string) => (output += text));
		await until(() => output.includes('Ctrl-C'));
		expect(output).toMatch(/App Type {12}Store\n/);
		expect(output).toMatch(/Tenant Key {10}sandbox-tenant or sandbox-tenant-2\n/);
		child.kill('SIGTERM');
		// On Windows that kills it at once.
		expect(await ended).toBe(process.platform === 'win32' ? null : 0);
	}, 30_000);
});
