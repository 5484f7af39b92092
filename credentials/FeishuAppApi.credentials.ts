import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { BRAND_URLS, type FeishuCredentials, readApp } from '../nodes/FeishuHireExam/transport/app';
import {
	cachedToken,
	requestAccessToken,
	TokenRequiredError,
} from '../nodes/FeishuHireExam/transport/auth/accessToken';
import {
	carriedState,
	StateStoredSignal,
} from '../nodes/FeishuHireExam/transport/auth/credentialState';
import { systemClock } from '../nodes/FeishuHireExam/transport/clock';
import { ERROR_CODES, MISSING_SCOPE_CODE } from '../nodes/FeishuHireExam/transport/errors/codes';

/** A field that the editor hides while it is typed. */
const secret = (
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'required'>,
): INodeProperties => ({
	...field,
	type: 'string',
	typeOptions: { password: true },
	default: '',
});

export class FeishuAppApi implements ICredentialType {
	name = 'feishuAppApi';

	displayName = 'Feishu App API';

	icon: Icon = {
		light: 'file:../icons/feishuHireExam.svg',
		dark: 'file:../icons/feishuHireExam.dark.svg',
	};

	documentationUrl =
		'https://github.com/your-account/n8n-nodes-feishu-hire-exam#set-up-the-feishu-app';

	properties: INodeProperties[] = [
		{
			displayName: 'Platform',
			name: 'platform',
			type: 'options',
			options: [
				{ name: 'Feishu', value: 'feishu', description: 'The app is on open.feishu.cn' },
				{ name: 'Lark', value: 'lark', description: 'The app is on open.larksuite.com' },
				{
					name: 'Custom',
					value: 'custom',
					description: 'A private deployment, or the sandbox of this package',
				},
			],
			default: 'feishu',
			description: 'Where the app was created. It exists on this platform only.',
		},
		{
			displayName: 'Base URL',
			name: 'customBaseUrl',
			type: 'string',
			displayOptions: { show: { platform: ['custom'] } },
			default: '',
			required: true,
			placeholder: 'e.g. https://open.feishu.example.com',
			description: 'Base URL of the Open API, without /open-apis',
		},
		{
			displayName: 'App Type',
			name: 'appType',
			type: 'options',
			options: [
				{
					name: 'Self-Built',
					value: 'selfBuilt',
					description: 'An app that a company built for itself',
				},
				{
					name: 'Store',
					value: 'store',
					description: 'An app that many tenants install',
				},
			],
			default: 'selfBuilt',
			description: 'Type of the app in the developer console',
		},
		{
			displayName: 'App ID',
			name: 'appId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. cli_a1b2c3d4e5f60718',
			description: "From 'Credentials & Basic Info' of the app in the developer console",
		},
		secret({
			displayName: 'App Secret',
			name: 'appSecret',
			required: true,
			description: "Next to the App ID under 'Credentials & Basic Info'",
		}),
		{
			displayName: 'Tenant Key',
			name: 'tenantKey',
			type: 'string',
			displayOptions: { show: { appType: ['store'] } },
			// Up to 2.32 n8n stores the value of an expression, which would be that of one tenant, for good.
			noDataExpression: true,
			default: '',
			placeholder: 'e.g. 2ed263bf32cf1651',
			description:
				"Tenant to act on behalf of. To serve many tenants, leave it empty and use 'Tenant Key' in the node's options.",
		},
		secret({
			displayName: 'Verification Token',
			name: 'verificationToken',
			description:
				"Only for events by webhook, which need this or the Encrypt Key. From 'Events & Callbacks' > 'Encryption Strategy' of the app.",
		}),
		secret({
			displayName: 'Encrypt Key',
			name: 'encryptKey',
			description:
				"Only for events by webhook, where it is recommended: with it Feishu signs and encrypts each event. From 'Events & Callbacks' > 'Encryption Strategy' of the app.",
		}),
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Expires At',
			name: 'expiresAt',
			type: 'hidden',
			default: 0,
		},
		{
			displayName: 'Fetched With',
			name: 'fetchedWith',
			type: 'hidden',
			default: '',
		},
		{
			displayName: 'App Ticket',
			name: 'appTicketToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'Tenant Tokens',
			name: 'tenantTokens',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
	];

	/**
	 * Called by n8n when `accessToken` is empty or `authenticate` throws `TokenRequiredError`. n8n stores what it returns
	 * in the credential, encrypted.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		return (
			carriedState(credentials) ??
			(await requestAccessToken.call(this, credentials as FeishuCredentials))
		);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		if (carriedState(credentials)) throw new StateStoredSignal();
		const known = credentials as FeishuCredentials;
		const token = cachedToken(known, readApp(known));
		if (!token || token.expiresAt < systemClock.now()) throw new TokenRequiredError();
		return {
			...request,
			headers: { ...request.headers, Authorization: `Bearer ${token.accessToken}` },
		};
	}

	/**
	 * The token request shows whether app, secret, platform and base URL are right; this call shows whether the app has a
	 * scope for exams. It searches for exams from the year 2100 on, so that it reads nobody's data.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: `={{ ${JSON.stringify(BRAND_URLS)}[$credentials.platform] ?? $credentials.customBaseUrl.replace(/\\p{Cf}/gu, '').trim() }}`,
			url: '/open-apis/hire/v1/tests/search',
			qs: { page_size: 1 },
			body: { test_start_time_min: '4102444800000' },
			// Feishu says what is missing in the body of an HTTP 400.
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseSuccessBody' as const,
				properties: {
					key: 'code',
					value: MISSING_SCOPE_CODE,
					message:
						'The App ID and App Secret are correct, but the app lacks the scope hire:exam (or hire:exam:readonly to read only). Add it in the developer console, publish a new version of the app, and test again.',
				},
			},
			...Object.entries(ERROR_CODES).map(([code, { message, description }]) => ({
				type: 'responseSuccessBody' as const,
				properties: {
					key: 'code',
					value: Number(code),
					message: `${message}. ${description}`,
				},
			})),
			{
				type: 'responseSuccessBody' as const,
				properties: {
					key: 'data',
					value: undefined,
					message:
						"The App ID and App Secret are correct, but a first call was rejected. Check the app's scopes (hire:exam or hire:exam:readonly) and that a version of it is published.",
				},
			},
		],
	};
}
