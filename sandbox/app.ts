/** The app as its developer console shows it. A change takes effect with the next call or event. */
export interface SandboxApp {
	/** 企业自建应用 or 商店应用. */
	appType: 'selfBuilt' | 'store';
	appId: string;
	appSecret: string;
	verificationToken: string;
	/** Empty: events are pushed in plain text and unsigned. */
	encryptKey: string;
	scopes: string[];
	/** The tenant of a self-built app. */
	tenantKey: string;
	/** The tenants that installed a store app. */
	tenantKeys: string[];
}

/** The default app of a sandbox. A function, because tests change what they get. */
export const defaultApp = (): SandboxApp => ({
	appType: 'selfBuilt',
	appId: 'cli_a1b2c3d4e5f60718',
	appSecret: 'sandbox-app-secret',
	verificationToken: 'sandbox-verification-token',
	encryptKey: 'sandbox-encrypt-key',
	scopes: [
		'hire:exam',
		'hire:exam:readonly',
		'hire:application:readonly',
		'hire:attachment',
		'hire:job:readonly',
		'hire:talent:readonly',
	],
	tenantKey: 'sandbox-tenant',
	tenantKeys: ['sandbox-tenant', 'sandbox-tenant-2'],
});
