import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import fastify from 'fastify';

import { listTests, type TestItem } from './api/tests';
import { defaultApp, type SandboxApp } from './app';
import { createClock } from './clock';
import { consoleApi } from './console';
import { createEvents, type Delivery } from './events';
import { createFaults, type Fault, type FaultKind, type Faults } from './faults';
import { answerNotFound, gateway, type RecordedCall } from './gateway';
import { createPlatform, type Platform } from './platform';
import { defaultLimits, type Limits } from './rateLimit';
import { type Account, type Application, type Attachment, type Exam, type ManualResult, State } from './state';
import { createTokens } from './tokens';
import { createUploads } from './uploads';

export type {
	Account,
	Application,
	Attachment,
	Delivery,
	Exam,
	Fault,
	FaultKind,
	Limits,
	ManualResult,
	RecordedCall,
	SandboxApp,
	TestItem,
};
export type { AccountInput, Arrangement, Candidate, ExamInput, ExamResult, Paper, TestStatus } from './state';

export interface SandboxOptions {
	/** Default 0: any free port. Always on 127.0.0.1. */
	port?: number;
	/** Default 1; 60: a minute passes in a second, for the expiry of tokens and the retries of events. */
	clockSpeed?: number;
	/** Default 0: milliseconds added to each answer of the Open API. */
	latencyMs?: number;
	app?: Partial<SandboxApp>;
}

/** A running stand-in for the Feishu platform with one app, in one tenant. */
export interface Sandbox extends Platform {
	/** e.g. http://127.0.0.1:4010 */
	url: string;
	/** Live: changes count at once. */
	app: SandboxApp;
	/** Every call below `/open-apis`, token calls too, in the order they were answered. */
	calls: RecordedCall[];
	/** Makes calls go wrong, for tests of how a client bears it. */
	faults: Pick<Faults, 'add' | 'clear'>;
	/** Live, for tests that would wait too long for Feishu's own. */
	limits: Limits;
	/** Every push of an event and every URL check, in the order they ended. */
	deliveries: Delivery[];
	state: {
		readonly accounts: Account[];
		readonly exams: Exam[];
		readonly applications: Application[];
		readonly manualResults: ManualResult[];
		readonly attachments: Attachment[];
		/** As 获取笔试列表 shows them. */
		readonly tests: TestItem[];
	};
	/** Replaces the request URLs; rejects with the reason when one does not pass the URL check. */
	setRequestUrls(urls: string[]): Promise<void>;
	/** All tokens issued so far are dead at once. */
	revokeTokens(): void;
	close(): Promise<void>;
}

/** Starts a sandbox with three candidates and no account. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const app = { ...defaultApp(), ...options.app };
	const clock = createClock(options.clockSpeed ?? 1);
	const tokens = createTokens(app, clock);
	const state = new State();
	const uploads = createUploads(clock);
	const calls: RecordedCall[] = [];
	const deliveries: Delivery[] = [];
	const faults = createFaults();
	const limits = defaultLimits();
	const events = createEvents(app, clock, deliveries);
	const platform = createPlatform(state, events);

	const server = fastify({
		forceCloseConnections: true,
		// Feishu's types are strict and unknown fields are ignored; every refused field is named, with its value.
		ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, verbose: true } },
	});
	server.setNotFoundHandler(answerNotFound);
	await server.register(gateway, {
		prefix: '/open-apis',
		app,
		tokens,
		state,
		uploads,
		calls,
		faults,
		limits,
		latencyMs: options.latencyMs ?? 0,
	});
	await server.register(uploads.routes);
	await server.register(consoleApi, { prefix: '/sandbox/api', app, state, events, platform, calls, faults, deliveries });
	await server.register(fastifyStatic, {
		root: join(__dirname, 'page'),
		// A route per file: a wildcard would take the 404s of the Open API.
		wildcard: false,
		setHeaders: (reply) => void reply.header('Content-Security-Policy', "default-src 'self'"),
	});
	const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });

	return {
		url,
		app,
		calls,
		faults,
		limits,
		deliveries,
		state: {
			accounts: state.accounts,
			exams: state.exams,
			applications: state.applications,
			manualResults: state.manualResults,
			attachments: state.attachments,
			get tests() {
				return listTests(state);
			},
		},
		...platform,
		setRequestUrls: events.setRequestUrls,
		revokeTokens: tokens.revoke,
		async close() {
			events.close();
			clock.stop();
			await server.close();
			uploads.close();
		},
	};
}
