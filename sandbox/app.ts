/** The app as its developer console shows it. Everything is live: a change counts from the next call or event on. */
export interface SandboxApp {
	appId: string;
	appSecret: string;
	verificationToken: string;
	/** Empty: events go out in plain text and unsigned. */
	encryptKey: string;
	scopes: string[];
	tenantKey: string;
}

/** The app a sandbox has unless told otherwise. A function, as tests change what they get. */
export const defaultApp = (): SandboxApp => ({
	appId: 'cli_a1b2c3d4e5f60718',
	appSecret: 'sandbox-app-secret',
	verificationToken: 'sandbox-verification-token',
	encryptKey: 'sandbox-encrypt-key',
	scopes: ['hire:exam', 'hire:exam:readonly', 'hire:attachment'],
	tenantKey: 'sandbox-tenant',
});
