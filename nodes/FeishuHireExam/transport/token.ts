import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { readAnswer } from './envelope';
import type { Answer, HttpResponse } from './envelope';
import { describeAnswer, describeNetworkError, isTrouble } from './errors';
import type { ErrorText } from './errors';
import { PLATFORM_URLS, baseUrl } from './platform';
import type { Brand, FeishuCredentials } from './platform';

const TIMEOUT_MS = 30_000;

/** No token could be had. Credentials are read where no node is at hand, so this is a plain error; its text is meant for the user. */
export class FeishuTokenError extends Error {
	constructor(
		readonly text: ErrorText,
		/** Whether asking again could help: nobody answered, or the answer was one of trouble. */
		readonly mayPass = false,
	) {
		super(`${text.message}. ${text.description}`);
		this.name = 'FeishuTokenError';
	}
}

/** The hidden state that `requestAccessToken` gives n8n to keep in the credential. */
export interface TokenState extends IDataObject {
	accessToken: string;
	/** Milliseconds since 1970. */
	expiresAt: number;
}

/** Asks for a token; rejects with the network's error when nobody answers. */
async function askForToken(
	this: IHttpRequestHelper,
	url: string,
	appId: string,
	appSecret: string,
): Promise<Answer> {
	const response = (await this.helpers.httpRequest({
		method: 'POST',
		url: `${url}/open-apis/auth/v3/tenant_access_token/internal`,
		headers: { 'Content-Type': 'application/json; charset=utf-8' },
		body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
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
	return await askForToken.call(this, PLATFORM_URLS[other], appId, 'unknown').then(
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

/**
 * Fetches a tenant access token for a self-built app (page "tenant_access_token_internal").
 * The endpoint answers HTTP 200 whatever happens, so only `code` counts.
 *
 * @throws FeishuTokenError when there is no address, nobody answers, or Feishu refuses; its text tells which.
 */
export async function requestAccessToken(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
): Promise<TokenState> {
	const url = baseUrl(credentials);
	if (!/^https?:\/\/[^/]/.test(url)) {
		throw new FeishuTokenError({
			message: "'Base URL' of the credential is not an address",
			description: 'Enter it with its protocol, for example https://open.feishu.example.com',
		});
	}
	const asked = await askForToken
		.call(this, url, credentials.appId.trim(), credentials.appSecret.trim())
		.then(
			(answer) => ({ answer }),
			(error: unknown) => ({ error }),
		);
	if ('error' in asked) throw new FeishuTokenError(describeNetworkError(asked.error, url), true);

	const { answer } = asked;
	const { tenant_access_token: accessToken, expire } = answer.body;
	if (answer.code !== 0 || typeof accessToken !== 'string' || typeof expire !== 'number') {
		throw new FeishuTokenError(await explainRefusal.call(this, credentials, answer), isTrouble(answer));
	}
	return { accessToken, expiresAt: Date.now() + expire * 1000 };
}
