import type { IHttpRequestHelper } from 'n8n-workflow';

import { type FeishuCredentials, readApp } from '../../../../nodes/FeishuHireExam/transport/app';
import {
	cachedToken,
	findAuthorization,
	requestAccessToken,
	type Token,
} from '../../../../nodes/FeishuHireExam/transport/auth/accessToken';
import { appTicketRequests } from '../../../../nodes/FeishuHireExam/transport/auth/appTicket';
import { credentialsWith } from '../../../support/feishuCredentials';
import { createHttpStub } from '../../../support/httpStub';
import { TestClock } from '../../../support/testClock';

const MINUTE_MS = 60_000;

const APP_TOKEN = { code: 0, app_access_token: 'a-1', expire: 7200 };
const tenantToken = (token: string, expire = 7200) => ({
	code: 0,
	msg: 'ok',
	tenant_access_token: token,
	expire,
});

const clock = new TestClock();
beforeEach(() => appTicketRequests.reset());

const request = async (http: IHttpRequestHelper, credentials: FeishuCredentials) =>
	await requestAccessToken.call(http, credentials, clock);

/** The credential after n8n has stored a token that Feishu gave for it. */
async function withToken(
	credentials: FeishuCredentials,
	token = 't-1',
	expire = 7200,
): Promise<FeishuCredentials> {
	const answers = credentials.appType === 'store' ? [APP_TOKEN] : [];
	const { http } = createHttpStub(...answers, tenantToken(token, expire));
	return { ...credentials, ...(await request(http, credentials)) };
}

const storeApp = (fields: Partial<FeishuCredentials> = {}) =>
	credentialsWith({ appType: 'store', tenantKey: 'one', appTicketToken: 'ticket-1', ...fields });

const tokensOf = ({ tenantTokens }: FeishuCredentials) =>
	Object.entries(JSON.parse(tenantTokens) as Record<string, Token>).map(
		([tenant, { accessToken }]) => `${tenant}: ${accessToken}`,
	);

describe('cachedToken', () => {
	const tokenOf = (credentials: FeishuCredentials) =>
		cachedToken(credentials, readApp(credentials))?.accessToken;

	it('finds the token that the credential holds, expired or not', async () => {
		const credentials = await withToken(credentialsWith(), 't-1', 0);
		expect(tokenOf(credentials)).toBe('t-1');
	});

	it.each<[string, Partial<FeishuCredentials>]>([
		['App ID', { appId: 'cli_other' }],
		['App Secret', { appSecret: 'reset' }],
		['Platform', { platform: 'lark' }],
		['App Type', { appType: 'store', tenantKey: 'one' }],
	])("finds none that was fetched with another '%s'", async (_, change) => {
		const credentials = await withToken(credentialsWith());
		expect(tokenOf({ ...credentials, ...change })).toBeUndefined();
	});

	it.each<[string, Partial<FeishuCredentials>]>([
		['only blanks around it have changed', { appId: ' cli_unit\n' }],
		['only a field for events has changed', { encryptKey: 'new', verificationToken: 'new' }],
	])('finds it still when %s', async (_, change) => {
		const credentials = await withToken(credentialsWith());
		expect(tokenOf({ ...credentials, ...change })).toBe('t-1');
	});

	it.each<[string, Partial<FeishuCredentials>, string | undefined]>([
		['of the tenant of the credential', {}, 't-1'],
		['of the tenant of the call', { callTenantKey: 'two' }, 't-2'],
		['of no tenant that has none', { callTenantKey: 'three' }, undefined],
	])('of a store app finds the token %s', async (_, change, token) => {
		const one = await withToken(storeApp(), 't-1');
		const both = await withToken({ ...one, callTenantKey: 'two' }, 't-2');
		expect(tokenOf({ ...both, callTenantKey: '', ...change })).toBe(token);
	});

	it('finds none in a new credential', () => {
		expect(tokenOf(credentialsWith())).toBeUndefined();
		expect(tokenOf(storeApp())).toBeUndefined();
	});
});

describe('findAuthorization', () => {
	it('finds the token until three minutes before it expires', async () => {
		const credentials = await withToken(credentialsWith(), 't-1', 7200);
		await clock.advance(117 * MINUTE_MS - 2);
		expect(findAuthorization(credentials, clock)).toMatchObject({
			app: { appId: 'cli_unit' },
			accessToken: 't-1',
		});
		await clock.advance(2);
		expect(findAuthorization(credentials, clock)).toBeUndefined();
	});

	it('does not find a token that Feishu has rejected, but finds the one that replaced it', async () => {
		const credentials = await withToken(credentialsWith(), 't-2');
		expect(findAuthorization(credentials, clock, 't-2')).toBeUndefined();
		expect(findAuthorization(credentials, clock, 't-1')).toMatchObject({ accessToken: 't-2' });
	});

	it('names a field that is missing', () => {
		expect(() => findAuthorization(credentialsWith({ appId: '' }), clock)).toThrow(
			"'App ID' of the credential is empty",
		);
	});
});

