import { createHash } from 'crypto';
import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { PLATFORM_URLS, baseUrl, tenantOf } from '../app';
import type { Brand, FeishuCredentials } from '../app';
import { EMPTY_TENANT, describeAnswer, describeNetworkError, isTrouble } from '../errors/describe';
import type { ErrorText } from '../errors/describe';
import { readAnswer } from '../response';
import type { Answer, HttpResponse } from '../response';

const TIMEOUT_MS = 30_000;

/** No token could be had. Credentials are read where no node is at hand, so this is a plain error; its text is meant for the user. */
export class FeishuTokenError extends Error {
	constructor(
		readonly text: ErrorText,
		/** Whether asking again could help: nobody answered, or the answer was one of trouble. */
		readonly mayPass = false,
		/** Whether an app ticket is on its way. */
		readonly awaitsTicket = false,
	) {
		super(`${text.message}. ${text.description}`);
		this.name = 'FeishuTokenError';
	}
}

/** Makes n8n fetch a token and authenticate again, which it does for an error of HTTP status 401 only. */
export class NeedsTokenError extends Error {
	readonly response = { status: 401 };
}

/** A tenant access token. */
interface Token {
	accessToken: string;
	/** Milliseconds since 1970. */
	expiresAt: number;
	/** Fingerprint of the settings that it was fetched with: when they are changed, it no longer belongs to them. */
	fetchedWith: string;
}

const appOf = ({ appId, appSecret }: FeishuCredentials) => ({
	app_id: appId.trim(),
	app_secret: appSecret.trim(),
});

const fingerprint = (credentials: FeishuCredentials): string =>
	createHash('sha256')
		.update(JSON.stringify([baseUrl(credentials), credentials.appType, appOf(credentials)]))
		.digest('base64');

/** The hidden state that `requestAccessToken` gives n8n to keep in the credential. */
export type TokenState = IDataObject & Token & { tenantTokens?: string };

function readTenantTokens({ tenantTokens }: FeishuCredentials): Map<string, Token> {
	return new Map(Object.entries(JSON.parse(tenantTokens || '{}') as Record<string, Token>));
}

/** The token that a call with this credential goes out with, if one was fetched: of a store app, the tenant's own. */
export function keptToken(credentials: FeishuCredentials): Token | undefined {
	const { appType, accessToken, expiresAt, fetchedWith } = credentials;
	const token =
		appType === 'store'
			? readTenantTokens(credentials).get(tenantOf(credentials))
			: { accessToken, expiresAt, fetchedWith };
	return token?.accessToken && token.fetchedWith === fingerprint(credentials) ? token : undefined;
}

/** Calls an endpoint of `auth/v3`. They answer HTTP 200 whatever happens, so only `code` counts. */
async function ask(
	this: IHttpRequestHelper,
	url: string,
	endpoint: string,
	body: IDataObject,
): Promise<Answer> {
	const response = (await this.helpers.httpRequest({
		method: 'POST',
		url: `${url}/open-apis/auth/v3/${endpoint}`,
		headers: { 'Content-Type': 'application/json; charset=utf-8' },
		body: JSON.stringify(body),
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: TIMEOUT_MS,
	})) as HttpResponse;
	return readAnswer(response);
}

/** Code 10014 stands for both an unknown app and a wrong secret; only the text tells them apart. */
const isUnknownApp = ({ code, msg }: Answer) => code === 10014 && !/secret/i.test(msg);
const isWrongSecret = ({ code, msg }: Answer) =>
	code === 10015 || code === 20002 || (code === 10014 && /secret/i.test(msg));

const STALE_TICKET_CODE = 10012;

const BRAND_NAMES: Record<Brand, string> = { feishu: 'Feishu', lark: 'Lark' };

/**
 * Whether the other brand knows the app. It is asked without the secret, which is none of its business:
 * "wrong secret" means that the app exists there.
 */
async function livesOnOtherBrand(
	this: IHttpRequestHelper,
	{ platform, appId }: FeishuCredentials,
): Promise<Brand | undefined> {
	if (platform === 'custom') return undefined;
	const other = platform === 'feishu' ? 'lark' : 'feishu';
	const body = { app_id: appId, app_secret: 'unknown' };
	return await ask.call(this, PLATFORM_URLS[other], 'tenant_access_token/internal', body).then(
		(answer) => (isWrongSecret(answer) ? other : undefined),
		() => undefined,
	);
}

