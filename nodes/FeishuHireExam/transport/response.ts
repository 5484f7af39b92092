import type { IDataObject } from 'n8n-workflow';

import { ERROR_CODES, type ErrorKind } from './errors/codes';

/** Feishu's answer, read tolerantly: proxies and gateways on the way answer in text or HTML. */
export interface FeishuResponse {
	httpStatus: number;
	/** Feishu's own code: 0 is success whatever the HTTP status. Absent when the answer is not Feishu's JSON. */
	code?: number;
	msg: string;
	data: IDataObject;
	/** The whole body: the token endpoints put their fields next to `code` instead of into `data`. */
	body: IDataObject;
	/** Details of a rejection: violations of fields and of permissions. */
	error: IDataObject;
	/** Whether the body is a web page. */
	isHtml: boolean;
	/** Whether the body is JSON that breaks off. */
	isTruncated: boolean;
	/** Where a redirect leads. */
	location?: string;
	logId?: string;
	/** Milliseconds after which Feishu takes the call, if it says so. */
	retryAfterMs?: number;
}

/** What `httpRequest` returns with `returnFullResponse`. */
export interface HttpResponse {
	statusCode: number;
	headers: IDataObject;
	body: unknown;
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** Seconds, sometimes with decimals, or a date; `now` in milliseconds since 1970. */
function readWait(value: unknown, now: number): number | undefined {
	const wait = text(value) ?? (typeof value === 'number' ? String(value) : undefined);
	if (wait === undefined) return undefined;
	const ms = /^\d+(\.\d+)?$/.test(wait) ? Number(wait) * 1000 : Date.parse(wait) - now;
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The body, or undefined when it is text that is not JSON. */
function parseBody(body: unknown): IDataObject | undefined {
	if (typeof body !== 'string') return isObject(body) ? body : {};
	try {
		const parsed: unknown = JSON.parse(body);
		return isObject(parsed) ? parsed : {};
	} catch {
		return undefined;
	}
}

/** Reads status, code, message, details and log ID out of any HTTP answer. Never throws. */
export function readResponse(
	{ statusCode, headers, body: rawBody }: HttpResponse,
	now: number,
): FeishuResponse {
	const parsed = parseBody(rawBody);
	const body = parsed ?? {};
	const error = isObject(body.error) ? body.error : {};
	return {
		httpStatus: statusCode,
		code: typeof body.code === 'number' ? body.code : undefined,
		// Uploads answer with `message` where all others have `msg`.
		msg: text(body.msg) ?? text(body.message) ?? '',
		data: isObject(body.data) ? body.data : {},
		body,
		error,
		isHtml:
			/\bhtml\b/i.test(text(headers['content-type']) ?? '') ||
			(typeof rawBody === 'string' && /^\s*</.test(rawBody)),
		isTruncated: parsed === undefined && /^\s*\{/.test(String(rawBody)),
		location: text(headers.location),
		// The one that Feishu's support asks for; the last is a gateway's.
		logId:
			text(headers['x-tt-logid']) ??
			text(error.log_id) ??
			text(error.logid) ??
			text(headers['x-request-id']),
		retryAfterMs:
			readWait(headers['x-ogw-ratelimit-reset'], now) ?? readWait(headers['retry-after'], now),
	};
}

/** What kind of answer it is: a known code decides, whatever the HTTP status. Without one, HTTP 429 is a rate limit. */
export function classifyResponse({
	httpStatus,
	code,
	isHtml,
	isTruncated,
}: FeishuResponse): 'success' | ErrorKind {
	if (code === 0) return 'success';
	const known = code === undefined ? undefined : ERROR_CODES[code];
	if (known) return known.kind;
	if (httpStatus === 429) return 'rateLimited';
	if (httpStatus >= 500 || isTruncated) return 'transient';
	// Nothing, or text: Feishu's answers were always JSON.
	return code === undefined && httpStatus < 300 && !isHtml ? 'transient' : 'final';
}
