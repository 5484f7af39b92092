import multipart from '@fastify/multipart';
import type {
	FastifyError,
	FastifyInstance,
	FastifyReply,
	FastifyRequest,
	FastifySchemaValidationError,
} from 'fastify';
import { finished } from 'node:stream/promises';

import type { SandboxApp } from '../app';
import { newLogId } from '../ids';
import type { State } from '../tenant/tenant';
import { FeishuError, type FieldViolation, type PermissionViolation } from './codes';
import { type Answer, type Fault, type FaultKind, type Faults, spoil, takesEffect } from './faults';
import { OPERATIONS } from './operations';
import { type Operation, type Request, USER_ID_SCOPE } from './operations/operation';
import { createRateLimit, limitHeaders, type Limits } from './rateLimit';
import { type TokenEndpointOptions, tokenEndpoints } from './tokenEndpoints';
import type { UploadedFile, Uploads } from './uploads';

/** One call of the Open API and how it was answered. */
export interface RecordedCall {
	/** Milliseconds since 1970, at arrival. */
	at: number;
	method: string;
	path: string;
	query: Record<string, string | string[]>;
	headers: Record<string, string>;
	/** Empty when it was a form with a file. */
	rawBody: string;
	/** 0: the connection was reset. */
	status: number;
	/** Parsed, when the answer was JSON. */
	answer: unknown;
	logId: string;
	/** The fault that hit it. */
	fault?: FaultKind;
}

declare module 'fastify' {
	interface FastifyRequest {
		arrivedAt: number;
		logId: string;
		rawBody: string;
		rawQuery: Record<string, string | string[]>;
		fault?: Fault;
		/** Whose token a business call came with. */
		tenant: State;
	}
	interface FastifyContextConfig {
		operation?: Operation;
	}
}

export interface GatewayOptions extends TokenEndpointOptions {
	uploads: Uploads;
	calls: RecordedCall[];
	faults: Faults;
	limits: Limits;
	latencyMs: number;
}

/** What Feishu answers to a path or method it does not know. */
export const answerNotFound = (_request: FastifyRequest, reply: FastifyReply) =>
	reply.code(404).type('text/plain').send('404 page not found');

const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0] ?? '';

/** The tenant a call is made for. */
function tenantOf(request: FastifyRequest, { tokens, tenants }: GatewayOptions): State {
	const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
	if (!token) throw new FeishuError(99991661);
	const tenant = tenants.find(tokens.ownerOf(token) ?? '');
	if (!tenant) throw new FeishuError(99991663);
	return tenant;
}

/** The refusal of an app that has none of `scopes`; its message links to the console page where they are applied for. */
function scopeError(type: PermissionViolation['type'], scopes: string[], { appId }: SandboxApp) {
	const list = `[${scopes.join(', ')}]`;
	const link = `https://open.feishu.cn/app/${appId}/auth?q=${scopes.join(',')}&op_from=openapi&token_type=tenant`;
	return new FeishuError(99991672, {
		msg:
			`Access denied. One of the following scopes is required: ${list}.` +
			`应用尚未开通所需的应用身份权限：${list}，点击链接申请并开通任一权限即可：${link}`,
		permission_violations: scopes.map((subject) => ({ type, subject, description: '' })),
	});
}

function checkScopes({ query }: FastifyRequest, { scopes }: Operation, app: SandboxApp) {
	if (!scopes.some((scope) => app.scopes.includes(scope)))
		throw scopeError('action_scope_required', scopes, app);
	const { user_id_type } = query as Record<string, unknown>;
	if (user_id_type === 'user_id' && !app.scopes.includes(USER_ID_SCOPE)) {
		throw scopeError('field_scope_required', [USER_ID_SCOPE], app);
	}
}

/** A query holds text only: reads the integers and lists its schema announces, so that the strict validation sees them. */
function readQuery(query: Record<string, unknown>, { query: schema }: Operation) {
	for (const [name, property] of Object.entries(schema?.properties ?? {})) {
		if (query[name] !== undefined) query[name] = readValue(query[name], property);
	}
}

function readValue(
	value: unknown,
	{ type, items = {} }: { type?: string; items?: object },
): unknown {
	if (type === 'array') return [value].flat().map((entry) => readValue(entry, items));
	return type === 'integer' && typeof value === 'string' && /^-?\d+$/.test(value)
		? Number(value)
		: value;
}

const bodyError = (description: string) =>
	new FeishuError(99992402, { field_violations: [{ field: 'body', value: '', description }] });

function readBody({ headers, rawBody }: FastifyRequest): unknown {
	if (!rawBody) throw bodyError('body is required');
	if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
		throw bodyError('Content-Type must be application/json');
	}
	try {
		return JSON.parse(rawBody);
	} catch {
		throw bodyError('body is not valid JSON');
	}
}

