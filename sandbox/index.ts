import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { join } from 'node:path';

import { defaultApp, type SandboxApp } from './app';
import { createClock } from './clock';
import { consoleApi } from './console/api';
import { createEvents, type Delivery } from './events/dispatcher';
import { createTickets } from './events/tickets';
import { createFaults, type Fault, type FaultKind, type Faults } from './openApi/faults';
import { answerNotFound, gateway, type RecordedCall } from './openApi/gateway';
import type { TestItem } from './openApi/operations/tests';
import { defaultLimits, type Limits } from './openApi/rateLimit';
import { createTokens } from './openApi/tokens';
import { createUploads } from './openApi/uploads';
import type { CustomField } from './tenant/customFields';
import { createPlatform, type Platform } from './tenant/platform';
import type { Account, Application, Attachment, Exam, ManualResult } from './tenant/tenant';
import { Tenants } from './tenant/tenants';

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
export type {
	AccountInput,
	Arrangement,
	Candidate,
	ExamInput,
	ExamResult,
	Paper,
	TestStatus,
} from './tenant/tenant';

export interface SandboxOptions {
	/** Default 0: any free port. Always on 127.0.0.1. */
	port?: number;
	/** Default 1; 60: a minute passes in a second, for the expiry of tokens, the retries of events and app tickets. */
	clockSpeed?: number;
	/** Default 0: milliseconds added to each answer of the Open API. */
	latencyMs?: number;
	app?: Partial<SandboxApp>;
}

/** A running stand-in for the Feishu platform with one app: a self-built one in its tenant, or a store app in several. */
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
	/** Of all tenants. */
	state: {
		readonly accounts: Account[];
		readonly exams: Exam[];
		readonly applications: Application[];
		readonly manualResults: ManualResult[];
		/** Of exam accounts. */
		readonly customFields: readonly CustomField[];
		readonly attachments: Attachment[];
		/** As 获取笔试列表 shows them. */
		readonly tests: TestItem[];
	};
	/** Replaces the request URLs; rejects with the reason when one does not pass the URL check. */
	setRequestUrls(urls: string[]): Promise<void>;
	/** All tokens issued so far are dead at once, those of tenants and those of the app. */
	revokeTokens(): void;
	/** Pushes an app ticket now; resolves once every request URL was tried. Rejects for a self-built app or without a URL. */
	pushTicket(): Promise<void>;
	/** All app tickets issued so far are stale at once. */
	expireTickets(): void;
	close(): Promise<void>;
}

/** Starts a sandbox with three candidates in each tenant and no account. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const app = { ...defaultApp(), ...options.app };
	const clock = createClock(options.clockSpeed ?? 1);
	const tokens = createTokens(app, clock, 't');
	const appTokens = createTokens(app, clock, 'a');
	const tenants = new Tenants(app);
	const uploads = createUploads(clock);
	const calls: RecordedCall[] = [];
	const deliveries: Delivery[] = [];
	const faults = createFaults();
	const limits = defaultLimits();
	const events = createEvents(app, clock, deliveries, () => tickets.start());
	const tickets = createTickets(app, clock, events);
	const platform = createPlatform(tenants, events);

	const server = fastify({
		forceCloseConnections: true,
		// Feishu's types are strict and unknown fields are ignored; every refused field is named, with its value.
		ajv: {
			customOptions: {
				coerceTypes: false,
				removeAdditional: false,
				allErrors: true,
				verbose: true,
			},
		},
	});
	server.setNotFoundHandler(answerNotFound);
	await server.register(gateway, {
		prefix: '/open-apis',
		app,
		tokens,
		appTokens,
		tickets,
		tenants,
		uploads,
		calls,
		faults,
		limits,
		latencyMs: options.latencyMs ?? 0,
	});
	await server.register(uploads.routes);
	await server.register(consoleApi, {
		prefix: '/sandbox/api',
		app,
		state: tenants,
		events,
		tickets,
		platform,
		calls,
		faults,
		deliveries,
	});
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
		state: tenants,
		...platform,
		setRequestUrls: events.setRequestUrls,
		revokeTokens() {
			tokens.revoke();
			appTokens.revoke();
		},
		pushTicket: tickets.push,
		expireTickets: tickets.expire,
		async close() {
			events.close();
			clock.stop();
			await server.close();
			uploads.close();
		},
	};
}
