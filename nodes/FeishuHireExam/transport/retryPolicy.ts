/**
 * Decides whether a call is retried, and after which backoff: on HTTP 429, a rejected token, a timeout, a service
 * error. Pure functions; `client.ts` acts on them.
 */
import type { IDataObject } from 'n8n-workflow';

import { findNetworkError } from './errors/network';
import { classifyResponse, type FeishuResponse } from './response';

/** How often a call is retried after a network or service error, and how often after HTTP 429. */
export const MAX_RETRIES = 3;
export const MAX_RATE_LIMIT_RETRIES = 20;

/** The longest single wait, and the longest total of a call's waits, in milliseconds. */
export const MAX_WAIT_MS = 5 * 60_000;
export const MAX_TOTAL_WAIT_MS = 60 * 60_000;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;

/** What came of sending a call once. */
export type Outcome =
	| { kind: 'response'; response: FeishuResponse }
	/** No answer came. */
	| { kind: 'failure'; error: unknown }
	/** Not sent: Feishu takes calls again only in so many milliseconds. */
	| { kind: 'blocked'; ms: number };

/** What was done about a call so far. */
export interface RetryHistory {
	retries: number;
	rateLimitRetries: number;
	waitedMs: number;
	hasNewToken: boolean;
}

export const NO_RETRIES: RetryHistory = {
	retries: 0,
	rateLimitRetries: 0,
	waitedMs: 0,
	hasNewToken: false,
};

export type Decision =
	| { action: 'done'; data: IDataObject }
	/** Get a new token, then send again. */
	| { action: 'renewToken' }
	/** Wait, then send again. While `blocks`, no other call of this API is sent either. */
	| { action: 'wait'; ms: number; blocks: boolean }
	/** `resumesInMs`: when Feishu takes calls again, if that is too long to wait for. */
	| { action: 'fail'; resumesInMs?: number };

/** Milliseconds to wait after `attempts` failed attempts: twice as long each time, with jitter. `random`: 0 to 1. */
export const backoffDelay = (attempts: number, random = Math.random()): number =>
	Math.min(FIRST_BACKOFF_MS * 2 ** attempts, LONGEST_BACKOFF_MS) * (0.75 + random / 2);

/** Whether Feishu may have processed the call although it did not confirm it. */
export function mayHaveBeenProcessed(outcome: Outcome): boolean {
	switch (outcome.kind) {
		case 'response':
			return classifyResponse(outcome.response) === 'transient';
		case 'failure': {
			const network = findNetworkError(outcome.error);
			return network !== undefined && !network.isUnsent;
		}
		case 'blocked':
			return false;
	}
}

/** Whether sending again may help, and does nothing twice. */
function isRetryable(outcome: Outcome, isIdempotent: boolean): boolean {
	if (mayHaveBeenProcessed(outcome)) return isIdempotent;
	if (outcome.kind !== 'failure') return false;
	const network = findNetworkError(outcome.error);
	return network !== undefined && !network.isFinal;
}

function decideOnRateLimit(ms: number, { rateLimitRetries, waitedMs }: RetryHistory): Decision {
	if (ms > MAX_WAIT_MS || waitedMs + ms > MAX_TOTAL_WAIT_MS) {
		return { action: 'fail', resumesInMs: ms };
	}
	return rateLimitRetries < MAX_RATE_LIMIT_RETRIES
		? { action: 'wait', ms, blocks: true }
		: { action: 'fail' };
}

/**
 * What to do after a call was sent. Feishu did not process a call that it rate-limited, so that one is always safe to
 * retry; after a network or service error only an idempotent one is.
 */
export function decide(outcome: Outcome, isIdempotent: boolean, history: RetryHistory): Decision {
	if (outcome.kind === 'blocked') return { action: 'fail', resumesInMs: outcome.ms };
	if (outcome.kind === 'response') {
		const { response } = outcome;
		const kind = classifyResponse(response);
		if (kind === 'success') return { action: 'done', data: response.data };
		if (kind === 'rejectedToken') return { action: history.hasNewToken ? 'fail' : 'renewToken' };
		if (kind === 'rateLimited') {
			return decideOnRateLimit(
				response.retryAfterMs || backoffDelay(history.rateLimitRetries),
				history,
			);
		}
	}
	if (history.retries < MAX_RETRIES && isRetryable(outcome, isIdempotent)) {
		return { action: 'wait', ms: backoffDelay(history.retries), blocks: false };
	}
	return { action: 'fail' };
}

/** The history after a decision. */
export function recordDecision(history: RetryHistory, decision: Decision): RetryHistory {
	if (decision.action === 'renewToken') return { ...history, hasNewToken: true };
	if (decision.action !== 'wait') return history;
	const waitedMs = history.waitedMs + decision.ms;
	return decision.blocks
		? { ...history, waitedMs, rateLimitRetries: history.rateLimitRetries + 1 }
		: { ...history, waitedMs, retries: history.retries + 1 };
}