/** A fault leaves JSON that is none: that stays text. */
function readAnswer(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

/** How each rule of a schema is worded when it is broken. */
const DESCRIPTIONS: Record<string, (params: Record<string, unknown>, field: string) => string> = {
	required: (_params, field) => `${field} is required`,
	type: ({ type }, field) => `${field} should be of type ${String(type)}`,
	enum: ({ allowedValues }, field) =>
		`${field} is optional, options: [${(allowedValues as string[]).join(',')}]`,
	minimum: ({ limit }) => `the min value is ${String(limit)}`,
	maximum: ({ limit }) => `the max value is ${String(limit)}`,
	minLength: ({ limit }) => `the min len is ${String(limit)}`,
	maxItems: ({ limit }) => `the max len is ${String(limit)}`,
};

function toViolation(error: FastifySchemaValidationError & { data?: unknown }): FieldViolation {
	const { keyword, params, instancePath, message, data } = error;
	const missing = keyword === 'required' ? `/${String(params.missingProperty)}` : '';
	const field =
		`${instancePath}${missing}`
			.slice(1)
			.replace(/\/(\d+)/g, '[$1]')
			.replaceAll('/', '.') || 'body';
	const value =
		missing || data === undefined ? '' : typeof data === 'string' ? data : JSON.stringify(data);
	return {
		field,
		value,
		description: DESCRIPTIONS[keyword]?.(params, field) ?? message ?? keyword,
	};
}

function toFeishuError(error: FastifyError | FeishuError): FeishuError {
	if (error instanceof FeishuError) return error;
	if (error.validation)
		return new FeishuError(99992402, { field_violations: error.validation.map(toViolation) });
	if (error.statusCode && error.statusCode < 500) return bodyError(error.message);
	return new FeishuError(1002001, { msg: `system error: ${error.message}` });
}

/**
 * Everything below `/open-apis`: what Feishu's gateway does to a call (log id, token, scope, rate limit, schema,
 * error envelope) around the operations themselves, and the faults that hit it.
 */
export async function gateway(server: FastifyInstance, options: GatewayOptions) {
	const { app, uploads, calls, faults, limits, latencyMs } = options;
	const admit = createRateLimit(limits);

	server.decorateRequest('arrivedAt', 0);
	server.decorateRequest('logId', '');
	server.decorateRequest('rawBody', '');

	// The body stays text until token, scope and limit are checked: their errors come first.
	server.removeAllContentTypeParsers();
	server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
		request.rawBody = String(body);
		done(null, undefined);
	});
	await server.register(multipart, { throwFileSizeLimit: false });

	server.addHook('onRequest', async (request, reply) => {
		request.arrivedAt = Date.now();
		request.logId = newLogId();
		request.rawQuery = { ...(request.query as RecordedCall['query']) };
		reply.header('X-Tt-Logid', request.logId);
	});

	server.addHook('preValidation', async (request, reply) => {
		const { operation } = request.routeOptions.config;
		request.fault = faults.take(pathOf(request), operation !== undefined);
		if (request.fault && !takesEffect(request.fault)) return reply.send();
		if (!operation) return;
		request.tenant = tenantOf(request, options);
		checkScopes(request, operation, app);
		const refusal = admit(
			`${request.method} ${operation.path} ${app.appId} ${request.tenant.tenantKey}`,
			operation.limits,
		);
		if (refusal) {
			throw new FeishuError(99991400, {
				headers: limitHeaders(refusal.cap, Math.ceil(refusal.resetMs) / 1000),
			});
		}
		readQuery(request.query as Record<string, unknown>, operation);
		if (operation.body) request.body = readBody(request);
	});

	server.addHook('onSend', async (request, reply, payload) => {
		// A client that is still sending would not hear an answer to half a file.
		if (request.isMultipart()) await finished(request.raw.resume()).catch(() => undefined);
		if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
		const { fault, logId } = request;
		let answer: Answer = { status: reply.statusCode, headers: {}, body: String(payload ?? '') };
		if (fault) answer = await spoil(answer, fault, logId, !request.routeOptions.config.operation);
		if (answer.status === 0) request.raw.socket.resetAndDestroy();
		else reply.code(answer.status).headers(answer.headers);
		calls.push({
			at: request.arrivedAt,
			method: request.method,
			path: pathOf(request),
			query: request.rawQuery,
			headers: request.headers as Record<string, string>,
			rawBody: request.rawBody,
			status: answer.status,
			answer: readAnswer(answer.body),
			logId,
			...(fault && { fault: fault.kind }),
		});
		return answer.body;
	});

	server.setErrorHandler((error: FastifyError | FeishuError, request, reply) => {
		const failure = toFeishuError(error);
		return reply
			.code(failure.http)
			.headers(failure.details.headers ?? {})
			.send(failure.body(request.logId));
	});
	server.setNotFoundHandler(answerNotFound);

	for (const [path, answer] of Object.entries(tokenEndpoints(options))) {
		server.post(`/auth/v3${path}`, ({ rawBody }) => answer(rawBody));
	}

	for (const operation of OPERATIONS) {
		server.route({
			method: operation.method ?? 'POST',
			url: `/hire/v1${operation.path}`,
			config: { operation },
			schema: {
				...(operation.body && { body: operation.body }),
				...(operation.query && { querystring: operation.query }),
			},
			handler: async (request) => {
				const { body, protocol, host, tenant } = request;
				const params = request.params as Record<string, string>;
				const query = request.query as Request['query'];
				const file = operation.takesFile && (await uploads.receive(request));
				const linkTo = (linked: UploadedFile) => `${protocol}://${host}${uploads.link(linked)}`;
				return {
					code: 0,
					[operation.messageKey ?? 'msg']: operation.successMsg,
					data: operation.handle({ params, query, body, scopes: app.scopes, file, linkTo }, tenant),
				};
			},
		});
	}
}
