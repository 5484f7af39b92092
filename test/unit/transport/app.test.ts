import {
	appKeyOf,
	type FeishuCredentials,
	readApp,
} from '../../../nodes/FeishuHireExam/transport/app';
import { AuthError } from '../../../nodes/FeishuHireExam/transport/auth/authError';
import { credentialsWith } from '../../support/feishuCredentials';

describe('readApp', () => {
	it('trims what copying leaves around a value', () => {
		const app = readApp(
			credentialsWith({
				platform: 'custom',
				customBaseUrl: '\thttps://open.feishu.example.com/ ',
				appType: 'store',
				appId: ' cli_1\n',
				appSecret: '\u00a0secret ',
				tenantKey: ' tenant ',
			}),
		);
		expect(app).toEqual({
			baseUrl: 'https://open.feishu.example.com',
			brand: undefined,
			appId: 'cli_1',
			appSecret: 'secret',
			isStoreApp: true,
			tenantKey: 'tenant',
		});
	});

	it.each([
		['feishu', 'https://open.feishu.cn'],
		['lark', 'https://open.larksuite.com'],
	] as const)('knows the base URL of %s, whatever a custom one says', (platform, baseUrl) => {
		const app = readApp(credentialsWith({ platform, customBaseUrl: 'https://x.example.com' }));
		expect(app).toMatchObject({ brand: platform, baseUrl });
	});

	it.each([
		['https://open.feishu.example.com', 'https://open.feishu.example.com'],
		['http://127.0.0.1:8080//', 'http://127.0.0.1:8080'],
		['https://proxy.example.com/feishu/', 'https://proxy.example.com/feishu'],
		['Http://open.feishu.example.com', 'Http://open.feishu.example.com'],
		['\u200bhttps://open.feishu.example.com\u202c', 'https://open.feishu.example.com'],
	])('takes %s as Base URL', (customBaseUrl, baseUrl) => {
		expect(readApp(credentialsWith({ platform: 'custom', customBaseUrl })).baseUrl).toBe(baseUrl);
	});

	it.each([
		'open.feishu.example.com',
		'ftp://open.feishu.example.com',
		'https://',
		'https://open.feishu .example.com',
		'https://open.feishu.example.com:99999',
	])('says of %s that it is not a URL', (customBaseUrl) => {
		expect(() => readApp(credentialsWith({ platform: 'custom', customBaseUrl }))).toThrow(
			"'Base URL' of the credential is not a URL",
		);
	});

	it.each<[string, Partial<FeishuCredentials>]>([
		['App ID', { appId: ' ' }],
		['App Secret', { appSecret: '' }],
		['App Secret', { appSecret: undefined }],
		['App ID', { appId: null as unknown as string }],
		['Base URL', { platform: 'custom', customBaseUrl: '' }],
	])("names '%s' when it is missing", (label, fields) => {
		const read = () => readApp(credentialsWith(fields));
		expect(read).toThrow(AuthError);
		expect(read).toThrow(`'${label}' of the credential is empty`);
	});

	it.each<[string, Partial<FeishuCredentials>, string]>([
		['the tenant of the call', { callTenantKey: ' call ', tenantKey: 'stored' }, 'call'],
		[
			'the stored one, if the call names none',
			{ callTenantKey: '', tenantKey: 'stored' },
			'stored',
		],
		['none, if neither is there', {}, ''],
	])('gives a store app %s', (_, fields, tenantKey) => {
		expect(readApp(credentialsWith({ appType: 'store', ...fields })).tenantKey).toBe(tenantKey);
	});

	it('gives a self-built app no tenant', () => {
		const fields = { callTenantKey: 'call', tenantKey: 'stored' };
		expect(readApp(credentialsWith(fields)).tenantKey).toBe('');
	});
});

describe('appKeyOf', () => {
	const app = readApp(credentialsWith({ appType: 'store', tenantKey: 'one' }));
	it.each([
		['base URL', { baseUrl: 'https://open.larksuite.com' }],
		['app', { appId: 'cli_other' }],
		['tenant', { tenantKey: 'other' }],
	])('differs by %s', (_, change) => {
		expect(appKeyOf({ ...app, ...change })).not.toBe(appKeyOf(app));
	});

	it('contains no secret, and is the same after the secret was reset', () => {
		expect(appKeyOf(app)).not.toContain(app.appSecret);
		expect(appKeyOf({ ...app, appSecret: 'reset' })).toBe(appKeyOf(app));
	});
});
