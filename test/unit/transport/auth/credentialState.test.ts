import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import {
	carriedState,
	type CredentialState,
	StateStoredSignal,
	storeCredentialState,
} from '../../../../nodes/FeishuHireExam/transport/auth/credentialState';
import { credentialsWith } from '../../../support/feishuCredentials';

type Decrypted = { id: string; name: string; type: string; data: ICredentialDataDecryptedObject };

/** A node in an n8n that does something with the credential of a request. */
function createCaller(handle: (data: ICredentialDataDecryptedObject) => void) {
	const requests: Array<{ type: string; options: IHttpRequestOptions; decrypted: Decrypted }> = [];
	const caller = {
		getNode: () => ({ name: 'Feishu', credentials: { feishuAppApi: { id: '7', name: 'My app' } } }),
		helpers: {
			httpRequestWithAuthentication: async (
				type: string,
				options: IHttpRequestOptions,
				{ credentialsDecrypted }: { credentialsDecrypted: Decrypted },
			) => {
				requests.push({ type, options, decrypted: structuredClone(credentialsDecrypted) });
				handle(credentialsDecrypted.data);
				await Promise.resolve();
			},
		},
	} as Partial<Record<keyof IAllExecuteFunctions, unknown>> as IAllExecuteFunctions;
	return { caller, requests };
}

const STATE: CredentialState = { accessToken: 't-new', expiresAt: 1, fetchedWith: 'fingerprint' };
const credentials = credentialsWith({ accessToken: 't-old', callTenantKey: 'tenant' });

/** n8n writes what `preAuthentication` returned into the credential of the request, which then fails. */
const storesAndFails = (data: ICredentialDataDecryptedObject) => {
	Object.assign(data, carriedState(data));
	throw new StateStoredSignal();
};

it('carries the state in the credential of a request', async () => {
	const { caller, requests } = createCaller(storesAndFails);
	await storeCredentialState(caller, credentials, STATE);
	expect(requests).toMatchObject([
		{
			type: 'feishuAppApi',
			options: { method: 'POST', url: 'https://open.feishu.cn/open-apis/auth/v3' },
			decrypted: { id: '7', name: 'My app', type: 'feishuAppApi' },
		},
	]);
	expect(carriedState(requests[0]?.decrypted.data ?? {})).toEqual(STATE);
});

it('makes n8n store it by an empty token, and hands no tenant of a call over to the store', async () => {
	const { caller, requests } = createCaller(storesAndFails);
	await storeCredentialState(caller, credentials, STATE);
	expect(requests[0]?.decrypted.data).toMatchObject({ accessToken: '', callTenantKey: '' });
	expect(credentials).toMatchObject({ accessToken: 't-old', callTenantKey: 'tenant' });
});

it.each([
	['the signal that ends the request', new StateStoredSignal()],
	[
		'any error, as older n8n puts one of its own in place of the signal',
		new Error('Request failed'),
	],
])('takes the state for stored after %s, if it is in the credential', async (_, error) => {
	const { caller } = createCaller((data) => {
		Object.assign(data, STATE);
		throw error;
	});
	await expect(storeCredentialState(caller, credentials, STATE)).resolves.toBeUndefined();
});

it('throws the error of n8n when the state is not in the credential', async () => {
	const { caller } = createCaller((data) => {
		Object.assign(data, { ...STATE, accessToken: 't-other' });
		throw new Error('The database is locked');
	});
	await expect(storeCredentialState(caller, credentials, STATE)).rejects.toThrow(
		'The database is locked',
	);
});

it('finds no state in the credential of any other request', () => {
	expect(carriedState(credentials)).toBeUndefined();
});
