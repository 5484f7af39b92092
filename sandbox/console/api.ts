import type { FastifyError, FastifyInstance } from 'fastify';

import type { SandboxApp } from '../app';
import type { Delivery, Events } from '../events/dispatcher';
import type { Tickets } from '../events/tickets';
import { type Fault, FAULT_KINDS, type Faults } from '../openApi/faults';
import type { RecordedCall } from '../openApi/gateway';
import type { Platform } from '../tenant/platform';
import { STAGES } from '../tenant/recruiting';
import {
	ACCOUNT_STATUS,
	type AccountInput,
	type ExamInput,
	RefusedError,
	TEST_STATUS,
} from '../tenant/tenant';
import type { Tenants } from '../tenant/tenants';
import { maskCall, maskDelivery } from './redact';

const LATEST = 100;

const text = { type: 'string' };
const filledText = { type: 'string', minLength: 1 };

const object = (properties: Record<string, object>, required: string[] = []) => ({
	type: 'object',
	additionalProperties: false,
	properties,
	required,
});

const urlBody = object({ url: filledText }, ['url']);
const urlsBody = object({ urls: { type: 'array', items: filledText } }, ['urls']);
const verdictBody = object({ verdict: { enum: ['passed', 'failed'] } }, ['verdict']);

const stageBody = object({ stage: { enum: Object.keys(STAGES) } }, ['stage']);

const accountBody = object({
	tenantKey: filledText,
	accountId: filledText,
	accountName: text,
	scope: { enum: [1, 2] },
	usageList: { type: 'array', items: { enum: [1, 2] } },
	customFieldList: { type: 'array', items: object({ key: text, value: text }, ['key', 'value']) },
});

const examBody = object(
	{
		accountId: filledText,
		paperId: filledText,
		applicationId: filledText,
		candidate: object({
			name: filledText,
			email: filledText,
			mobile: object({ code: text, number: text }, ['code', 'number']),
		}),
	},
	['accountId', 'paperId'],
);

const faultsBody = object(
	{
		faults: {
			type: 'array',
			items: object(
				{
					kind: { enum: FAULT_KINDS },
					path: filledText,
					times: { type: 'integer', minimum: 1 },
					after: { type: 'integer', minimum: 0 },
					resetSeconds: { type: 'number', minimum: 0 },
					delayMs: { type: 'integer', minimum: 0 },
				},
				['kind'],
			),
		},
	},
	['faults'],
);

export interface ConsoleOptions {
	app: SandboxApp;
	state: Tenants;
	events: Events;
	tickets: Tickets;
	platform: Platform;
	calls: RecordedCall[];
	faults: Faults;
	deliveries: Delivery[];
}

/**
 * The console API, for the page and for programs in other processes; not part of Feishu. JSON in and out.
 *
 * | Method and path below `/sandbox/api` | Body | Answer |
 * |---|---|---|
 * | `GET state` | | app, request URLs, stages, applications, accounts, exams, results added by hand, faults to come, latest calls and deliveries, without their tokens and tickets |
 * | `PUT request-urls` | `{urls}` | `{urls}`; all are checked first |
 * | `POST request-urls` | `{url}` | `{urls}`; the URL is checked first |
 * | `DELETE request-urls` | `{url}` | `{urls}` |
 * | `POST accounts` | `{tenantKey?, accountName?, …}` (`AccountInput`) | the account |
 * | `POST exams` | `{accountId, paperId, applicationId? or candidate?}` (`ExamInput`) | the exam |
 * | `POST exams/:examId/mark` | `{verdict: 'passed' or 'failed'}` | the exam |
 * | `POST ticket` | | `{}`; an app ticket was pushed |
 * | `POST applications/:applicationId/stage` | `{stage: 'screening', 'exam' or 'interview'}` | the application |
 * | `DELETE applications/:applicationId`, `DELETE talents/:talentId` | | the application |
 * | `PUT faults` | `{faults}` (`Fault[]`) | `{faults}`; they replace those still to come |
 *
 * Refusals are 400 or 404 with `{message}`.
 */
export async function consoleApi(server: FastifyInstance, options: ConsoleOptions) {
	const { app, state, events, tickets, platform, calls, faults, deliveries } = options;
	const urls = () => ({ urls: events.requestUrls() });
	const refuse = (error: Error) => {
		throw new RefusedError(400, error.message);
	};

	server.setErrorHandler((error: FastifyError | RefusedError, _request, reply) => {
		const status = error instanceof RefusedError ? error.status : (error.statusCode ?? 500);
		return reply.code(status).send({ message: error.message });
	});
	server.setNotFoundHandler(({ method, url }, reply) =>
		reply.code(404).send({ message: `No such call: ${method} ${url}` }),
	);

	server.get('/state', () => ({
		app,
		requestUrls: events.requestUrls(),
		stages: STAGES,
		applications: state.applications,
		accounts: state.accounts.map((account) => ({
			...account,
			statusText: ACCOUNT_STATUS[account.status],
		})),
		exams: state.exams.map((exam) => ({ ...exam, statusText: TEST_STATUS[exam.status] })),
		manualResults: state.manualResults,
		faults: faults.active(),
		calls: calls.slice(-LATEST).map(maskCall),
		deliveries: deliveries.slice(-LATEST).map(maskDelivery),
	}));

	server.put<{ Body: { urls: string[] } }>(
		'/request-urls',
		{ schema: { body: urlsBody } },
		async ({ body }) => {
			await events.setRequestUrls(body.urls).catch(refuse);
			return urls();
		},
	);
	server.post<{ Body: { url: string } }>(
		'/request-urls',
		{ schema: { body: urlBody } },
		async ({ body }) => {
			await events.addRequestUrl(body.url).catch(refuse);
			return urls();
		},
	);
	server.delete<{ Body: { url: string } }>(
		'/request-urls',
		{ schema: { body: urlBody } },
		({ body }) => {
			if (!events.removeRequestUrl(body.url))
				throw new RefusedError(404, `${body.url} is no request URL`);
			return urls();
		},
	);

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

	server.post('/ticket', async () => {
		await tickets.push().catch(refuse);
		return {};
	});

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

	server.put<{ Body: { faults: Fault[] } }>(
		'/faults',
		{ schema: { body: faultsBody } },
		({ body }) => {
			faults.clear();
			body.faults.forEach(faults.add);
			return { faults: faults.active() };
		},
	);
}
