import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { systemClock } from '../clock';
import { type FeishuResponse, type HttpResponse, readResponse } from '../response';

const TIMEOUT_MS = 30_000;

/** Calls an endpoint of `auth/v3`. They answer HTTP 200 whatever happens, so only `code` counts. */
export async function sendAuth(
	this: IHttpRequestHelper,
	baseUrl: string,
	endpoint: string,
	body: IDataObject,
): Promise<FeishuResponse> {
	const response = (await this.helpers.httpRequest({
		method: 'POST',
		url: `${baseUrl}/open-apis/auth/v3/${endpoint}`,
		headers: { 'Content-Type': 'application/json; charset=utf-8' },
		body: JSON.stringify(body),
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The secret would go with it.
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	})) as HttpResponse;
	return readResponse(response, systemClock.now());
}
