import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { generate } from 'selfsigned';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { settle } from '../../nodes/FeishuHireExam/transport/concurrency';
import { localTime } from '../../nodes/FeishuHireExam/transport/localTime';
import type { FaultKind, Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { inMemory } from '../support/files';
import { addResultIn, RETURN_RESULT } from '../support/operations';
import { createPollHost } from '../support/pollHost';
import { startRecordingServer } from '../support/recordingServer';
import { expectNoSecrets } from '../support/secrets';
import { testClock } from '../support/testClock';
import { apiCalls, arrangeExams, startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';

const TOKEN_PATH = 'tenant_access_token';
const HOUR_MS = 3_600_000;

let sandbox: Sandbox;
let helper: TestCredentialsHelper;
beforeEach(async () => {
	testClock.runFreely();
	sandbox = await startTestSandbox();
	helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
});
afterEach(async () => await sandbox.close());

const returnResults = async (count = 1, options: ExecuteOptions = {}) =>
	await execute(helper, RETURN_RESULT, {
		items: arrangeExams(sandbox, count).map(({ examId }) => ({ examId, result: '1' })),
		...options,
	});

async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	void settle(() => work).then(() => (isDone = true));
	while (!isDone) await testClock.advance(1_000);
	return await work;
}

/** Fetches the token, so that the next call meets the fault. */
async function fetchToken() {
	await returnResults();
	sandbox.calls.splice(0);
}

describe('limits that waiting does not lift', () => {
	it('sends one call when the monthly quota is used up, and does not wait', async () => {
		await fetchToken();
		sandbox.faults.add({ kind: 'quotaExceeded', times: 100 });
		const begun = testClock.monotonic();
		const { error } = await returnResults();
		expect(error?.message).toBe('The monthly quota of API calls is used up');
		expect(apiCalls(sandbox).map(({ status }) => status)).toEqual([429]);
		expect(testClock.monotonic() - begun).toBeLessThan(1_000);
		expectNoSecrets(sandbox, error);
	});

	it('sends one call after a Retry-After of a day, and says for every item when to come again', async () => {
		await fetchToken();
		sandbox.faults.add({ kind: 'retryAfterDay', times: 100 });
		const begun = testClock.monotonic();
		const hour = localTime(testClock.now() + 24 * HOUR_MS, 'Asia/Shanghai').slice(0, 13);
		const first = await returnResults(1, { onError: 'continueRegularOutput' });
		const { json } = await returnResults(5, { onError: 'continueRegularOutput' });
		expect(json).toHaveLength(5);
		for (const { error, details } of [...first.json, ...json]) {
			expect(error).toBe("Feishu's rate limit was exceeded");
			expect((details as IDataObject).description).toMatch(
				new RegExp(`again at ${hour}:\\d\\d:\\d\\d \\(Asia/Shanghai\\)`),
			);
		}
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(testClock.monotonic() - begun).toBeLessThan(1_000);
	});

	it('does not stop a status trigger for good', async () => {
		arrangeExams(sandbox, 1);
		const host = createPollHost(sandboxCredentials(sandbox), { events: ['created'], daysBack: 0 });
		await host.activate();
		sandbox.faults.add({ kind: 'retryAfterDay' });
		await expect(host.poll()).rejects.toThrow("Feishu's rate limit was exceeded");
		await expect(host.poll()).rejects.toThrow("Feishu's rate limit was exceeded");
		await testClock.sleep(HOUR_MS + 60_000);
		arrangeExams(sandbox, 1);
		expect(await host.poll()).toHaveLength(1);
	});
});

describe("answers that are not Feishu's", () => {
	it.each<[FaultKind, RegExp]>([
		['html200', /A web page was returned instead of Feishu's answer \(HTTP 200\)/],
		['redirect', /The server redirects to .+ \(HTTP 307\)/],
	])(
		'tells %s as what it is, sends it once, and names the setting to check',
		async (kind, words) => {
			await fetchToken();
			sandbox.faults.add({ kind, times: 10 });
			const { error } = await returnResults();
			expect(error?.message).toMatch(words);
			expect(error?.description).toContain("'Base URL'");
			expect(apiCalls(sandbox)).toHaveLength(1);
			expectNoSecrets(sandbox, error);

			const added = await execute(helper, addResultIn(sandbox));
			expect(added.error?.message).toMatch(words);
			expect(added.error?.description).not.toMatch(/may have been added/);
			expect(sandbox.state.manualResults).toEqual([]);
		},
	);

	it.each<[FaultKind, RegExp]>([
		['html200', /A web page was returned/],
		['redirect', /The server redirects to/],
	])('tells %s of the token endpoint as that, after one request', async (kind, words) => {
		sandbox.faults.add({ kind, path: TOKEN_PATH, times: 10 });
		const { error } = await returnResults(20);
		expect(error?.message).toMatch(words);
		expect(sandbox.calls).toHaveLength(1);
		expectNoSecrets(sandbox, error);
	});

	it('hands neither token nor secret to the host of a redirect', async () => {
		const other = await startRecordingServer();
		await fetchToken();
		sandbox.faults.add({ kind: 'redirect', location: `${other.url}/stolen` });
		const call = await returnResults();
		expect(call.error?.message).toContain(new URL(other.url).host);

		Object.assign(helper.stored, { accessToken: '', expiresAt: 0 });
		sandbox.faults.add({ kind: 'redirect', path: TOKEN_PATH, location: `${other.url}/stolen` });
		const token = await returnResults();
		await other.close();
		expect(token.error?.message).toContain(new URL(other.url).host);
		expect(other.requests).toEqual([]);
	});

	it('does not follow redirects in a loop', async () => {
		const server = await startRecordingServer((request, response) => {
			response.writeHead(307, { Location: request.url ?? '' }).end();
		});
		helper.stored.customBaseUrl = server.url;
		const { error } = await returnResults();
		await server.close();
		expect(error?.message).toMatch(/The server redirects to/);
		expect(server.requests).toHaveLength(1);
	});
});

describe('connections', () => {
	it('tells an untrusted certificate as that, and tries once', async () => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
		const server = await startRecordingServer(undefined, { key, cert });
		helper.stored.customBaseUrl = server.url;
		const begun = testClock.monotonic();
		const { error } = await returnResults();
		await server.close();
		expect(error?.description).toContain("The server's certificate is not trusted");
		expect(error?.description).toContain('NODE_EXTRA_CA_CERTS');
		expect(server.requests).toEqual([]);
		expect(testClock.monotonic()).toBe(begun);
		expectNoSecrets(sandbox, error);
	});

	it('tells HTTPS at a port for HTTP as that', async () => {
		helper.stored.customBaseUrl = sandbox.url.replace('http:', 'https:');
		const { error } = await returnResults();
		expect(error?.description).toContain('The server does not speak HTTPS at this address');
		expect(sandbox.calls).toEqual([]);
	});

	it('holds back no upload to another host while one host does not answer', async () => {
		const dead = await startRecordingServer((request, response) => {
			request.resume();
			if (request.url?.includes('/auth/')) {
				response.end(JSON.stringify({ code: 0, tenant_access_token: 't-1', expire: 7200 }));
			}
		});
		await fetchToken();
		const upload = async (credentials: ICredentialDataDecryptedObject, stop?: AbortSignal) =>
			await execute(
				credentials,
				{ resource: 'attachment', operation: 'upload' },
				{
					items: [{}, {}, {}],
					files: [1, 2, 3].map(() => ({ data: inMemory(Buffer.alloc(3_000_000), 'a.pdf') })),
					stop,
				},
			);
		// Time would not pass by itself while a call has no answer.
		testClock.reset();
		const stop = new AbortController();
		const hanging = upload({ ...helper.stored, customBaseUrl: dead.url }, stop.signal);
		await until(() => dead.requests.some((request) => request.endsWith('/attachments')));
		const { error, json } = await whileTimePasses(upload(helper.stored));
		expect(error).toBeUndefined();
		expect(json).toHaveLength(3);
		stop.abort();
		await dead.close();
		await whileTimePasses(hanging);
	});
});

describe('credential fields', () => {
	it.each([
		['App ID', 'appId'],
		['App Secret', 'appSecret'],
		['Base URL', 'customBaseUrl'],
	])('names an empty %s at once', async (label, name) => {
		helper.stored[name] = '  ';
		const { error } = await returnResults();
		expect(error?.message).toBe(`'${label}' of the credential is empty`);
		expect(sandbox.calls).toEqual([]);
	});

	it('takes blanks around all of them', async () => {
		const { appId, appSecret } = sandbox.app;
		Object.assign(helper.stored, {
			appId: ` ${appId}\n`,
			appSecret: `\t${appSecret} `,
			customBaseUrl: ` ${sandbox.url}/ `,
		});
		const { error } = await returnResults();
		expect(error).toBeUndefined();
	});

	it('takes letters that nobody sees in all of them', async () => {
		const { appId, appSecret } = sandbox.app;
		Object.assign(helper.stored, {
			appId: `\u200b${appId}`,
			appSecret: `${appSecret}\u202c`,
			customBaseUrl: `\ufeff${sandbox.url}`,
		});
		const { error } = await returnResults();
		expect(error).toBeUndefined();
	});

	it('takes both around the Base URL in the test of the credential, too', () => {
		expect(new FeishuAppApi().test.request.baseURL).toContain(
			"$credentials.customBaseUrl.replace(/\\p{Cf}/gu, '').trim()",
		);
	});
});

describe('tokens that Feishu rejects', () => {
	const answerWith = async (code: number, headers = {}) =>
		await startRecordingServer((request, response) => {
			const isToken = request.url?.includes('/auth/');
			const body = isToken
				? { code: 0, msg: 'ok', tenant_access_token: 't-1', expire: 7200 }
				: { code, msg: 'x', error: { log_id: 'of-the-body' } };
			request.resume();
			response.writeHead(isToken ? 200 : 400, headers).end(JSON.stringify(body));
		});

	it('says that a new one was requested when it was, and rejected', async () => {
		const server = await answerWith(99991663);
		helper.stored.customBaseUrl = server.url;
		const { error } = await returnResults();
		await server.close();
		expect(error?.description).toContain('A new access token was requested and rejected, too.');
		expect(server.requests.filter((request) => request.includes('/auth/'))).toHaveLength(2);
	});

	it('says nothing of a new one on 99991668, where none was requested', async () => {
		const server = await answerWith(99991668);
		helper.stored.customBaseUrl = server.url;
		const { error } = await returnResults();
		await server.close();
		expect(error?.message).toBe('This call does not accept the kind of access token that was sent');
		expect(error?.description).not.toMatch(/new access token/);
		expect(server.requests.filter((request) => request.includes('/auth/'))).toHaveLength(1);
	});

	it.each([
		['X-Tt-Logid', { 'X-Tt-Logid': 'of-feishu', 'X-Request-Id': 'of-a-proxy' }, 'of-feishu'],
		['the body, before that of a proxy', { 'X-Request-Id': 'of-a-proxy' }, 'of-the-body'],
	])('shows the log ID of %s', async (_, headers, logId) => {
		const server = await answerWith(1002002, headers);
		helper.stored.customBaseUrl = server.url;
		const { error } = await returnResults();
		await server.close();
		expect(error?.context.data).toMatchObject({ logId });
	});
});

it('tells what is no network error as itself, and does not repeat it', async () => {
	await fetchToken();
	const authenticate = jest
		.spyOn(helper, 'authenticate')
		.mockRejectedValue(new TypeError('Domain not allowed'));
	const { error } = await returnResults();
	expect(error?.message).toBe('The call could not be made');
	expect(error?.description).toContain('Domain not allowed');
	expect(authenticate).toHaveBeenCalledTimes(1);
});
