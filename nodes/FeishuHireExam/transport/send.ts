import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { type Caller, CREDENTIAL } from './app';
import type { Authorization } from './auth/accessToken';
import { withCredentials } from './auth/credentialState';
import { systemClock } from './clock';
import type { FieldLabels } from './errors/describe';
import type { MultipartFile } from './multipartFile';
import type { RateLimits } from './rateLimiter';
import { type HttpResponse, readResponse } from './response';
import type { Outcome } from './retryPolicy';
import { UPLOAD_BYTES_PER_MS } from './uploadLimiter';

/** One call of the Open API. */
export interface FeishuCall {
	method: IHttpRequestMethods;
	/** After `/open-apis/hire/v1`, with `:names` for the values in `pathParameters`. */
	path: string;
	/** Feishu's page of the call, after `https://open.feishu.cn/document/`. It is in Chinese, and explains the error codes. */
	docsPath: string;
	pathParameters?: Record<string, string>;
	qs?: IDataObject;
	/** Sent as JSON. Left out by calls that take none. */
	body?: IDataObject;
	/** Sent in place of `body`: makes the form anew each time that the call is sent, as a form can be read only once. */
	form?: () => MultipartFile;
	/** How the editor calls the fields of `body` and `qs`. */
	labels: FieldLabels;
	/** Set when the rows of the call's list came from input items: the item of each. */
	rowItems?: readonly number[];
	/** Set when a repeated call has a second effect: the text for an error after which the outcome is unknown. */
	nonIdempotent?: string;
	/** Set when Feishu allows less than tier 4. */
	limits?: RateLimits;
}

function toRequestOptions(
	{ method, path, pathParameters = {}, qs, body }: FeishuCall,
	baseUrl: string,
	timeoutMs: number,
	upload?: MultipartFile,
): IHttpRequestOptions {
	const filledPath = path.replace(/:(\w+)/g, (_, name: string) =>
		encodeURIComponent(pathParameters[name] ?? ''),
	);
	return {
		method,
		url: `${baseUrl}/open-apis/hire/v1${filledPath}`,
		qs,
		arrayFormat: 'repeat',
		// As text, because n8n leaves out a body that is an empty object.
		...(body && {
			headers: { 'Content-Type': 'application/json; charset=utf-8' },
			body: JSON.stringify(body),
		}),
		...(upload && { body: upload }),
		// The token would go with it, and the HTTP client would keep all that it has sent.
		disableFollowRedirect: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: timeoutMs + (upload?.size ?? 0) / UPLOAD_BYTES_PER_MS,
	};
}

/** Sends a call once. `timeoutMs`: how long it may take, without the time for its file. Never throws. */
export async function send(
	caller: Caller,
	{ app, credentials, accessToken }: Authorization,
	call: FeishuCall,
	timeoutMs: number,
): Promise<Outcome> {
	const upload = call.form?.();
	try {
		const response = (await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			toRequestOptions(call, app.baseUrl, timeoutMs, upload),
			// A token in this field keeps n8n from requesting one itself.
			withCredentials(caller, { ...credentials, accessToken }),
		)) as HttpResponse;
		return { kind: 'response', response: readResponse(response, systemClock.now()) };
	} catch (error) {
		return { kind: 'failure', error };
	} finally {
		upload?.close();
	}
}
