import type { ICredentialDataDecryptedObject, IHttpRequestHelper, INode } from 'n8n-workflow';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { TestCredentialsHelper } from './credentials';

/**
 * Stores as n8n does up to 2.32: what `preAuthentication` gives together with all data handed in, with its
 * expressions resolved.
 */
export class OlderCredentialsHelper extends TestCredentialsHelper {
	override async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (credentials.accessToken !== '' && !credentialsExpired) return undefined;
		const output = await new FeishuAppApi().preAuthentication.call(helpers, credentials);
		Object.assign(credentials, output);
		Object.assign(this.stored, structuredClone(credentials));
		return credentials;
	}
}
