import {
	ICredentialsHelper,
	NodeHelpers,
	isExpression,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type IWorkflowExecuteAdditionalData,
	type IExecuteData,
	type ICredentialsExpressionResolveValues,
	type INodeCredentialsDetails,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { FeishuAppApi } from '../credentials/FeishuAppApi.credentials.js';

const type = new FeishuAppApi();

/** What `preAuthentication` returns, and the data of the call with that in it. */
export type Renewal = Record<'output' | 'credentials', ICredentialDataDecryptedObject>;

/**
 * n8n's own credentials helper is a part of its server, with a database behind it. This one does the same for one
 * stored credential: same defaults, same rules for when a token is fetched and stored.
 */
export class EngineCredentials extends ICredentialsHelper {
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

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_nodeCredentials: INodeCredentialsDetails,
		_type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		_raw?: boolean,
		item?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const data = NodeHelpers.getNodeParameters(
			type.properties,
			structuredClone(this.stored) as never,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		// Where there is no item, as in a webhook, n8n leaves out expressions that refer to one.
		if (!item) {
			return Object.fromEntries(
				Object.entries(data).filter(
					([name, value]) => name !== 'tenantKey' || !isExpression(value),
				),
			);
		}
		return item.workflow.expression.getParameterValue(
			data as INodeParameters,
			item.runExecutionData,
			item.runIndex,
			item.itemIndex,
			item.node.name,
			item.connectionInputData,
			mode,
			{},
			executeData,
		) as ICredentialDataDecryptedObject;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await type.authenticate(credentials, requestOptions);
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
		Object.assign(credentials, output);
		this.store({ output, credentials });
		return credentials;
	}

	/** n8n stores what `preAuthentication` returns. */
	protected store({ output }: Renewal): void {
		Object.assign(this.stored, output);
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Nodes do not call this');
	}
}
