import type { FeishuResponse } from '../../../nodes/FeishuHireExam/transport/response';
import {
	backoffDelay,
	decide,
	type Decision,
	mayHaveBeenProcessed,
	NO_RETRIES,
	type Outcome,
	recordDecision,
	type RetryHistory,
} from '../../../nodes/FeishuHireExam/transport/retryPolicy';

const answer = (response: Partial<FeishuResponse>): Outcome => ({
	kind: 'response',
	response: {
		httpStatus: 200,
		msg: '',
		data: {},
		body: {},
		error: {},
		isHtml: false,
		isTruncated: false,
		...response,
	},
});
const failure = (code: string): Outcome => ({
	kind: 'failure',
	error: Object.assign(new Error('x'), { code }),
});

const DONE = { action: 'done', data: {} };
const RENEW = { action: 'renewToken' };
const FAIL = { action: 'fail' };
const RETRY = { action: 'wait', ms: expect.any(Number) as number, blocks: false };
const blockFor = (ms: number) => ({ action: 'wait', ms, blocks: true });

describe('decide', () => {
	/** The decision for an idempotent call, and for one that is not. */
	it.each<[string, Outcome, Decision | object, Decision | object]>([
		['success', answer({ code: 0 }), DONE, DONE],
		['success with HTTP 500', answer({ code: 0, httpStatus: 500 }), DONE, DONE],
		['a rejected token', answer({ code: 99991663, httpStatus: 400 }), RENEW, RENEW],
		['a rejected token with HTTP 200', answer({ code: 99991663 }), RENEW, RENEW],
		[
			'the rate limit',
			answer({ code: 99991400, httpStatus: 429, retryAfterMs: 3_000 }),
			blockFor(3_000),
			blockFor(3_000),
		],
		[
			'the rate limit of an old API (HTTP 400)',
			answer({ code: 99991400, httpStatus: 400, retryAfterMs: 3_000 }),
			blockFor(3_000),
			blockFor(3_000),
		],
		[
			'HTTP 429 of a gateway',
			answer({ httpStatus: 429, retryAfterMs: 1_000 }),
			blockFor(1_000),
			blockFor(1_000),
		],
		[
			'a wait of a day',
			answer({ code: 99991400, httpStatus: 429, retryAfterMs: 86_400_000 }),
			{ action: 'fail', resumesInMs: 86_400_000 },
			{ action: 'fail', resumesInMs: 86_400_000 },
		],
		['the monthly quota with HTTP 429', answer({ code: 99991403, httpStatus: 429 }), FAIL, FAIL],
		['a missing scope', answer({ code: 99991672, httpStatus: 400 }), FAIL, FAIL],
		['a missing scope with HTTP 500', answer({ code: 99991672, httpStatus: 500 }), FAIL, FAIL],
		['a rejected value', answer({ code: 1002002, httpStatus: 400 }), FAIL, FAIL],
		['an unknown code', answer({ code: 123, httpStatus: 400 }), FAIL, FAIL],
		['an unknown code with HTTP 500', answer({ code: 123, httpStatus: 500 }), RETRY, FAIL],
		['a system error', answer({ code: 1002001, httpStatus: 500 }), RETRY, FAIL],
		['a system error with HTTP 200', answer({ code: 1002001 }), RETRY, FAIL],
		['a gateway error', answer({ httpStatus: 502, isHtml: true }), RETRY, FAIL],
		['a web page with HTTP 200', answer({ isHtml: true }), FAIL, FAIL],
		['a redirect', answer({ httpStatus: 307, location: 'https://x.example.com' }), FAIL, FAIL],
		['no JSON with HTTP 404', answer({ httpStatus: 404 }), FAIL, FAIL],
		['an empty answer', answer({}), RETRY, FAIL],
		['a connection that was refused', failure('ECONNREFUSED'), RETRY, RETRY],
		['a host that does not exist', failure('ENOTFOUND'), RETRY, RETRY],
		['a connection that was closed', failure('ECONNRESET'), RETRY, FAIL],
		['a timeout', failure('ECONNABORTED'), RETRY, FAIL],
		['an unknown network error', failure('EWHATEVER'), RETRY, FAIL],
		['an untrusted certificate', failure('DEPTH_ZERO_SELF_SIGNED_CERT'), FAIL, FAIL],
		['HTTPS at a port for HTTP', failure('EPROTO'), FAIL, FAIL],
		['an error that is none of the network', failure('ERR_INVALID_ARG_TYPE'), FAIL, FAIL],
		[
			'a bucket that is blocked for long',
			{ kind: 'blocked', ms: 900_000 },
			{ action: 'fail', resumesInMs: 900_000 },
			{ action: 'fail', resumesInMs: 900_000 },
		],
	])('on %s', (_, outcome, ifIdempotent, otherwise) => {
		expect(decide(outcome, true, NO_RETRIES)).toEqual(ifIdempotent);
		expect(decide(outcome, false, NO_RETRIES)).toEqual(otherwise);
	});

	it('waits longer each time when Feishu says that it accepts calls at once, but rejects them', () => {
		const outcome = answer({ httpStatus: 429, retryAfterMs: 0 });
		const waits = [0, 3, 6].map((rateLimitRetries) => {
			const decision = decide(outcome, true, { ...NO_RETRIES, rateLimitRetries });
			return decision.action === 'wait' ? decision.ms : 0;
		});
		expect(waits[0]).toBeGreaterThan(300);
		expect(waits[1]).toBeGreaterThan(3_000);
		expect(waits[2]).toBeGreaterThan(20_000);
	});

	it.each<[string, Partial<RetryHistory>, Outcome]>([
		['three retries', { retries: 3 }, answer({ code: 1002001, httpStatus: 500 })],
		['a new token', { hasNewToken: true }, answer({ code: 99991663, httpStatus: 400 })],
		['20 rejections by the rate limit', { rateLimitRetries: 20 }, answer({ httpStatus: 429 })],
	])('gives up after %s', (_, history, outcome) => {
		expect(decide(outcome, true, { ...NO_RETRIES, ...history })).toEqual(FAIL);
	});

	it('gives up after an hour of waits, and says when Feishu takes calls again', () => {
		const outcome = answer({ httpStatus: 429, retryAfterMs: 60_000 });
		const history = { ...NO_RETRIES, waitedMs: 3_590_000 };
		expect(decide(outcome, true, history)).toEqual({ action: 'fail', resumesInMs: 60_000 });
	});

	it('records what was done', () => {
		const decisions: Decision[] = [
			{ action: 'renewToken' },
			{ action: 'wait', ms: 10, blocks: true },
			{ action: 'wait', ms: 5, blocks: false },
			{ action: 'fail' },
		];
		expect(decisions.reduce(recordDecision, NO_RETRIES)).toEqual({
			retries: 1,
			rateLimitRetries: 1,
			waitedMs: 15,
			hasNewToken: true,
		});
	});
});

