import { setTimeout as sleep } from 'node:timers/promises';

import { type Code, FeishuError } from './codes';
import { defaultLimits, limitHeaders } from './rateLimit';

/** What can go wrong with a call. Unless "after" is said, the operation is not reached and no allowance is used. */
export type FaultKind =
	/** 99991663 with HTTP 400 or 200, whatever the token. */
	| 'deadToken400'
	| 'deadToken200'
	/** 99991400: HTTP 429 with headers, HTTP 400 with headers, HTTP 429 without headers. */
	| 'rateLimited'
	| 'rateLimited400'
	| 'rateLimitedNoHeaders'
	/** 99991400: HTTP 429 with nothing but a Retry-After header. */
	| 'retryAfter'
	/** HTTP 500 and 1002001, before or after the effect; the token endpoints say HTTP 200 and 2200. */
	| 'errorBefore'
	| 'errorAfter'
	/** The same before the effect with HTTP 200, as the page of 获取笔试列表 has it. */
	| 'errorBefore200'
	/** HTTP 400 and 1002002, whatever the call says; the token endpoints say HTTP 200 and 10003. */
	| 'paramError'
	/** The connection is reset without an answer, before or after the effect. */
	| 'resetBefore'
	| 'resetAfter'
	/** HTTP 502 and a page. */
	| 'html'
	/** After the effect: the first half of the answer. */
	| 'truncated'
	/** After the effect: HTTP 200 and nothing. */
	| 'empty'
	/** After the effect: the normal answer, late. */
	| 'slow';

/** One fault switch. Of several that match a call, the one added first hits it; each counts its calls on its own. */
export interface Fault {
	kind: FaultKind;
	/** Part of the path, e.g. `update_result` or `tenant_access_token`; default: every business call. */
	path?: string;
	/** How many calls it hits; default 1. */
	times?: number;
	/** Lets so many matching calls through first; default 0. */
	after?: number;
	/** When the caller may come again; default 0.2. Retry-After knows whole seconds only: default 1. */
	resetSeconds?: number;
	/** Holds the answer back; default 1000 for `slow`, else 0. */
	delayMs?: number;
}

/** An answer on its way out. */
export interface Answer {
	/** 0: none, the connection is reset. */
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** What a kind does to an answer; what is left out stays as it is. */
interface Trouble {
	/** The operation is carried out first. */
	takesEffect?: true;
	/** The answer becomes this error, with its status. */
	error?: Code;
	/** The same at the token endpoints, whose codes are their own. */
	tokenError?: Code;
	status?: number;
	headers?: (resetSeconds?: number) => Record<string, string>;
	body?: (body: string) => string;
	delayMs?: number;
}

const gatewayHeaders = (resetSeconds = 0.2) =>
	limitHeaders(defaultLimits().perSecond, resetSeconds);
const systemError = { error: 1002001, tokenError: 2200 } as const;

const TROUBLES: Record<FaultKind, Trouble> = {
	deadToken400: { error: 99991663 },
	deadToken200: { error: 99991663, status: 200 },
	rateLimited: { error: 99991400, headers: gatewayHeaders },
	rateLimited400: { error: 99991400, status: 400, headers: gatewayHeaders },
	rateLimitedNoHeaders: { error: 99991400 },
	retryAfter: {
		error: 99991400,
		headers: (seconds = 1) => ({ 'Retry-After': String(Math.ceil(seconds)) }),
	},
	errorBefore: systemError,
	errorAfter: { ...systemError, takesEffect: true },
	errorBefore200: { ...systemError, status: 200 },
	paramError: { error: 1002002, tokenError: 10003 },
	resetBefore: { status: 0 },
	resetAfter: { status: 0, takesEffect: true, body: () => '' },
	html: {
		status: 502,
		headers: () => ({ 'Content-Type': 'text/html' }),
		body: () =>
			'<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
	},
	truncated: { takesEffect: true, body: (body) => body.slice(0, body.length / 2) },
	empty: { takesEffect: true, status: 200, body: () => '' },
	slow: { takesEffect: true, delayMs: 1_000 },
};

/** Every kind, to check what comes from outside. */
export const FAULT_KINDS = Object.keys(TROUBLES);

/** Whether the operation is carried out before the fault shows. */
export const takesEffect = ({ kind }: Fault) => TROUBLES[kind].takesEffect ?? false;

/** What the caller gets instead of `answer`. */
export async function spoil(
	answer: Answer,
	fault: Fault,
	logId: string,
	isTokenCall: boolean,
): Promise<Answer> {
	const trouble = TROUBLES[fault.kind];
	// A long delay must not keep a process alive whose sandbox was closed.
	await sleep(fault.delayMs ?? trouble.delayMs ?? 0, undefined, { ref: false });
	const { status = answer.status, body = (text: string) => text } = trouble;
	const headers = trouble.headers?.(fault.resetSeconds) ?? {};

	const code = (isTokenCall && trouble.tokenError) || trouble.error;
	if (!code) return { status, headers, body: body(answer.body) };
	const error = new FeishuError(code);
	return {
		status: trouble.status ?? error.http,
		headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
		body: JSON.stringify(error.body(logId)),
	};
}

/** The fault switches of a sandbox. */
export function createFaults() {
	let active: Array<Fault & { times: number; after: number }> = [];

	return {
		add(fault: Fault) {
			active.push({ ...fault, times: fault.times ?? 1, after: fault.after ?? 0 });
		},
		clear() {
			active = [];
		},
		/** Those still to come, with what is left of their `times` and `after`. */
		active: (): readonly Fault[] => active,
		/** Counts a call, and gives the fault that hits it. */
		take(path: string, isBusinessCall: boolean): Fault | undefined {
			const matching = active.filter((fault) =>
				fault.path ? path.includes(fault.path) : isBusinessCall,
			);
			const hit = matching.find(({ after }) => after === 0);
			for (const fault of matching) fault.after = Math.max(0, fault.after - 1);
			if (hit) hit.times -= 1;
			active = active.filter(({ times }) => times > 0);
			return hit;
		},
	};
}

export type Faults = ReturnType<typeof createFaults>;
