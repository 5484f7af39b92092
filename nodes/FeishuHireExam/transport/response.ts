import type { IDataObject } from 'n8n-workflow';

/** Feishu's answer, read tolerantly: gateways in between answer in text or HTML. */
export interface Answer {
	httpStatus: number;
	/** Feishu's own code: 0 is success whatever the HTTP status says. Absent when Feishu did not answer as documented. */
	code?: number;
	msg: string;
	data: IDataObject;
	/** The whole body: the token endpoint puts its fields beside `code` instead of into `data`. */
	body: IDataObject;
	/** Details of a refusal: violations of fields and of permissions. */
	error: IDataObject;
	logId?: string;
	/** Milliseconds after which Feishu takes the call, if it says so. */
	retryAfterMs?: number;
}

/** What `httpRequest` gives with `returnFullResponse`. */
export interface HttpResponse {
	statusCode: number;
	headers: IDataObject;
	body: unknown;
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** Seconds, with decimals at times, or a date. */
function readWait(seconds: unknown): number | undefined {
	const value = text(seconds);
	if (value === undefined) return undefined;
	const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function parseBody(body: unknown): IDataObject {
	if (typeof body !== 'string') return isObject(body) ? body : {};
	try {
		const parsed: unknown = JSON.parse(body);
		return isObject(parsed) ? parsed : {};
	} catch {
		return {};
	}
}

/** Reads status, code, message, details and log id out of any HTTP answer. Never throws. */
export function readAnswer({ statusCode, headers, body: rawBody }: HttpResponse): Answer {
	const body = parseBody(rawBody);
	const error = isObject(body.error) ? body.error : {};
	return {
		httpStatus: statusCode,
		code: typeof body.code === 'number' ? body.code : undefined,
		// Uploads answer with `message` where all others have `msg`.
		msg: text(body.msg) ?? text(body.message) ?? '',
		data: isObject(body.data) ? body.data : {},
		body,
		error,
		logId:
			text(headers['x-tt-logid']) ??
			text(headers['x-request-id']) ??
			text(error.log_id) ??
			text(error.logid),
		retryAfterMs: readWait(headers['x-ogw-ratelimit-reset']) ?? readWait(headers['retry-after']),
	};
}
