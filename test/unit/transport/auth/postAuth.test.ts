import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { readApp } from '../../../../nodes/FeishuHireExam/transport/app';
import { AuthError } from '../../../../nodes/FeishuHireExam/transport/auth/authError';
import { postAuth } from '../../../../nodes/FeishuHireExam/transport/auth/postAuth';
import { APP_SECRET, credentialsWith } from '../../../support/feishuCredentials';
import { createHttpStub, networkError } from '../../../support/httpStub';
import { testClock } from '../../../support/testClock';

const app = readApp(credentialsWith());
const BODY = { app_id: app.appId, app_secret: app.appSecret };

const post = async (http: IHttpRequestHelper) =>
	await postAuth.call(http, app, 'tenant_access_token/internal', BODY);

/** Why the request was rejected. */
async function rejectionOf(...answers: Parameters<typeof createHttpStub>): Promise<AuthError> {
	const error: unknown = await post(createHttpStub(...answers).http).catch(
		(reason: unknown) => reason,
	);
	if (error instanceof AuthError) return error;
	throw new Error('It was not rejected with an AuthError');
}

it('posts JSON to the endpoint, and returns the flat body of the answer', async () => {
	const answer = { code: 0, msg: 'ok', tenant_access_token: 't-1', expire: 7200 };
	const { http, requests } = createHttpStub(answer);
	expect(await post(http)).toEqual(answer);
	expect(requests).toMatchObject([
		{
			url: 'https://open.feishu.cn/open-apis/auth/v3/tenant_access_token/internal',
			body: BODY,
			options: { method: 'POST' },
		},
	]);
});

it('follows no redirect, which would take the secret with it', async () => {
	const { http, requests } = createHttpStub({
		statusCode: 307,
		headers: { location: 'https://login.example.com/' },
		body: '',
	});
	await expect(post(http)).rejects.toThrow('The server redirects to login.example.com');
	expect(requests).toMatchObject([{ options: { disableFollowRedirect: true } }]);
});

it.each<[string, Parameters<typeof createHttpStub>, boolean]>([
	['a connection that was refused', [networkError('ECONNREFUSED')], true],
	['a timeout', [networkError('ETIMEDOUT')], true],
	['an untrusted certificate', [networkError('DEPTH_ZERO_SELF_SIGNED_CERT')], false],
	['an error that is none of the network', [new TypeError('x')], false],
	['a gateway error', [{ statusCode: 502, body: '<html>' }], true],
	['a service error', [{ code: 2200, msg: 'internal error' }], true],
	['half an answer', [{ statusCode: 200, body: '{"code":0,"tenant_acc' }], true],
	['a login page', [{ statusCode: 200, body: '<html>' }], false],
	['a redirect', [{ statusCode: 302, body: '' }], false],
	['a wrong secret', [{ code: 10015, msg: 'app secret invalid' }], false],
	['an app that is disabled', [{ code: 99991662, msg: 'app is disabled' }], false],
	['an unknown code', [{ code: 123, msg: 'strange' }], false],
])(
	'after %s says whether a retry could help, and never the secret',
	async (_, answers, isTransient) => {
		const error = await rejectionOf(...answers);
		expect(error).toMatchObject({ isTransient, awaitsTicket: false, retryAfterMs: undefined });
		expect(JSON.stringify([error, error.message, error.stack])).not.toContain(APP_SECRET);
	},
);

it.each<[string, IDataObject, number]>([
	['Feishu says', { 'x-ogw-ratelimit-reset': '30' }, 30_000],
	['nobody says, which counts as 0', {}, 0],
])('after a rate limit is transient for as long as %s', async (_, headers, retryAfterMs) => {
	const body = { code: 99991400, msg: 'request trigger frequency limit' };
	const error = await rejectionOf({ statusCode: 429, headers, body });
	expect(error).toMatchObject({ isTransient: true, retryAfterMs });
});

it('says when Feishu accepts calls again', async () => {
	const headers = { 'retry-after': '86400' };
	const error = await rejectionOf({ statusCode: 429, headers, body: '' });
	const time = new Date(testClock.now() + 86_400_000).toISOString().slice(0, -5).replace('T', ' ');
	expect(error.text.description).toContain(`Feishu accepts calls again at ${time} (UTC).`);
});

it('keeps HTTP status, code and log ID for support', async () => {
	const headers = { 'x-tt-logid': 'log-1' };
	const error = await rejectionOf({ statusCode: 400, headers, body: { code: 10003 } });
	expect(error.facts).toMatchObject({ httpStatus: 400, code: 10003, logId: 'log-1' });
});
