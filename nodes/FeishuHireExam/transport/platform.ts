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
	appId: string;
	appSecret: string;
	verificationToken: string;
	encryptKey: string;
	/** Hidden: the token in use, and when it ends (milliseconds since 1970). */
	accessToken: string;
	expiresAt: number;
};

/** The address that `path`s of the Open API are put behind, without a slash at its end. */
export function baseUrl(credentials: FeishuCredentials): string {
	const url =
		credentials.platform === 'custom'
			? credentials.customBaseUrl
			: PLATFORM_URLS[credentials.platform];
	return url.trim().replace(/\/+$/, '');
}
