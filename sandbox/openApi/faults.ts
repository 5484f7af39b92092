import { type Code, FeishuError } from './codes';
import { defaultLimits, limitHeaders } from './rateLimiter';

/**
 * What can go wrong with a call. "Before": the operation is not carried out and counts toward no limit. "After": the
 * operation is carried out first.
 */
export type FaultKind =
	/** Before: 99991663 with HTTP 400 or 200, whatever the token. */
	| 'deadToken400'
	| 'deadToken200'
	/** Before: 99991400 with HTTP 429 and headers, HTTP 400 and headers, HTTP 429 without headers. */
	| 'rateLimited'
	| 'rateLimited400'
	| 'rateLimitedNoHeaders'
	/** Before: 99991400 with HTTP 429 and a Retry-After header only, of `resetSeconds` or of a day. */
	| 'retryAfter'
	| 'retryAfterDay'
	/** Before: 99991403 with HTTP 429, the monthly quota of the tenant. */
	| 'quotaExceeded'
	/** Before or after: HTTP 500 and 1002001; at the token endpoints HTTP 200 and 2200. */
	| 'errorBefore'
	| 'errorAfter'
	/** Before: the same with HTTP 200, as the page of 获取笔试列表 has it. */
	| 'errorBefore200'
	/** Before: HTTP 400 and 1002002, whatever the call holds; at the token endpoints HTTP 200 and 10003. */
	| 'paramError'
	/** Before or after: the connection is reset without an answer. */
	| 'resetBefore'
	| 'resetAfter'
	/** Before: the web page of a gateway, with HTTP 502. */
	| 'html'
	/** Before: a login page, with HTTP 200. */
	| 'html200'
	/** Before: HTTP 307 to `location`. */
	| 'redirect'
	/** After: the first half of the answer. */
	| 'truncated'
	/** After: HTTP 200 and nothing. */
	| 'empty'
	/** After: the normal answer, late. */
	| 'slow';

/** One fault. Of several that match a call, the one added first applies; each counts its calls on its own. */
export interface Fault {
	kind: FaultKind;
	/** Part of the path, e.g. `update_result` or `tenant_access_token`; default: every call of an operation, none for a token. */
	path?: string;
	/** How many calls it applies to; default 1. */
	times?: number;
	/** How many matching calls it skips first; default 0. */
	after?: number;
	/** When the caller may try again; default 1. Feishu's headers know whole seconds: rounded up. */
	resetSeconds?: number;
	/** Holds the answer back for so many milliseconds; default 1000 for `slow`, else 0. */
	delayMs?: number;
	/** Where `redirect` leads; default a login page on another host. */
	location?: string;
}

/** An answer on its way out. */
export interface Answer {
	/** 0: none, the connection is reset. */
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** What a kind does to an answer; what is left out stays as it is. */
interface FaultEffect {
	/** Whether the operation is carried out first. */
	isAfter?: true;
	/** The answer becomes this error, with its status. */
	error?: Code;
	/** The same at the token endpoints, which have codes of their own. */
	tokenError?: Code;
	status?: number;
	headers?: (fault: Fault) => Record<string, string>;
	body?: (body: string) => string;
	delayMs?: number;
}

const DAY_SECONDS = 24 * 60 * 60;
const LOGIN_PAGE = 'https://login.example.com/';

const systemError = { error: 1002001, tokenError: 2200 } as const;
const rateLimitHeaders = ({ resetSeconds = 1 }: Fault) =>
	limitHeaders({ cap: defaultLimits().perSecond, resetMs: resetSeconds * 1000 });

const webPage = (title: string) => ({
	headers: () => ({ 'Content-Type': 'text/html' }),
	body: () => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

const EFFECTS: Record<FaultKind, FaultEffect> = {
	deadToken400: { error: 99991663 },
	deadToken200: { error: 99991663, status: 200 },
	rateLimited: { error: 99991400, headers: rateLimitHeaders },
	rateLimited400: { error: 99991400, status: 400, headers: rateLimitHeaders },
	rateLimitedNoHeaders: { error: 99991400 },
	retryAfter: {
		error: 99991400,
		headers: ({ resetSeconds = 1 }) => ({ 'Retry-After': String(Math.ceil(resetSeconds)) }),
	},
	retryAfterDay: {
		error: 99991400,
		headers: () => ({ 'Retry-After': String(DAY_SECONDS) }),
	},
	quotaExceeded: { error: 99991403 },
	errorBefore: systemError,
	errorAfter: { ...systemError, isAfter: true },
	errorBefore200: { ...systemError, status: 200 },
	paramError: { error: 1002002, tokenError: 10003 },
	resetBefore: { status: 0 },
	resetAfter: { status: 0, isAfter: true, body: () => '' },
	html: { status: 502, ...webPage('502 Bad Gateway') },
	html200: { status: 200, ...webPage('Log in') },
	redirect: {
		status: 307,
		headers: ({ location = LOGIN_PAGE }) => ({ Location: location }),
		body: () => '',
	},
	truncated: { isAfter: true, body: (body) => body.slice(0, body.length / 2) },
	empty: { isAfter: true, status: 200, body: () => '' },
	slow: { isAfter: true, delayMs: 1_000 },
};

/** Every kind, to check what comes from outside. */
export const FAULT_KINDS = Object.keys(EFFECTS) as FaultKind[];

/** Whether the operation is carried out before the fault shows. */
export const isAfterOperation = ({ kind }: Fault) => EFFECTS[kind].isAfter ?? false;

/** How long the fault holds the answer back, in milliseconds. */
export const delayOf = ({ kind, delayMs = EFFECTS[kind].delayMs ?? 0 }: Fault) => delayMs;

/** What the caller gets instead of `answer`. */
export function applyFault(
	answer: Answer,
	fault: Fault,
	logId: string,
	isOperation: boolean,
): Answer {
	const effect = EFFECTS[fault.kind];
	const { status = answer.status, body = (text: string) => text } = effect;
	const headers = effect.headers?.(fault) ?? {};

	const code = (!isOperation && effect.tokenError) || effect.error;
	if (!code) return { status, headers, body: body(answer.body) };
	const error = new FeishuError(code);
	return {
		status: effect.status ?? error.http,
		headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
		body: JSON.stringify(error.body(logId)),
	};
}

/** The faults of a sandbox that are still to come. */
export class Faults {
	private pending: Array<Fault & { times: number; after: number }> = [];

	add(fault: Fault): void {
		this.pending.push({ ...fault, times: fault.times ?? 1, after: fault.after ?? 0 });
	}

	clear(): void {
		this.pending = [];
	}

	/** With what is left of their `times` and `after`. */
	list(): readonly Fault[] {
		return this.pending;
	}

	/** Counts a call; gives the fault that applies to it. */
	consume(path: string, isOperation: boolean): Fault | undefined {
		const matching = this.pending.filter((fault) =>
			fault.path ? path.includes(fault.path) : isOperation,
		);
		const fault = matching.find(({ after }) => after === 0);
		for (const skipped of matching) skipped.after = Math.max(0, skipped.after - 1);
		if (fault) fault.times -= 1;
		this.pending = this.pending.filter(({ times }) => times > 0);
		return fault;
	}
}
