import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IDataObject,
} from 'n8n-workflow';

import { CREDENTIAL, type FeishuCredentials, readApp } from '../app';
import { settle } from '../concurrency';

/** Hidden fields of the credential. n8n requires `accessToken`, the one that expires, to be among them. */
export type CredentialState = IDataObject & { accessToken: string };

/** Ends the request that carried a state as soon as n8n has stored it: it has no other purpose. */
export class StateStoredSignal extends Error {}

/** The state that a request carries; undefined for every other request. */
export const carriedState = ({
	carriedState: state,
}: ICredentialDataDecryptedObject): CredentialState | undefined =>
	state as CredentialState | undefined;

/** What makes n8n use this data in place of what it has stored. */
export function withCredentials(
	caller: IAllExecuteFunctions,
	data: ICredentialDataDecryptedObject,
) {
	const stored = caller.getNode().credentials?.[CREDENTIAL];
	return {
		credentialsDecrypted: {
			id: stored?.id ?? '',
			name: stored?.name ?? '',
			type: CREDENTIAL,
			data,
		},
	};
}

/**
 * Has n8n store `state` in the credential, encrypted, where all executions and processes find it. n8n writes to a
 * credential only on the way to a request that needs a token, so the state travels with one that is never sent.
 *
 * @throws the error of n8n when the state was not stored.
 */
export async function storeCredentialState(
	caller: IAllExecuteFunctions,
	credentials: FeishuCredentials,
	state: CredentialState,
): Promise<void> {
	const data: ICredentialDataDecryptedObject = {
		...credentials,
		accessToken: '',
		callTenantKey: '',
		carriedState: state,
	};
	// n8n writes the stored state into `data`.
	const isStored = () => Object.entries(state).every(([name, value]) => data[name] === value);
	const { error } = await settle(async () => {
		await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			{ method: 'POST', url: `${readApp(credentials).baseUrl}/open-apis/auth/v3` },
			withCredentials(caller, data),
		);
	});
	if (error && !isStored()) throw error;
}
