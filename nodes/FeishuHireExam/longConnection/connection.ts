import type { FeishuApp } from '../transport/app';
import type { Clock } from '../transport/clock';
import { settle, unlessAborted } from '../transport/concurrency';
import type { ErrorText } from '../transport/errors/codes';
import { type ClientConfig, DEFAULT_CONFIG } from './clientConfig';
import {
	discoverEndpoint,
	DISCOVERY_TIMEOUT_MS,
	type Endpoint,
	type HttpRequest,
	type Obstacle,
} from './endpoint';
import type { AnswerCode } from './messages';
import { type Ending, Session } from './session';
import type { WebSocketConstructor } from './socket';
import type { ThrottledLog } from './throttledLog';

const MIN_PAUSE_MS = 1_000;

/** A pause is this share of the time without connection, so that the end of a short outage is noticed soon. */
const PAUSE_SHARE = 1 / 20;

/** A pause is longer by up to this share of itself, so that clients do not come back at the same moment. */
const JITTER = 0.3;

/** How long users take to mend something. */
const MEND_PAUSE_MS = 5 * 60_000;

/** A connection that lasts so long ends an outage. */
const STABLE_AFTER_MS = 60_000;

/** Feishu asks for up to half a minute, in which events could be missed. */
const MAX_NONCE_MS = 10_000;

/** n8n's HTTP helper ends the request itself, as a rule. */
const DISCOVERY_DEADLINE_MS = DISCOVERY_TIMEOUT_MS + 1_000;

const NO_WEBSOCKET: ErrorText = {
	message: 'This version of Node.js has no WebSocket',
	description:
		"The long connection needs Node.js 22 or later, or on Node.js 20 the environment variable NODE_OPTIONS=--experimental-websocket. Or choose 'Webhook' in 'Receive Events By'.",
};

const NO_HANDSHAKE: ErrorText = {
	message: 'The long connection could not be opened',
	description:
		'The node tries again by itself. If it persists, check that a firewall lets WebSockets out, that the app has at most 50 connections, and that a proxy is set for WebSockets too: Node.js uses HTTPS_PROXY for them only with NODE_USE_ENV_PROXY=1.',
};

const NO_ANSWER: ErrorText = {
	message: 'Feishu did not answer in time',
	description:
		'The node tries again by itself. If it persists, check the network of this n8n instance.',
};

const LOST: Readonly<Record<Ending, string>> = {
	closedByServer: 'Feishu closed the long connection',
	mute: 'the long connection gave no sign of life',
	lost: 'the long connection was lost',
};

/** What became of an attempt to connect. */
export type Attempt = { kind: 'connected' } | Obstacle;

export interface ConnectionOptions {
	clock: Clock;
	log: ThrottledLog;
	/** Absent where Node has none. */
	WebSocketClass: WebSocketConstructor | undefined;
	/** The app as the credential has it now; undefined when nobody wants the connection any more. */
	readApp: () => Promise<FeishuApp | undefined>;
	httpRequest: HttpRequest;
	onAttempt: (attempt: Attempt) => void;
	onEvent: (payload: Uint8Array) => Promise<AnswerCode | undefined>;
	/** From 0 to 1. */
	random?: () => number;
}

/**
 * A connection that comes back, for ever: one loop, with a new address for each attempt. What users must mend is tried
 * again every five minutes, all else after pauses that grow with the outage.
 */
export class Connection {
	private config: ClientConfig = DEFAULT_CONFIG;

	private session?: Session;

	private isStopped = false;

	/** Ends what the loop waits for. */
	private step = new AbortController();

	private isPausing = false;

	/** When the last connection that lasted was lost, by `clock.monotonic()`. */
	private outageSince: number;

	constructor(private readonly options: ConnectionOptions) {
		this.outageSince = options.clock.monotonic();
	}

	get isOpen(): boolean {
		return this.session !== undefined;
	}

	/** Begins the loop; to be called once. */
	start(): void {
		void this.run();
	}

	/** Ends the pause, if there is one. */
	retryNow(): void {
		if (this.isPausing) this.step.abort();
	}

