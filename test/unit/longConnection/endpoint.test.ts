import { DEFAULT_CONFIG } from '../../../nodes/FeishuHireExam/longConnection/clientConfig';
import { discoverEndpoint } from '../../../nodes/FeishuHireExam/longConnection/endpoint';
import { type FeishuCredentials, readApp } from '../../../nodes/FeishuHireExam/transport/app';
import { found } from '../../support/fakePlatform';
import { APP_SECRET, credentialsWith } from '../../support/feishuCredentials';
import { createHttpStub, networkError } from '../../support/httpStub';

type Answer = Parameters<typeof createHttpStub>[0];

async function discover(answer?: Answer, credentials: Partial<FeishuCredentials> = {}) {
	const { http, requests } = createHttpStub(...(answer === undefined ? [] : [answer]));
	const app = readApp(credentialsWith(credentials));
	const result = await discoverEndpoint(
		app,
		async (options) => (await http.helpers.httpRequest(options)) as unknown,
		0,
	);
	return { app, requests, result };
}

/** What the user is told, or that nothing is. */
const obstacle = async (answer?: Answer, credentials: Partial<FeishuCredentials> = {}) => {
	const { result } = await discover(answer, credentials);
	if (result.kind === 'found') throw new Error('There is an endpoint');
	return { kind: result.kind, words: `${result.text.message}. ${result.text.description}` };
};

it("asks as Feishu's SDK does, follows no redirect and waits 15 seconds", async () => {
	const { app, requests } = await discover(found());
	expect(requests).toMatchObject([
		{
			url: 'https://open.feishu.cn/callback/ws/endpoint',
			body: { AppID: app.appId, AppSecret: APP_SECRET },
			options: {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', locale: 'zh' },
				disableFollowRedirect: true,
				timeout: 15_000,
			},
		},
	]);
});

it('returns the address, the number of the service, and the settings', async () => {
	const { result } = await discover(found({ PingInterval: 90, ReconnectInterval: NaN }));
	expect(result).toEqual({
		kind: 'found',
		url: 'wss://msg.example.com/ws/v2?device_id=1&service_id=33554678&ticket=t-secret',
		service: 33554678,
		config: { ...DEFAULT_CONFIG, pingIntervalMs: 90_000 },
	});
});

it('finds the number of the service when it comes first, and does without', async () => {
	const withUrl = async (URL: string) =>
		(await discover({ code: 0, msg: 'ok', data: { URL } })).result;
	expect(await withUrl('wss://example.com/?service_id=7')).toMatchObject({ service: 7 });
	expect(await withUrl('wss://example.com/')).toMatchObject({ service: 0, config: DEFAULT_CONFIG });
	expect(await withUrl('wss://example.com/?service_id=x')).toMatchObject({ service: 0 });
});

it('asks nothing for a store app, which needs the webhook', async () => {
	const { requests } = await discover(undefined, { appType: 'store' });
	expect(requests).toEqual([]);
	expect(await obstacle(undefined, { appType: 'store' })).toMatchObject({
		kind: 'mend',
		words: expect.stringContaining("Choose 'Webhook' in 'Receive Events By'"),
	});
});

it.each<[string, Answer, string]>([
	[
		'wrong App Secret',
		{ code: 1000040345, msg: 'app_id or app_secret is invalid', data: { URL: '' } },
		"The App ID and App Secret don't match",
	],
	['missing data', { code: 1000040345, msg: 'invalid' }, "The App ID and App Secret don't match"],
	['no credential', { code: 1000040344, msg: '' }, 'is missing'],
	['wrong brand', { code: 1000040351, msg: '' }, 'belongs to another platform'],
	['too many connections', { code: 1000040350, msg: '' }, 'too many long connections'],
	['a refusal', { code: 403, msg: 'forbidden' }, 'Feishu refused the long connection'],
	['an authentication that failed', { code: 514, msg: '' }, 'Feishu refused the long connection'],
	['an unknown code', { code: 123456, msg: '' }, 'Code 123456.'],
	['a code of the Open API', { code: 10014, msg: '' }, 'Code 10014.'],
	['a login page', { statusCode: 200, body: '<html>' }, "Check 'Platform' in the credential"],
	['another server', { statusCode: 404, body: 'Not found' }, "Check 'Platform' in the credential"],
	[
		'a redirect',
		{ statusCode: 307, headers: { location: 'https://login.example.com/?x' }, body: '' },
		'redirects to login.example.com',
	],
	[
		'a certificate that is not trusted',
		networkError('DEPTH_ZERO_SELF_SIGNED_CERT'),
		'NODE_EXTRA_CA_CERTS',
	],
])('tells the user what to mend: %s', async (_, answer, words) => {
	expect(await obstacle(answer)).toEqual({ kind: 'mend', words: expect.stringContaining(words) });
});

it.each<[string, Answer]>([
	['a busy system, which is fatal in one SDK', { code: 1, msg: 'busy' }],
	['an internal error', { code: 1000040343, msg: 'internal error' }],
	['a rate limit of the gateway', { code: 99991400, msg: 'rate limit' }],
	['HTTP 429', { statusCode: 429, body: '' }],
	['a gateway error', { statusCode: 502, body: '<html>' }],
	['a gateway error with a code', { statusCode: 503, body: { code: 5 } }],
	['half an answer', { statusCode: 200, body: '{"code":0,"da' }],
	['an empty answer', { statusCode: 200, body: '' }],
	['no address', { code: 0, msg: 'ok', data: { URL: '' } }],
	['no data', { code: 0, msg: 'ok' }],
	['an address that is none', { code: 0, msg: 'ok', data: { URL: 'msg.example.com' } }],
	['an address that is not encrypted', { code: 0, data: { URL: 'ws://msg.example.com' } }],
	['an address of another kind', { code: 0, data: { URL: 'https://msg.example.com' } }],
	['nobody there', networkError('ECONNREFUSED')],
	['a timeout', networkError('ETIMEDOUT')],
	['an error that is none of the network', new TypeError('x')],
])('tries again after %s', async (_, answer) => {
	expect(await obstacle(answer)).toMatchObject({ kind: 'retry' });
});

it('takes an address that is not encrypted from a server that is not, either', async () => {
	const { result } = await discover(
		{ code: 0, msg: 'ok', data: { URL: 'ws://127.0.0.1:1/?service_id=1' } },
		{ platform: 'custom', customBaseUrl: 'http://127.0.0.1:1' },
	);
	expect(result.kind).toBe('found');
});

it.each<[string, Answer]>([
	['an error', Object.assign(new Error(APP_SECRET), { config: { data: APP_SECRET } })],
	['a rejection', { code: 1000040345, msg: `secret ${APP_SECRET} is wrong, wss://x/?ticket=t-1` }],
	['an unknown code', { code: 77, msg: `${APP_SECRET} wss://x/?ticket=t-1` }],
	['an address', { code: 0, msg: APP_SECRET, data: { URL: 'ws://x/?ticket=t-1' } }],
	['another answer', { statusCode: 400, body: `${APP_SECRET} wss://x/?ticket=t-1` }],
])('quotes neither the secret nor an address: %s', async (_, answer) => {
	const { words } = await obstacle(answer);
	expect(words).not.toContain(APP_SECRET);
	expect(words).not.toContain('t-1');
});
