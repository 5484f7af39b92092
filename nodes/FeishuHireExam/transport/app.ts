import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

import { AuthError } from './auth/authError';

export const CREDENTIAL = 'feishuAppApi';

/** Who calls: a node that works on items, a polling trigger, or a list that the editor fills. */
export type Caller = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/** Base URLs of the platform's brands. An app exists on one of them only. */
export const BRAND_URLS = {
	feishu: 'https://open.feishu.cn',
	lark: 'https://open.larksuite.com',
} as const;

export type Brand = keyof typeof BRAND_URLS;

/** The credential field that a base URL comes from. */
export const addressField = (baseUrl: string): string =>
	Object.values<string>(BRAND_URLS).includes(baseUrl) ? "'Platform'" : "'Base URL'";

/** What the credential `feishuAppApi` holds. n8n fills in defaults; an expression may return anything. */
export type FeishuCredentials = {
	platform: Brand | 'custom';
	customBaseUrl: string;
	appType: 'selfBuilt' | 'store';
	appId: string;
	appSecret: string;
	/** Store apps only: the tenant to act on behalf of. */
	tenantKey: string;
	verificationToken: string;
	encryptKey: string;
	/** Hidden: the token fetched last, when it expires (milliseconds since 1970), and for which settings it was fetched. */
	accessToken: string;
	expiresAt: number;
	fetchedWith: string;
	/** Hidden, store apps only: the ticket that Feishu sent last, and the tokens of all tenants as JSON. */
	appTicketToken: string;
	tenantTokens: string;
	/** Never stored: the tenant of this one call. Each call sets it, so what an older n8n stores of it does not count. */
	callTenantKey?: string;
};

/** The app that a call is made for. */
export interface FeishuApp {
	/** Without a slash at its end. */
	baseUrl: string;
	/** Absent for a custom base URL. */
	brand?: Brand;
	appId: string;
	appSecret: string;
	isStoreApp: boolean;
	/** Empty for a self-built app, which has one tenant only. */
	tenantKey: string;
}

/** A credential field without the blanks and invisible letters that copying leaves; empty if an expression gave no value. */
export const credentialField = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number'
		? String(value)
				.replace(/\p{Cf}/gu, '')
				.trim()
		: '';

function required(value: unknown, label: string): string {
	const text = credentialField(value);
	if (text) return text;
	throw new AuthError({
		message: `'${label}' of the credential is empty`,
		description: 'Fill it in. If it holds an expression, check that the expression gives a value.',
	});
}

function readBaseUrl({ platform, customBaseUrl }: FeishuCredentials): string {
	if (platform !== 'custom') return BRAND_URLS[platform] ?? BRAND_URLS.feishu;
	const url = required(customBaseUrl, 'Base URL').replace(/\/+$/, '');
	if (/^https?:\/\/[^\s/]+\S*$/i.test(url) && URL.canParse(url)) return url;
	throw new AuthError({
		message: "'Base URL' of the credential is not a URL",
		description: /\s/.test(url)
			? 'It contains a blank. Remove it.'
			: 'Enter it with its protocol, for example https://open.feishu.example.com',
	});
}

/**
 * Reads the app out of a credential.
 *
 * @throws AuthError that names the field that is missing.
 */
export function readApp(credentials: FeishuCredentials): FeishuApp {
	const { platform, appType, callTenantKey, tenantKey } = credentials;
	const isStoreApp = appType === 'store';
	return {
		baseUrl: readBaseUrl(credentials),
		brand: platform === 'custom' ? undefined : platform,
		appId: required(credentials.appId, 'App ID'),
		appSecret: required(credentials.appSecret, 'App Secret'),
		isStoreApp,
		tenantKey: isStoreApp ? credentialField(callTenantKey) || credentialField(tenantKey) : '',
	};
}

/** Tells apps and their tenants apart. It holds no secret. */
export const appKeyOf = ({ baseUrl, appId, tenantKey }: FeishuApp): string =>
	[baseUrl, appId, tenantKey].join(' ').trim();
