import type { IDataObject, IExecuteFunctions, IHttpRequestMethods } from 'n8n-workflow';

import { readAnswer } from './envelope';
import type { Answer, HttpResponse } from './envelope';
import { DEAD_TOKEN_CODES, describeAnswer, describeNetworkError, feishuApiError } from './errors';
import { baseUrl } from './platform';
import type { FeishuCredentials } from './platform';
import { FeishuTokenError, REQUEST_TIMEOUT_MS } from './token';

export const CREDENTIAL = 'feishuAppApi';

/** A token this close to its end may die on the way. */
const TOKEN_MARGIN_MS = 3 * 60_000;

/** One call of the Open API. */
export interface FeishuCall {
	method: IHttpRequestMethods;
	/** Behind `/open-apis/hire/v1`; parts of it that a user enters must be encoded. */
	path: string;
	qs?: IDataObject;
	body: IDataObject;
}

async function send(
	this: IExecuteFunctions,
	credentials: FeishuCredentials,
	{ method, path, qs, body }: FeishuCall,
): Promise<Answer> {
	const stored = this.getNode().credentials?.[CREDENTIAL];
	const response = (await this.helpers.httpRequestWithAuthentication.call(
		this,
		CREDENTIAL,
		{
			method,
			url: `${baseUrl(credentials)}/open-apis/hire/v1${path}`,
			qs,
			headers: { 'Content-Type': 'application/json; charset=utf-8' },
			// As text, because n8n leaves out a body that is an empty object.
			body: JSON.stringify(body),
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: REQUEST_TIMEOUT_MS,
		},
		{
			credentialsDecrypted: {
				id: stored?.id ?? '',
				name: stored?.name ?? '',
				type: CREDENTIAL,
				data: credentials,
			},
		},
	)) as HttpResponse;
	return readAnswer(response);
}

const findTokenError = (error: unknown): FeishuTokenError | undefined => {
	if (error instanceof FeishuTokenError) return error;
	return error instanceof Error && error.cause ? findTokenError(error.cause) : undefined;
};

/**
 * Makes one call for an input item and gives the `data` of Feishu's answer. Every operation goes through here.
 * Success is `code === 0`, whatever the HTTP status. A dead token is replaced once; n8n does so only on
 * HTTP 401, which Feishu never sends.
 *
 * @throws NodeApiError in words, with the item's index, Feishu's code and its log id; it holds nothing of the request.
 */
export async function feishuRequest(
	this: IExecuteFunctions,
	itemIndex: number,
	call: FeishuCall,
): Promise<IDataObject> {
	const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL, itemIndex);
	if (credentials.expiresAt - TOKEN_MARGIN_MS < Date.now()) {
		credentials.accessToken = '';
	}

	let answer: Answer;
	try {
		answer = await send.call(this, credentials, call);
		if (DEAD_TOKEN_CODES.has(answer.code ?? 0)) {
			// An empty token makes n8n fetch a new one and keep it in the credential.
			answer = await send.call(this, { ...credentials, accessToken: '' }, call);
		}
	} catch (error) {
		const text =
			findTokenError(error)?.text ?? describeNetworkError(error, baseUrl(credentials));
		throw feishuApiError(this.getNode(), text, { itemIndex });
	}

	if (answer.code === 0) return answer.data;
	throw feishuApiError(this.getNode(), describeAnswer(answer), { itemIndex, ...answer });
}
