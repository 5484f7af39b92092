import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import type { FeishuApp } from '../app';
import { systemClock } from '../clock';
import { withResumeTime } from '../errors/describe';
import { describeNetworkError, findNetworkError } from '../errors/network';
import { zoneOf } from '../localTime';
import { classifyResponse, type FeishuResponse } from '../response';
import { AuthError } from './authError';
import { explainRejection } from './explainRejection';
import { sendAuth } from './sendAuth';

/** The one code with which Feishu says that the app ticket is no longer valid. */
export const STALE_TICKET_CODE = 10012;

function toAuthError(error: unknown, baseUrl: string): AuthError {
	const network = findNetworkError(error);
	if (network) {
		return new AuthError(describeNetworkError(error, baseUrl), { isTransient: !network.isFinal });
	}
	return new AuthError({
		message: 'The access token could not be requested',
		description: error instanceof Error ? error.message : String(error),
	});
}

/**
 * Calls an endpoint of `auth/v3`, and returns the flat body of its answer.
 *
 * @throws AuthError that says why there is no answer, or why Feishu rejected the call
 */
export async function postAuth(
	this: IHttpRequestHelper,
	app: FeishuApp,
	endpoint: string,
	body: IDataObject,
): Promise<IDataObject> {
	let response: FeishuResponse;
	try {
		response = await sendAuth.call(this, app.baseUrl, endpoint, body);
	} catch (error) {
		throw toAuthError(error, app.baseUrl);
	}
	const kind = classifyResponse(response);
	if (kind === 'success') return response.body;
	const text = await explainRejection.call(this, app, response);
	throw kind === 'rateLimited'
		? new AuthError(withResumeTime(text, response.retryAfterMs, systemClock.now(), zoneOf(this)), {
				isTransient: true,
				retryAfterMs: response.retryAfterMs ?? 0,
				facts: response,
			})
		: new AuthError(text, { isTransient: kind === 'transient', facts: response });
}
