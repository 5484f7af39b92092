import type { IHttpRequestOptions } from 'n8n-workflow';

import { toText } from '../events/envelope';
import type { FeishuApp } from '../transport/app';
import type { ErrorText } from '../transport/errors/codes';
import { describeResponse } from '../transport/errors/describe';
import { describeNetworkError, findNetworkError } from '../transport/errors/network';
import {
	classifyResponse,
	type FeishuResponse,
	type HttpResponse,
	readResponse,
} from '../transport/response';
import { type ClientConfig, DEFAULT_CONFIG, readConfig } from './clientConfig';

export const DISCOVERY_TIMEOUT_MS = 15_000;

/** n8n's HTTP helper. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<unknown>;

/** Why there is no connection: the user has to mend something, or it is tried again. */
export type Obstacle = { kind: 'mend' | 'retry'; text: ErrorText };

/** Where the connection is made, and how. */
export interface Endpoint {
	kind: 'found';
	/** Valid for one connection, and secret: it holds a ticket. */
	url: string;
	/** Stands in each ping. */
	service: number;
	config: ClientConfig;
}

const mend = (message: string, description: string): Obstacle => ({
	kind: 'mend',
	text: { message, description },
});

const retry = (message: string, description: string): Obstacle => ({
	kind: 'retry',
	text: { message, description },
});

const BUSY = retry('Feishu could not open the long connection', 'The node tries again by itself.');

const CHECK_APP =
	"Compare 'App ID' and 'App Secret' with 'Credentials & Basic Info' of the app in the developer console, and check that a version of the app is published.";

const REFUSED = mend('Feishu refused the long connection', CHECK_APP);

/**
 * What the codes of the endpoint mean. Source: the SDKs (`oapi-sdk-go`, `ws/const.go` and `ws/client.go`). Code 1 is
 * fatal in the one for Node; in the others it passes.
 */
const CODES: Readonly<Record<number, Obstacle>> = {
	1: BUSY,
	403: REFUSED,
	514: REFUSED,
	1000040343: BUSY,
	1000040344: mend('The App ID or App Secret is missing', CHECK_APP),
	1000040345: mend("The App ID and App Secret don't match", CHECK_APP),
	1000040350: mend(
		'The app has too many long connections',
		"Feishu allows 50 per app, in some cases fewer. Close other programs and n8n instances that use the app, or choose 'Webhook' in 'Receive Events By'.",
	),
	1000040351: mend(
		'The app belongs to another platform',
		"Choose the other one, Feishu or Lark, in 'Platform' of the credential.",
	),
};

const STORE_APP = mend(
	"A store app can't use the long connection",
	"Choose 'Webhook' in 'Receive Events By': Feishu offers the long connection to self-built apps only.",
);

const NO_ADDRESS = retry(
	'Feishu gave no valid address for the long connection',
	"The node tries again by itself. If it persists, check 'Base URL' in the credential.",
);

/** The server's words are left out: they may quote the request, and so the secret. */
function explainCode(code: number, { logId, ...response }: FeishuResponse): Obstacle {
	const known = CODES[code];
	if (!known && classifyResponse(response) !== 'final') return BUSY;
	const { kind, text } = known ?? REFUSED;
	const facts = [`Code ${code}.`, logId ? `Log ID ${logId}.` : ''].filter(Boolean).join(' ');
	return { kind, text: { ...text, description: `${text.description} ${facts}` } };
}

/** The text for an answer that is not Feishu's. */
const explainForeign = (response: FeishuResponse, baseUrl: string): Obstacle => ({
	kind: classifyResponse(response) === 'final' ? 'mend' : 'retry',
	text: describeResponse(response, baseUrl),
});

/** An encrypted call is not answered with the address of a connection that is not. */
const isAllowed = ({ protocol }: URL, baseUrl: string): boolean =>
	protocol === 'wss:' || (protocol === 'ws:' && /^http:/i.test(baseUrl));

function readEndpoint({ data }: FeishuResponse, baseUrl: string): Endpoint | Obstacle {
	const text = toText(data.URL);
	if (!URL.canParse(text)) return NO_ADDRESS;
	const url = new URL(text);
	if (!isAllowed(url, baseUrl)) return NO_ADDRESS;
	const service = Number(url.searchParams.get('service_id'));
	return {
		kind: 'found',
		url: text,
		service: Number.isSafeInteger(service) ? service : 0,
		config: readConfig(data.ClientConfig, DEFAULT_CONFIG),
	};
}

function explainFailure(error: unknown, baseUrl: string): Obstacle {
	const isFinal = findNetworkError(error)?.isFinal ?? false;
	return { kind: isFinal ? 'mend' : 'retry', text: describeNetworkError(error, baseUrl) };
}

/**
 * Asks Feishu for the address of a connection (`larksuite/node-sdk`, `ws-client/index.ts`). Each serves for one
 * connection. Never throws.
 *
 * @param now milliseconds since 1970
 */
export async function discoverEndpoint(
	{ baseUrl, appId, appSecret, isStoreApp }: FeishuApp,
	httpRequest: HttpRequest,
	now: number,
): Promise<Endpoint | Obstacle> {
	if (isStoreApp) return STORE_APP;
	try {
		const answer = await httpRequest({
			method: 'POST',
			url: `${baseUrl}/callback/ws/endpoint`,
			headers: { 'Content-Type': 'application/json', locale: 'zh' },
			body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The secret would go with it.
			disableFollowRedirect: true,
			timeout: DISCOVERY_TIMEOUT_MS,
		});
		const response = readResponse(answer as HttpResponse, now);
		if (response.code === undefined) return explainForeign(response, baseUrl);
		if (response.code !== 0) return explainCode(response.code, response);
		return readEndpoint(response, baseUrl);
	} catch (error) {
		return explainFailure(error, baseUrl);
	}
}
