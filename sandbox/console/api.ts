import type { FastifyError, FastifyInstance } from 'fastify';

import type { LongConnectionFault } from '../events/longConnection/faults';
import type { Fault } from '../openApi/faults';
import { type Reason, RefusedError } from '../reasons';
import type { Services } from '../services';
import type { AccountInput, ExamAnswers, ExamInput } from '../tenant/entities';
import { STAGES } from '../tenant/recruiting';
import { redactCall, redactDelivery } from './redact';
import {
	accountBody,
	examBody,
	faultsBody,
	longConnectionFaultsBody,
	stageBody,
	takeBody,
	urlBody,
	verdictBody,
} from './schemas';

/** How many calls and deliveries `GET state` gives. */
const LATEST = 100;

const refusal = ({ code, params }: Reason, message: string) => ({ code, params, message });

/** Refuses in JSON, by code; the message is for programs and logs. */
function answerRefusals(server: FastifyInstance): void {
	server.setErrorHandler((error: FastifyError | RefusedError, _request, reply) => {
		if (error instanceof RefusedError)
			return reply.code(error.status).send(refusal(error, error.message));
		const reason: Reason = { code: 'invalidRequest', params: { detail: error.message } };
		return reply.code(error.statusCode ?? 500).send(refusal(reason, error.message));
	});
	server.setNotFoundHandler(({ method, url }) => {
		throw new RefusedError('endpointNotFound', { method, path: url });
	});
}

function subscriptionRoutes(server: FastifyInstance, { events }: Services): void {
	server.put<{ Body: { url: string } }>(
		'/request-url',
		{ schema: { body: urlBody } },
		async ({ body }) => {
			await events.setRequestUrl(body.url);
			return body;
		},
	);
	server.delete('/request-url', () => {
		events.removeRequestUrl();
		return {};
	});
	server.put('/long-connection', () => {
		events.setLongConnection();
		return {};
	});
	server.delete('/long-connection', () => {
		events.removeLongConnection();
		return {};
	});
}

function examSystemRoutes(server: FastifyInstance, { examSystem }: Services): void {
	server.post<{ Params: { examId: string }; Body: ExamAnswers & { url: string } }>(
		'/exams/:examId/take',
		{ schema: { body: takeBody } },
		async ({ params, body: { url, ...answers } }) => {
			await examSystem.takeExam(params.examId, answers, url);
			return {};
		},
	);
}

/** Faults of either kind. */
interface FaultList<T> {
	add(fault: T): void;
	clear(): void;
	list(): readonly T[];
}

function replaceFaults<T>(pending: FaultList<T>, faults: T[]): { faults: readonly T[] } {
	pending.clear();
	for (const fault of faults) pending.add(fault);
	return { faults: pending.list() };
}

function longConnectionFaultRoutes(server: FastifyInstance, { longConnections }: Services): void {
	server.put<{ Body: { faults: LongConnectionFault[] } }>(
		'/long-connection/faults',
		{ schema: { body: longConnectionFaultsBody } },
		({ body }) => replaceFaults(longConnections.faults, body.faults),
	);
	const actions = {
		mute: () => longConnections.mute(),
		drop: () => longConnections.drop(),
		garbage: () => longConnections.sendGarbage(),
	};
	for (const [name, act] of Object.entries(actions)) {
		server.post(`/long-connection/${name}`, () => {
			act();
			return {};
		});
	}
}

