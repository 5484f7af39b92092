import type { INode } from 'n8n-workflow';

import {
	appKeyOf,
	type Caller,
	CREDENTIAL,
	type FeishuApp,
	type FeishuCredentials,
	readApp,
} from './app';
import { type Authorization, findAuthorization, requestAccessToken } from './auth/accessToken';
import { AuthError } from './auth/authError';
import { storeCredentialState } from './auth/credentialState';
import { tokenManager, type TokenSource } from './auth/tokenManager';
import { systemClock } from './clock';
import { settle, unlessAborted } from './concurrency';
import { EMPTY_TENANT_KEY } from './errors/codes';

/** What the calls of one execution, one poll or one list of the editor have in common: the credential. */
export class Session {
	private credentials?: Promise<FeishuCredentials>;

	/** Why Feishu gives no token, by app and tenant: the other items need not ask again. */
	private readonly rejections = new Map<string, AuthError>();

	constructor(readonly caller: Caller) {}

	get node(): INode {
		return this.caller.getNode();
	}

	/** Tells when the user stops the execution. */
	get signal(): AbortSignal | undefined {
		return 'getExecutionCancelSignal' in this.caller
			? this.caller.getExecutionCancelSignal()
			: undefined;
	}

	/**
	 * The app of the credential, for a tenant or for the one that the credential names.
	 *
	 * @throws AuthError that names the field that is missing, or says that a store app has no tenant
	 */
	async app(tenantKey?: string): Promise<FeishuApp> {
		const app = readApp({ ...(await this.read()), callTenantKey: tenantKey });
		if (app.isStoreApp && !app.tenantKey) throw new AuthError(EMPTY_TENANT_KEY);
		return app;
	}

	/**
	 * The app with a token; undefined when the user stops the execution first.
	 *
	 * @param rejectedToken a token that Feishu no longer takes
	 * @throws AuthError when there is none to be had
	 */
	async authorize(tenantKey?: string, rejectedToken?: string): Promise<Authorization | undefined> {
		const credentials = { ...(await this.read()), callTenantKey: tenantKey };
		return (
			findAuthorization(credentials, systemClock, rejectedToken) ??
			(await this.renew(readApp(credentials), rejectedToken))
		);
	}

	private async renew(app: FeishuApp, rejectedToken?: string) {
		const key = appKeyOf(app);
		const rejection = this.rejections.get(key);
		if (rejection) throw rejection;
		const renew = async () => await tokenManager.renew(app, this.tokenSource(), rejectedToken);
		const renewed = await settle(async () => await unlessAborted(renew, this.signal));
		if (renewed.error) {
			if (renewed.error instanceof AuthError) this.rejections.set(key, renewed.error);
			throw renewed.error;
		}
		if (renewed.value) this.credentials = Promise.resolve(renewed.value.credentials);
		return renewed.value;
	}

	private tokenSource(): TokenSource {
		const { caller } = this;
		return {
			credentialId: this.node.credentials?.[CREDENTIAL]?.id ?? '',
			waitsForTicket: 'getExecutionCancelSignal' in caller && caller.getMode() !== 'manual',
			read: async () => await this.read(true),
			request: async (credentials) => await requestAccessToken.call(caller, credentials),
			store: async (credentials, state) => {
				try {
					await storeCredentialState(caller, credentials, state);
				} catch {
					// The token works all the same; the next execution requests one again.
					caller.logger.warn('The access token could not be stored in the Feishu App credential');
				}
			},
		};
	}

	private async read(isNew = false): Promise<FeishuCredentials> {
		if (isNew || !this.credentials) {
			this.credentials = this.caller.getCredentials<FeishuCredentials>(CREDENTIAL, 0);
		}
		return await this.credentials;
	}
}
