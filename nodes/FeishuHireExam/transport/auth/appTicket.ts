import { NodeOperationError } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL, baseUrl } from '../app';
import type { FeishuCredentials } from '../app';

/** Feishu waits three seconds for the answer to what it sends. */
const TIMEOUT_MS = 1_500;

/** The state to keep in the credential when a request carries a ticket that has just come. */
export const takeReceivedTicket = ({
	receivedTicket,
}: ICredentialDataDecryptedObject): IDataObject | undefined =>
	receivedTicket ? { accessToken: '', appTicketToken: receivedTicket } : undefined;

/**
 * Keeps the ticket that Feishu sends to a store app every hour (page "app_ticket event") in the credential,
 * where all executions and processes find it. n8n writes to a credential only on the way to a request that
 * needs a token: so the ticket travels with one, to the endpoint that takes tickets.
 *
 * @throws NodeOperationError when the ticket was not kept, so that Feishu sends it again.
 */
export async function keepTicket(
	this: IWebhookFunctions,
	credentials: FeishuCredentials,
	ticket: string,
): Promise<void> {
	const stored = this.getNode().credentials?.[CREDENTIAL];
	const data: ICredentialDataDecryptedObject = {
		...credentials,
		accessToken: '',
		receivedTicket: ticket,
	};
	try {
		await this.helpers.httpRequestWithAuthentication.call(
			this,
			CREDENTIAL,
			{
				method: 'POST',
				url: `${baseUrl(credentials)}/open-apis/auth/v3/app_access_token`,
				body: { app_id: credentials.appId, app_secret: credentials.appSecret, app_ticket: ticket },
				ignoreHttpStatusErrors: true,
				timeout: TIMEOUT_MS,
			},
			{
				credentialsDecrypted: {
					id: stored?.id ?? '',
					name: stored?.name ?? '',
					type: CREDENTIAL,
					data,
				},
			},
		);
	} catch (error) {
		// Once it is kept, the request itself does not matter.
		if (data.appTicketToken === ticket) return;
		throw new NodeOperationError(this.getNode(), error as Error, {
			message: 'The app ticket could not be kept in the credential',
		});
	}
}
