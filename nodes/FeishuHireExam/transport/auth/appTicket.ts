import { NodeOperationError } from 'n8n-workflow';
import type { IHttpRequestHelper, IWebhookFunctions } from 'n8n-workflow';

import { appKeyOf, type FeishuApp, type FeishuCredentials } from '../app';
import { type Clock, systemClock } from '../clock';
import { ExpiringMap } from '../expiringMap';
import { AuthError } from './authError';
import { storeCredentialState } from './credentialState';
import { postAuth } from './postAuth';

/** Feishu takes a minute or two to send a ticket. */
const REQUEST_AGAIN_AFTER_MS = 60_000;
const MAX_APPS = 1_000;

/** Has Feishu send the ticket of a store app (page "app_ticket_resend"), for each app once a minute at most. */
export class AppTicketRequests {
	private readonly requested: ExpiringMap<true>;

	constructor(clock: Clock) {
		this.requested = new ExpiringMap(clock, {
			maxAgeMs: REQUEST_AGAIN_AFTER_MS,
			maxSize: MAX_APPS,
		});
	}

	/**
	 * @returns the error that says what is waited for
	 * @throws AuthError when Feishu does not send it
	 */
	async request(this: AppTicketRequests, http: IHttpRequestHelper, app: FeishuApp) {
		const key = appKeyOf({ ...app, tenantKey: '' });
		if (!this.requested.has(key)) {
			await postAuth.call(http, app, 'app_ticket/resend', {
				app_id: app.appId,
				app_secret: app.appSecret,
			});
			this.requested.set(key, true);
		}
		return new AuthError(
			{
				message: 'Waiting for Feishu to send the app ticket of the store app',
				description:
					"Feishu was asked to send it to the app's Request URL, which takes up to a few minutes. A published Feishu Hire Exam Trigger with this credential, whose production URL is the Request URL, receives it. Check that, then run this again.",
			},
			{ isTransient: true, awaitsTicket: true },
		);
	}

	reset(): void {
		this.requested.reset();
	}
}

export const appTicketRequests = new AppTicketRequests(systemClock);

/**
 * Stores the ticket that Feishu sends to a store app every hour (page "app_ticket event") in the credential.
 *
 * @throws NodeOperationError when it was not stored, so that Feishu sends it again.
 */
export async function storeAppTicket(
	this: IWebhookFunctions,
	credentials: FeishuCredentials,
	ticket: string,
): Promise<void> {
	try {
		await storeCredentialState(this, credentials, { accessToken: '', appTicketToken: ticket });
	} catch (error) {
		throw new NodeOperationError(this.getNode(), error as Error, {
			message: 'The app ticket could not be stored in the credential',
		});
	}
}
