import {
	ICredentialsHelper,
	NodeHelpers,
	isExpression,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
	type Workflow,
} from 'n8n-workflow';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials.js';

const type = new FeishuAppApi();

/**
 * n8n's own credentials helper lives in its server, with a database behind it. This one does the same for one
 * kept credential: same defaults, same rules for when a token is fetched and stored.
 */
export class TestCredentialsHelper extends ICredentialsHelper {
	constructor(readonly stored: ICredentialDataDecryptedObject) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(): INodeProperties[] {
		return type.properties;
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		return NodeHelpers.getNodeParameters(
			type.properties,
			structuredClone(this.stored) as never,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const headers = { ...requestOptions.headers };
		for (const [name, value] of Object.entries(type.authenticate.properties.headers ?? {})) {
			headers[name] =
				isExpression(value) && workflow && node
					? String(
							workflow.expression.getSimpleParameterValue(node, value, 'internal', {
								$credentials: credentials,
							}),
						)
					: value;
		}
		return { ...requestOptions, headers };
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (credentials.accessToken !== '' && !credentialsExpired) return undefined;
		const output = (await type.preAuthentication.call(
			helpers,
			credentials,
		)) as ICredentialDataDecryptedObject;
		Object.assign(this.stored, output);
		return Object.assign(credentials, output);
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Not part of what nodes ask for');
	}
}