	/** Ends the connection in good order: answers under way are waited for, for up to 2.5 seconds. */
	async close(): Promise<void> {
		this.isStopped = true;
		this.step.abort();
		await this.session?.close();
	}

	private async run(): Promise<void> {
		while (!this.isStopped) {
			const attempted = await settle(async () => await this.attempt());
			await this.pause(attempted.error ? MEND_PAUSE_MS : attempted.value);
		}
	}

	/** Makes one connection and keeps it; returns how long to wait before the next. */
	private async attempt(): Promise<number> {
		const endpoint = (await this.discover()) ?? { kind: 'retry', text: NO_ANSWER };
		if (this.isStopped) return 0;
		if (endpoint.kind !== 'found') return this.fail(endpoint);
		const { WebSocketClass } = this.options;
		if (!WebSocketClass) return this.fail({ kind: 'mend', text: NO_WEBSOCKET });
		return await this.connect(endpoint, WebSocketClass);
	}

	/** Undefined when there is no answer in time, or the connection is closed meanwhile. */
	private async discover(): Promise<Endpoint | Obstacle | undefined> {
		const { clock, readApp, httpRequest } = this.options;
		const { signal } = this.begin();
		const ask = async () => {
			const app = await readApp();
			return app && (await discoverEndpoint(app, httpRequest, clock.now()));
		};
		try {
			return await Promise.race([
				unlessAborted(ask, signal),
				clock.sleep(DISCOVERY_DEADLINE_MS, signal).then(() => undefined),
			]);
		} finally {
			this.step.abort();
		}
	}

	private async connect(endpoint: Endpoint, WebSocketClass: WebSocketConstructor): Promise<number> {
		const { clock, log, onEvent, onAttempt } = this.options;
		const onConfig = (config: ClientConfig) => (this.config = config);
		const session = new Session(endpoint, { clock, log, WebSocketClass, onEvent, onConfig });
		const isOpen = await session.open(this.begin().signal);
		if (this.isStopped) {
			await session.close();
			return 0;
		}
		if (!isOpen) return this.fail({ kind: 'retry', text: NO_HANDSHAKE });

		const openedAt = clock.monotonic();
		this.config = endpoint.config;
		this.session = session;
		log.info('the long connection is open');
		onAttempt({ kind: 'connected' });
		try {
			const ending = await session.run();
			if (clock.monotonic() - openedAt >= STABLE_AFTER_MS) this.outageSince = clock.monotonic();
			return this.isStopped ? 0 : this.pauseAfter(ending);
		} finally {
			this.session = undefined;
		}
	}

	private fail(obstacle: Obstacle): number {
		const { log, onAttempt } = this.options;
		const { message, description } = obstacle.text;
		log.warn(`attempt: ${message}`, `${message}. ${description}`);
		onAttempt(obstacle);
		return obstacle.kind === 'mend' ? MEND_PAUSE_MS : this.backoff();
	}

	private pauseAfter(ending: Ending): number {
		this.options.log.warn(ending, `${LOST[ending]}; it is opened again`);
		if (ending !== 'closedByServer') return this.backoff();
		const nonceMs = Math.min(this.config.reconnectNonceMs, MAX_NONCE_MS) * this.random();
		return Math.max(this.backoff(), nonceMs);
	}

	private backoff(): number {
		const outageMs = this.options.clock.monotonic() - this.outageSince;
		const pauseMs = Math.max(MIN_PAUSE_MS, outageMs * PAUSE_SHARE) * (1 + JITTER * this.random());
		return Math.min(pauseMs, this.config.reconnectIntervalMs);
	}

	private random(): number {
		return (this.options.random ?? Math.random)();
	}

	private async pause(ms: number): Promise<void> {
		if (this.isStopped) return;
		const { signal } = this.begin();
		this.isPausing = true;
		await this.options.clock.sleep(ms, signal);
		this.isPausing = false;
	}

	/** A step of the loop, which `close` ends. */
	private begin(): AbortController {
		this.step = new AbortController();
		if (this.isStopped) this.step.abort();
		return this.step;
	}
}