describe('mayHaveBeenProcessed', () => {
	it.each<[string, Outcome, boolean]>([
		['a rejection', answer({ code: 1002002, httpStatus: 400 }), false],
		['the rate limit', answer({ code: 99991400, httpStatus: 429 }), false],
		['a web page', answer({ isHtml: true }), false],
		['a system error', answer({ code: 1002001, httpStatus: 500 }), true],
		['half an answer', answer({}), true],
		['a timeout', failure('ETIMEDOUT'), true],
		['a canceled call', failure('ERR_CANCELED'), true],
		['a connection that was refused', failure('ECONNREFUSED'), false],
		['an untrusted certificate', failure('CERT_HAS_EXPIRED'), false],
		['something else', { kind: 'failure', error: new TypeError('x') }, false],
	])('%s: %s', (_, outcome, expected) => {
		expect(mayHaveBeenProcessed(outcome)).toBe(expected);
	});
});

describe('backoffDelay', () => {
	it('doubles up to a minute, with a quarter of jitter either way', () => {
		expect([0, 1, 2, 20].map((attempts) => backoffDelay(attempts, 0.5))).toEqual([
			500, 1_000, 2_000, 60_000,
		]);
		expect([backoffDelay(1, 0), backoffDelay(1, 1)]).toEqual([750, 1_250]);
	});
});
