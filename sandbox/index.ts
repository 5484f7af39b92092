import type { SandboxApp } from './app';
import type { Delivery } from './events/delivery';
import type { LongConnections } from './events/longConnection/longConnections';
import type { ExamSystem } from './examSystem';
import type { Faults } from './openApi/faults';
import type { RecordedCall } from './openApi/gateway';
import { listTests, type TestItem } from './openApi/operations/tests';
import type { Limits } from './openApi/rateLimiter';
import { createServer } from './server';
import { createServices, type SandboxOptions } from './services';
import type { CustomField } from './tenant/customFields';
import {
	type Account,
	ACCOUNT_SCOPE,
	type Application,
	type Attachment,
	type Exam,
	type ManualResult,
} from './tenant/entities';
import type { Platform } from './tenant/platform';
import type { Tenants } from './tenant/tenants';

export type { SandboxApp } from './app';
export { type Clock, systemClock } from './clock';
export type { Delivery } from './events/delivery';
export type { LongConnectionFault, LongConnectionFaultKind } from './events/longConnection/faults';
export type { ConnectedClient, ConnectionAttempt } from './events/longConnection/longConnections';
export type { ClientConfig, LongConnectionSettings } from './events/longConnection/settings';
export type { Fault, FaultKind } from './openApi/faults';
export type { RecordedCall } from './openApi/gateway';
export type { TestItem } from './openApi/operations/tests';
export type { Limits } from './openApi/rateLimiter';
export type { SandboxOptions } from './services';
export type {
	Account,
	AccountInput,
	Application,
	Arrangement,
	Attachment,
	Candidate,
	Exam,
	ExamAnswers,
	ExamInput,
	ExamResult,
	ManualResult,
	Paper,
	TestStatus,
} from './tenant/entities';

/** What the tenants hold. The lists are those of all tenants. */
export interface SandboxState {
	readonly accounts: Account[];
	readonly exams: Exam[];
	readonly applications: Application[];
	readonly manualResults: ManualResult[];
	/** Of exam accounts. */
	readonly customFields: readonly CustomField[];
	readonly attachments: Attachment[];
	/** As 获取笔试列表 shows them. */
	readonly tests: TestItem[];
}

/** A running stand-in for the Feishu platform with one app: a self-built one in its tenant, or a store app in several. */
export interface Sandbox extends Pick<Platform, keyof Platform> {
	/** e.g. http://127.0.0.1:4010 */
	url: string;
	/** Changes take effect at once. */
	app: SandboxApp;
	/** The latest 10,000 calls below `/open-apis`, token calls too, in the order they were answered. */
	calls: RecordedCall[];
	/** Makes calls fail, to test how a client copes. */
	faults: Pick<Faults, 'add' | 'clear'>;
	/** Changes take effect at once. */
	limits: Limits;
	/** The latest 10,000 pushes of events, in whichever way, and of URL checks, in the order they ended. */
	deliveries: Delivery[];
	state: SandboxState;
	/** Replaces the request URL; rejects with the reason when it does not pass the URL check. */
	setRequestUrl(url: string): Promise<void>;
	/** From now on no event is pushed. */
	removeRequestUrl(): void;
	/** Replaces the request URL by the long connection; throws the reason for a store app, or while no client is connected. */
	setLongConnection(): void;
	/** From now on no event is sent to the clients, which stay connected. */
	removeLongConnection(): void;
	/** The clients of the long connection, its settings and its faults. */
	longConnection: Pick<
		LongConnections,
		'settings' | 'clients' | 'attempts' | 'mute' | 'drop' | 'sendGarbage'
	> & { faults: Pick<LongConnections['faults'], 'add' | 'clear'> };
	/** Where candidates take their exams, which posts results to a webhook of a workflow. */
	examSystem: Pick<ExamSystem, 'resultUrl' | 'takeExam'>;
	/** Ends all tokens issued so far, those of tenants and those of the app. */
	revokeTokens(): void;
	/** Pushes an app ticket now; resolves once it was tried. Rejects for a self-built app or without a URL. */
	pushTicket(): Promise<void>;
	/** Ends all app tickets issued so far. */
	expireTickets(): void;
	close(): Promise<void>;
}

const stateOf = (tenants: Tenants): SandboxState => ({
	get accounts() {
		return tenants.accounts;
	},
	get exams() {
		return tenants.exams;
	},
	get applications() {
		return tenants.applications;
	},
	get manualResults() {
		return tenants.manualResults;
	},
	get customFields() {
		return tenants.list().flatMap(({ accounts }) => accounts.customFields[ACCOUNT_SCOPE.exam].list);
	},
	get attachments() {
		return tenants.attachments;
	},
	get tests() {
		return tenants.list().flatMap(listTests);
	},
});

/** Starts a sandbox with three candidates in each tenant and no account. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const services = createServices(options);
	const { app, calls, faults, limits, deliveries, tenants, events, tickets, platform } = services;
	const { longConnections } = services;
	const server = await createServer(services);
	const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });

	return {
		url,
		app,
		calls: calls.items,
		faults,
		limits,
		deliveries: deliveries.items,
		state: stateOf(tenants),
		bindAccount: (input) => platform.bindAccount(input),
		arrangeExam: (input) => platform.arrangeExam(input),
		markExam: (examId, verdict) => platform.markExam(examId, verdict),
		moveApplication: (applicationId, stage) => platform.moveApplication(applicationId, stage),
		deleteApplication: (applicationId) => platform.deleteApplication(applicationId),
		deleteTalent: (talentId) => platform.deleteTalent(talentId),
		setRequestUrl: (url) => events.setRequestUrl(url),
		removeRequestUrl: () => events.removeRequestUrl(),
		setLongConnection: () => events.setLongConnection(),
		removeLongConnection: () => events.removeLongConnection(),
		longConnection: longConnections,
		examSystem: services.examSystem,
		revokeTokens() {
			services.tokens.revoke();
			services.appTokens.revoke();
		},
		pushTicket: () => tickets.push(),
		expireTickets: () => tickets.expire(),
		async close() {
			events.close();
			services.fastClock.stop();
			longConnections.close();
			services.examSystem.close();
			await server.close();
			services.uploads.close();
		},
	};
}
