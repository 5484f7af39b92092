import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { finished } from 'node:stream/promises';

import type { Clock } from '../clock';
import { newLogId } from '../ids';
import type { RecentList } from '../recentList';
import type { UploadedFile } from '../tenant/entities';
import type { Tenant } from '../tenant/tenant';
import { FeishuError } from './codes';
import {
	type Answer,
	applyFault,
	delayOf,
	type Fault,
	type FaultKind,
	type Faults,
	isAfterOperation,
} from './faults';
import { OPERATIONS } from './operations';
import type { Operation, Request } from './operations/operation';
import { limitHeaders, type RateLimiter } from './rateLimiter';
import { checkScopes } from './scopes';
import { type Authentication, TOKEN_ENDPOINTS } from './tokenEndpoints';
import type { Uploads } from './uploads';
import { convertQuery, parseBody, toFeishuError } from './validation';

/** One call of the Open API and how it was answered. */
export interface RecordedCall {
	/** Milliseconds since 1970, at arrival. */
	at: number;
	method: string;
	path: string;
	/** Name of the operation or token endpoint; absent for a path that does not exist. */
	operation?: string;
	/** Of the path, e.g. `exam_id`. */
	params: Record<string, string>;
	query: Record<string, string | string[]>;
	headers: Record<string, string>;
	/** Empty when it was a form with a file. */
	rawBody: string;
	/** 0: the connection was reset. */
	status: number;
	/** Parsed, when the answer was JSON. */
	answer: unknown;
	logId: string;
	/** The fault that applied to it. */
	fault?: FaultKind;
}

declare module 'fastify' {
	interface FastifyRequest {
		arrivedAt: number;
		logId: string;
		rawBody: string;
		rawQuery: Record<string, string | string[]>;
		fault?: Fault;
		/** Whose token an operation was called with. */
		tenant: Tenant;
	}
	interface FastifyContextConfig {
		/** Of the operation or token endpoint. */
		name?: string;
		operation?: Operation;
	}
}

export interface GatewayOptions extends Authentication {
	clock: Clock;
	uploads: Uploads;
	calls: RecentList<RecordedCall>;
	faults: Faults;
	rateLimiter: RateLimiter;
	latencyMs: number;
}

/** What Feishu answers to a path or method it does not know. */
export const answerNotFound = (_request: FastifyRequest, reply: FastifyReply) =>
	reply.code(404).type('text/plain').send('404 page not found');

const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0] ?? '';

/** The tenant a call is made for. */
function tenantOf({ headers }: FastifyRequest, { tokens, tenants }: GatewayOptions): Tenant {
	const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
	if (!token) throw new FeishuError(99991661);
	const tenant = tenants.find(tokens.ownerOf(token) ?? '');
	if (!tenant) throw new FeishuError(99991663);
	return tenant;
}

function checkRateLimit(request: FastifyRequest, operation: Operation, options: GatewayOptions) {
	const { app, rateLimiter } = options;
	const bucket = `${request.method} ${operation.path} ${app.appId} ${request.tenant.tenantKey}`;
	const exceeded = rateLimiter.acquire(bucket, operation.limits);
	if (exceeded) throw new FeishuError(99991400, { headers: limitHeaders(exceeded) });
}

/** An answer that a fault cut off is not JSON: it stays text. */
function parseAnswer(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

const toRecordedCall = (request: FastifyRequest, { status, body }: Answer): RecordedCall => {
	const { name } = request.routeOptions.config;
	return {
		at: request.arrivedAt,
		method: request.method,
		path: pathOf(request),
		...(name && { operation: name }),
		params: { ...(request.params as RecordedCall['params']) },
		query: request.rawQuery,
		headers: request.headers as Record<string, string>,
		rawBody: request.rawBody,
		status,
		answer: parseAnswer(body),
		logId: request.logId,
		...(request.fault && { fault: request.fault.kind }),
	};
};

/**
 * Everything below `/open-apis`: what Feishu's gateway does to a call (log id, token, scope, rate limit, schema,
 * error envelope) around the operations themselves, and the faults that apply to it.
 */
export async function gateway(server: FastifyInstance, options: GatewayOptions) {
	const { app, clock, uploads, calls, faults, latencyMs } = options;

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
		request.arrivedAt = clock.now();
		request.logId = newLogId(request.arrivedAt);
		request.rawQuery = { ...(request.query as RecordedCall['query']) };
		reply.header('X-Tt-Logid', request.logId);
	});

	server.addHook('preValidation', async (request, reply) => {
		const { operation } = request.routeOptions.config;
		request.fault = faults.consume(pathOf(request), operation !== undefined);
		if (request.fault && !isAfterOperation(request.fault)) return reply.send();
		if (!operation) return;
		request.tenant = tenantOf(request, options);
		checkScopes(request, operation, app);
		checkRateLimit(request, operation, options);
		convertQuery(request.query as Record<string, unknown>, operation);
		if (operation.body) request.body = parseBody(request);
	});

	server.addHook<string | undefined>('onSend', async (request, reply, payload) => {
		// A client that is still sending would not receive an answer to half a file.
		if (request.isMultipart()) await finished(request.raw.resume()).catch(() => undefined);
		const { fault, logId } = request;
		const delayMs = latencyMs + (fault ? delayOf(fault) : 0);
		if (delayMs > 0) await clock.hold(delayMs);
		const { operation } = request.routeOptions.config;
		let answer: Answer = { status: reply.statusCode, headers: {}, body: payload ?? '' };
		if (fault) answer = applyFault(answer, fault, logId, operation !== undefined);
		if (answer.status === 0) request.raw.socket.resetAndDestroy();
		else reply.code(answer.status).headers(answer.headers);
		calls.add(toRecordedCall(request, answer));
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

	for (const { name, path, handle } of TOKEN_ENDPOINTS) {
		server.post(`/auth/v3${path}`, { config: { name } }, ({ rawBody }) => handle(rawBody, options));
	}

	for (const operation of OPERATIONS) {
		server.route({
			method: operation.method ?? 'POST',
			url: `/hire/v1${operation.path}`,
			config: { name: operation.name, operation },
			schema: {
				...(operation.body && { body: operation.body }),
				...(operation.query && { querystring: operation.query }),
			},
			handler: async (request) => {
				const { body, protocol, host, tenant } = request;
				const params = request.params as Record<string, string>;
				const query = request.query as Request['query'];
				const file = operation.takesFile && (await uploads.receive(request));
				const linkTo = (linked: UploadedFile) =>
					`${protocol}://${host}${uploads.createLink(linked)}`;
				return {
					code: 0,
					[operation.messageKey ?? 'msg']: operation.successMsg,
					data: operation.handle({ params, query, body, scopes: app.scopes, file, linkTo }, tenant),
				};
			},
		});
	}
}