function recruiterRoutes(server: FastifyInstance, { platform }: Services): void {
	server.post<{ Body: AccountInput }>('/accounts', { schema: { body: accountBody } }, ({ body }) =>
		platform.bindAccount(body),
	);
	server.post<{ Body: ExamInput }>('/exams', { schema: { body: examBody } }, ({ body }) =>
		platform.arrangeExam(body),
	);
	server.post<{ Params: { examId: string }; Body: { verdict: 'passed' | 'failed' } }>(
		'/exams/:examId/mark',
		{ schema: { body: verdictBody } },
		({ params, body }) => platform.markExam(params.examId, body.verdict),
	);
	server.post<{ Params: { applicationId: string }; Body: { stage: keyof typeof STAGES } }>(
		'/applications/:applicationId/stage',
		{ schema: { body: stageBody } },
		({ params, body }) => platform.moveApplication(params.applicationId, body.stage),
	);
	server.delete<{ Params: { applicationId: string } }>(
		'/applications/:applicationId',
		({ params }) => platform.deleteApplication(params.applicationId),
	);
	server.delete<{ Params: { talentId: string } }>('/talents/:talentId', ({ params }) =>
		platform.deleteTalent(params.talentId),
	);
}

/**
 * The console API, for the page and for programs in other processes; not part of Feishu. JSON in and out.
 *
 * | Method and path below `/sandbox/api` | Body | Answer |
 * |---|---|---|
 * | `GET state` | | app, request URL, long connection with its clients, webhook for results, stages, applications, accounts, exams, results added by hand, pending faults, latest calls and deliveries, without their tokens and tickets |
 * | `PUT request-url` | `{url}` | `{url}`; it is checked first, and replaces the one before |
 * | `DELETE request-url` | | `{}` |
 * | `PUT long-connection` | | `{}`; events go to the connected clients, of which there must be one now |
 * | `DELETE long-connection` | | `{}` |
 * | `PUT long-connection/faults` | `{faults}` (`LongConnectionFault[]`) | `{faults}`, of clients that connect; they replace the pending ones |
 * | `POST long-connection/mute`, `…/drop`, `…/garbage` | | `{}`; the lines of all connected clients are dead from now on, end without a word, or get bytes that are no frame |
 * | `POST accounts` | `{tenantKey?, accountName?, …}` (`AccountInput`) | the account |
 * | `POST exams` | `{accountId, paperId, applicationId? or candidate?}` (`ExamInput`) | the exam |
 * | `POST exams/:examId/take` | `{url, result, reports?, details?}` (`ExamAnswers`) | `{}`; the webhook took the result |
 * | `POST exams/:examId/mark` | `{verdict: 'passed' or 'failed'}` | the exam |
 * | `POST ticket` | | `{}`; an app ticket was pushed |
 * | `POST applications/:applicationId/stage` | `{stage: 'screening', 'exam' or 'interview'}` | the application |
 * | `DELETE applications/:applicationId`, `DELETE talents/:talentId` | | the application |
 * | `PUT faults` | `{faults}` (`Fault[]`) | `{faults}`; they replace the pending ones |
 *
 * Refusals are 400 or 404 with `{code, params, message}` (`reasons.ts`).
 */
export async function consoleApi(server: FastifyInstance, services: Services) {
	const { app, tenants, events, longConnections, examSystem, tickets, calls, faults, deliveries } =
		services;
	answerRefusals(server);

	server.get('/state', () => ({
		app,
		requestUrl: events.requestUrl ?? null,
		longConnection: { isUsed: events.usesLongConnection, clients: longConnections.clients },
		resultUrl: examSystem.resultUrl,
		stages: STAGES,
		applications: tenants.applications,
		accounts: tenants.accounts,
		exams: tenants.exams,
		manualResults: tenants.manualResults,
		faults: faults.list(),
		calls: calls.latest(LATEST).map(redactCall),
		deliveries: deliveries.latest(LATEST).map(redactDelivery),
	}));

	subscriptionRoutes(server, services);
	longConnectionFaultRoutes(server, services);
	recruiterRoutes(server, services);
	examSystemRoutes(server, services);

	server.post('/ticket', async () => {
		await tickets.push();
		return {};
	});

	server.put<{ Body: { faults: Fault[] } }>(
		'/faults',
		{ schema: { body: faultsBody } },
		({ body }) => replaceFaults(faults, body.faults),
	);
}