describe('requestAccessToken', () => {
	it('requests that of a self-built app with its secret, and takes the expiry that Feishu gives', async () => {
		const { http, requests } = createHttpStub(tenantToken('t-1', 1801));
		const state = await request(http, credentialsWith({ appSecret: ' secret ' }));
		expect(requests).toMatchObject([
			{
				url: 'https://open.feishu.cn/open-apis/auth/v3/tenant_access_token/internal',
				body: { app_id: 'cli_unit', app_secret: 'secret' },
			},
		]);
		expect(state).toEqual({
			accessToken: 't-1',
			expiresAt: clock.now() + 1_801_000,
			fetchedWith: expect.stringMatching(/^[\w+/]{43}=$/) as string,
		});
	});

	it.each([
		['no token', { code: 0, expire: 7200 }],
		['an empty token', tenantToken('')],
		['no expiry', { code: 0, tenant_access_token: 't-1' }],
	])('says that an answer with %s is not one of Feishu', async (_, answer) => {
		const { http } = createHttpStub(answer);
		await expect(request(http, credentialsWith())).rejects.toThrow(
			"Feishu's answer contains no access token",
		);
	});

	it('sends nothing when a credential field is missing', async () => {
		const { http, requests } = createHttpStub();
		await expect(request(http, credentialsWith({ appSecret: ' ' }))).rejects.toThrow(
			"'App Secret' of the credential is empty",
		);
		expect(requests).toEqual([]);
	});

	describe('of a store app', () => {
		it('requests an app token with the ticket, and with that the token of the tenant', async () => {
			const { http, requests } = createHttpStub(APP_TOKEN, tenantToken('t-1'));
			const state = await request(http, storeApp({ callTenantKey: 'two' }));
			expect(requests).toMatchObject([
				{
					url: 'https://open.feishu.cn/open-apis/auth/v3/app_access_token',
					body: { app_id: 'cli_unit', app_ticket: 'ticket-1' },
				},
				{
					url: 'https://open.feishu.cn/open-apis/auth/v3/tenant_access_token',
					body: { app_access_token: 'a-1', tenant_key: 'two' },
				},
			]);
			expect(state.accessToken).toBe('t-1');
		});

		it('keeps the tokens of other tenants that are still valid', async () => {
			const one = await withToken(storeApp({ callTenantKey: 'one' }), 't-1', 60);
			const two = await withToken({ ...one, callTenantKey: 'two' }, 't-2');
			expect(tokensOf(two)).toEqual(['one: t-1', 'two: t-2']);
			await clock.advance(MINUTE_MS);
			const three = await withToken({ ...two, callTenantKey: 'three' }, 't-3');
			expect(tokensOf(three)).toEqual(['two: t-2', 'three: t-3']);
			const renewed = await withToken({ ...three, callTenantKey: 'two' }, 't-4');
			expect(tokensOf(renewed)).toEqual(['two: t-4', 'three: t-3']);
		});

		it.each<[string, FeishuCredentials, Parameters<typeof createHttpStub>]>([
			['there is none yet', storeApp({ appTicketToken: '' }), []],
			['it is no longer valid', storeApp(), [{ code: 10012, msg: 'app_ticket invalid' }]],
		])('has a ticket sent when %s', async (_, credentials, answers) => {
			const { http, requests } = createHttpStub(...answers, { code: 0 });
			await expect(request(http, credentials)).rejects.toMatchObject({ awaitsTicket: true });
			expect(requests.at(-1)?.url).toMatch(/app_ticket\/resend$/);
		});

		it.each<[string, Parameters<typeof createHttpStub>, string]>([
			['app', [{ code: 10005, msg: '' }], "The app can't get a token with this 'App Type'"],
			[
				'tenant',
				[APP_TOKEN, { code: 10013, msg: '' }],
				"The tenant hasn't installed this store app",
			],
		])('has no ticket sent when Feishu rejects the %s', async (_, answers, message) => {
			const { http, requests } = createHttpStub(...answers);
			await expect(request(http, storeApp())).rejects.toThrow(message);
			expect(requests).toHaveLength(answers.length);
		});

		it('sends nothing without a tenant', async () => {
			const { http, requests } = createHttpStub();
			await expect(request(http, storeApp({ tenantKey: '' }))).rejects.toThrow(
				"'Tenant Key' is empty",
			);
			expect(requests).toEqual([]);
		});
	});
});