async function explainRefusal(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
	answer: Answer,
): Promise<ErrorText> {
	if (isWrongSecret(answer)) {
		return {
			message: 'The App Secret is wrong',
			description:
				"Copy it again from 'Credentials & Basic Info' of the app in the developer console. It changes when somebody resets it.",
		};
	}
	if (isUnknownApp(answer)) {
		const other = await livesOnOtherBrand.call(this, credentials);
		if (other) {
			return {
				message: `The app belongs to ${BRAND_NAMES[other]}`,
				description: `Choose ${BRAND_NAMES[other]} in 'Platform'.`,
			};
		}
		return {
			message: `There is no app with the App ID ${credentials.appId}`,
			description:
				"Copy it again from 'Credentials & Basic Info' of the app in the developer console, and check 'Platform'.",
		};
	}
	return describeAnswer(answer);
}

/** Asks an endpoint that hands something out, and gives the flat body of its answer. */
async function obtain(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
	endpoint: string,
	body: IDataObject,
): Promise<IDataObject> {
	const url = baseUrl(credentials);
	const asked = await ask.call(this, url, endpoint, body).then(
		(answer) => ({ answer }),
		(error: unknown) => ({ error }),
	);
	if ('error' in asked) throw new FeishuTokenError(describeNetworkError(asked.error, url), true);
	const { answer } = asked;
	if (answer.code === 0) return answer.body;
	if (answer.code === STALE_TICKET_CODE) throw await askForTicket.call(this, credentials);
	throw new FeishuTokenError(
		await explainRefusal.call(this, credentials, answer),
		isTrouble(answer),
	);
}

function toToken(credentials: FeishuCredentials, body: IDataObject): Token {
	const { tenant_access_token: accessToken, expire } = body;
	if (typeof accessToken === 'string' && typeof expire === 'number') {
		return {
			accessToken,
			expiresAt: Date.now() + expire * 1000,
			fetchedWith: fingerprint(credentials),
		};
	}
	throw new FeishuTokenError({
		message: "Feishu's answer holds no token",
		description: "Check 'Platform' and 'Base URL' in the credential.",
	});
}

/** When each app was asked for a ticket (milliseconds since 1970). It takes Feishu a minute or two to send one. */
const ticketRequests = new Map<string, number>();
const ASK_AGAIN_AFTER_MS = 60_000;

/** Has Feishu send the app ticket again (page "app_ticket_resend"); gives the error that says what is waited for. */
async function askForTicket(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
): Promise<FeishuTokenError> {
	const app = `${baseUrl(credentials)} ${credentials.appId}`;
	if (Date.now() - (ticketRequests.get(app) ?? 0) > ASK_AGAIN_AFTER_MS) {
		await obtain.call(this, credentials, 'app_ticket/resend', appOf(credentials));
		ticketRequests.set(app, Date.now());
	}
	return new FeishuTokenError(
		{
			message: 'Waiting for Feishu to send the app ticket of the store app',
			description:
				"Feishu was asked to send it to the app's Request URL, which takes up to some minutes. It is received by a published Feishu Hire Exam Trigger with this credential, whose production URL is the Request URL. Check that, then run this again.",
		},
		true,
		true,
	);
}

/**
 * A tenant's token of a store app: the ticket, which Feishu sends to the trigger, gives the app's token, and
 * that the tenant's (pages "app_access_token" and "tenant_access_token").
 */
async function requestTenantToken(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
): Promise<TokenState> {
	const { appTicketToken } = credentials;
	const tenantKey = tenantOf(credentials);
	if (!tenantKey) throw new FeishuTokenError(EMPTY_TENANT);
	if (!appTicketToken) throw await askForTicket.call(this, credentials);
	const { app_access_token } = await obtain.call(this, credentials, 'app_access_token', {
		...appOf(credentials),
		app_ticket: appTicketToken,
	});
	const token = toToken(
		credentials,
		await obtain.call(this, credentials, 'tenant_access_token', {
			app_access_token,
			tenant_key: tenantKey,
		}),
	);
	const living = [...readTenantTokens(credentials)].filter(
		([, { expiresAt }]) => expiresAt > Date.now(),
	);
	const tokens = Object.fromEntries([...living, [tenantKey, token]]);
	return { ...token, tenantTokens: JSON.stringify(tokens) };
}

/**
 * Fetches a tenant access token: for a self-built app with its secret (page "tenant_access_token_internal"),
 * for a store app with its ticket.
 *
 * @throws FeishuTokenError when there is no address, nobody answers, or Feishu refuses; its text tells which.
 */
export async function requestAccessToken(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
): Promise<TokenState> {
	if (!/^https?:\/\/[^/]/.test(baseUrl(credentials))) {
		throw new FeishuTokenError({
			message: "'Base URL' of the credential is not an address",
			description: 'Enter it with its protocol, for example https://open.feishu.example.com',
		});
	}
	if (credentials.appType === 'store') return await requestTenantToken.call(this, credentials);
	return toToken(
		credentials,
		await obtain.call(this, credentials, 'tenant_access_token/internal', appOf(credentials)),
	) as TokenState;
}
