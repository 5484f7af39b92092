export const CREDENTIAL = 'feishuAppApi';

/** Where each brand of the platform answers. An app exists on one of them only. */
export const PLATFORM_URLS = {
	feishu: 'https://open.feishu.cn',
	lark: 'https://open.larksuite.com',
} as const;

export type Brand = keyof typeof PLATFORM_URLS;

/** What the credential `feishuAppApi` holds; n8n fills in what the user left out. */
export type FeishuCredentials = {
	platform: Brand | 'custom';
	customBaseUrl: string;
	appType: 'selfBuilt' | 'store';
	appId: string;
	appSecret: string;
	/** Store apps only: the customer for whom a call is made. */
	tenantKey: string;
	verificationToken: string;
	encryptKey: string;
	/** Hidden: the token fetched last, when it ends (milliseconds since 1970), and for which settings it was fetched. */
	accessToken: string;
	expiresAt: number;
	fetchedWith: string;
	/** Hidden, store apps only: the ticket that Feishu sent last, and the tokens of all tenants as JSON. */
	appTicketToken: string;
	tenantTokens: string;
};

/** The address that `path`s of the Open API are put behind, without a slash at its end. */
export function baseUrl(credentials: FeishuCredentials): string {
	const url =
		credentials.platform === 'custom'
			? credentials.customBaseUrl
			: PLATFORM_URLS[credentials.platform];
	return url.trim().replace(/\/+$/, '');
}

/** The customer whose data calls work on; empty for a self-built app, which has only its own company. */
export const tenantOf = ({ appType, tenantKey }: FeishuCredentials): string =>
	// An expression may give no value at all.
	appType === 'store' ? String(tenantKey ?? '').trim() : '';
