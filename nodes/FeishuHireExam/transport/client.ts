import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { appKeyOf, type FeishuApp } from './app';
import type { Authorization } from './auth/accessToken';
import { AuthError } from './auth/authError';
import { systemClock } from './clock';
import { type ErrorText, RATE_LIMIT, STOPPED } from './errors/codes';
import {
	describeResponse,
	type ErrorFacts,
	feishuApiError,
	withResumeTime,
} from './errors/describe';
import { describeNetworkError, findNetworkError } from './errors/network';
import { zoneOf } from './localTime';
import { lowerLimits, rateLimiter, type RateLimits, TIER_4 } from './rateLimiter';
import { classifyResponse } from './response';
import {
	type Decision,
	decide,
	mayHaveBeenProcessed,
	NO_RETRIES,
	type Outcome,
	recordDecision,
	type RetryHistory,
} from './retryPolicy';
import { type FeishuCall, send } from './send';
import type { Session } from './session';

export const DEFAULT_TIMEOUT_MS = 30_000;

/** How the calls for an input item are made. */
export interface ClientOptions {
	itemIndex: number;
	limits: RateLimits;
	/** How long a call may take, without the time for its file. */
	timeoutMs: number;
	/** Store apps only: the tenant to act on behalf of; the credential's, if there is none. */
	tenantKey?: string;
}

/** Makes the calls for one input item. */
export class FeishuClient {
	private readonly options: ClientOptions;

	constructor(
		private readonly session: Session,
		options: Partial<ClientOptions> = {},
	) {
		this.options = { itemIndex: 0, limits: TIER_4, timeoutMs: DEFAULT_TIMEOUT_MS, ...options };
	}

	/**
	 * The app that calls are made for.
	 *
	 * @throws NodeApiError that names the credential field that is missing
	 */
	async app(): Promise<FeishuApp> {
		try {
			return await this.session.app(this.options.tenantKey);
		} catch (error) {
			throw this.toNodeError(error);
		}
	}

	/**
	 * Makes a call, and returns the `data` of Feishu's answer. Every operation goes through here.
	 *
	 * Success is `code === 0`, whatever the HTTP status. `rateLimiter.ts` decides when a call is sent, `retryPolicy.ts`
	 * what follows an error.
	 *
	 * @throws NodeApiError with a text for the user, the item's index, Feishu's code and log ID, and nothing of the request
	 */
	async request(call: FeishuCall): Promise<IDataObject> {
		const { signal } = this.session;
		let history = NO_RETRIES;
		let rejectedToken: string | undefined;
		for (;;) {
			const authorization = await this.authorize(rejectedToken);
			const { outcome, decision } = await this.attempt(authorization, call, history);
			if (decision.action === 'done') return decision.data;
			if (signal?.aborted) throw this.error(withDoubt(STOPPED, outcome, call));
			if (decision.action === 'fail') {
				const text = describeOutcome(outcome, call, authorization.app.baseUrl, history.hasNewToken);
				const zone = zoneOf(this.session.caller);
				const full = withResumeTime(text, decision.resumesInMs, systemClock.now(), zone);
				throw this.error(withDoubt(full, outcome, call), factsOf(outcome));
			}
			if (decision.action === 'renewToken') rejectedToken = authorization.accessToken;
			else if (!decision.blocks) await systemClock.sleep(decision.ms, signal);
			history = recordDecision(history, decision);
		}
	}

	/** An error for this item. */
	error(text: ErrorText, facts: Omit<ErrorFacts, 'itemIndex'> = {}): NodeApiError {
		return feishuApiError(this.session.node, text, {
			...facts,
			itemIndex: this.options.itemIndex,
		});
	}

	/** Sends a call once, when it may be sent. */
	private async attempt(
		authorization: Authorization,
		call: FeishuCall,
		history: RetryHistory,
	): Promise<{ outcome: Outcome; decision: Decision }> {
		const { limits, timeoutMs } = this.options;
		const bucketKey = `${appKeyOf(authorization.app)} ${call.method} ${call.path}`;
		const isIdempotent = call.nonIdempotent === undefined;
		const bucketLimits = lowerLimits(limits, call.limits ?? TIER_4);
		const admission = await rateLimiter.acquire(bucketKey, bucketLimits, this.session.signal);
		if (admission.kind === 'aborted') throw this.error(STOPPED);
		if (admission.kind === 'blocked') {
			return { outcome: admission, decision: decide(admission, isIdempotent, history) };
		}
		const { permit } = admission;
		try {
			const outcome = await send(this.session.caller, authorization, call, timeoutMs);
			const decision = decide(outcome, isIdempotent, history);
			const blockMs = blockTimeOf(decision);
			if (blockMs !== undefined) permit.blockBucket(blockMs);
			return { outcome, decision };
		} finally {
			permit.release();
		}
	}

	private async authorize(rejectedToken?: string): Promise<Authorization> {
		try {
			const authorization = await this.session.authorize(this.options.tenantKey, rejectedToken);
			if (authorization) return authorization;
		} catch (error) {
			throw this.toNodeError(error);
		}
		throw this.error(STOPPED);
	}

	private toNodeError(error: unknown): unknown {
		return error instanceof AuthError ? this.error(error.text, error.facts) : error;
	}
}

/** How long no other call of the API is sent after a decision, in milliseconds. */
function blockTimeOf(decision: Decision): number | undefined {
	if (decision.action === 'wait') return decision.blocks ? decision.ms : undefined;
	return decision.action === 'fail' ? decision.resumesInMs : undefined;
}

const factsOf = (outcome: Outcome): Omit<ErrorFacts, 'itemIndex'> =>
	outcome.kind === 'response' ? outcome.response : {};

function describeOutcome(
	outcome: Outcome,
	call: FeishuCall,
	baseUrl: string,
	hasNewToken: boolean,
): ErrorText {
	switch (outcome.kind) {
		case 'response': {
			const text = describeResponse(outcome.response, baseUrl, call);
			const isRejectedToken = classifyResponse(outcome.response) === 'rejectedToken';
			if (!isRejectedToken || !hasNewToken) return text;
			return {
				...text,
				description: `A new access token was requested and rejected, too. ${text.description}`,
			};
		}
		case 'failure':
			return findNetworkError(outcome.error)
				? describeNetworkError(outcome.error, baseUrl)
				: {
						message: 'The call could not be made',
						description: outcome.error instanceof Error ? outcome.error.message : '',
					};
		case 'blocked':
			return RATE_LIMIT;
	}
}

/** Adds that a non-idempotent call may have been processed. */
function withDoubt(text: ErrorText, outcome: Outcome, { nonIdempotent }: FeishuCall): ErrorText {
	if (!nonIdempotent || !mayHaveBeenProcessed(outcome)) return text;
	return { ...text, description: `${nonIdempotent} ${text.description}` };
}
