import type { FeishuCredentials } from '../../nodes/FeishuHireExam/transport/app';

/** A secret that no message may contain. */
export const APP_SECRET = 'unit-test-app-secret';

export const APP_ID = 'cli_unit';

/** A credential of a self-built app that has no token yet, with these fields changed. */
export const credentialsWith = (fields: Partial<FeishuCredentials> = {}): FeishuCredentials => ({
	platform: 'feishu',
	customBaseUrl: '',
	appType: 'selfBuilt',
	appId: APP_ID,
	appSecret: APP_SECRET,
	tenantKey: '',
	verificationToken: '',
	encryptKey: '',
	accessToken: '',
	expiresAt: 0,
	fetchedWith: '',
	appTicketToken: '',
	tenantTokens: '',
	...fields,
});
