import { parseJsonObject } from '../events/envelope';
import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import { type ClientConfig, readConfig } from './clientConfig';
import type { Endpoint } from './endpoint';
import { decodeFrame, type Frame } from './frame';
import { type AnswerCode, encodeAnswer, encodePing, headerOf, METHOD } from './messages';
import { PartAssembler } from './parts';
import { Socket, type WebSocketConstructor } from './socket';
import type { ThrottledLog } from './throttledLog';

/** The longest time between two pings. Feishu's own interval, two minutes, would leave a dead line unnoticed for long. */
const MAX_PING_INTERVAL_MS = 30_000;

/** A line with no frame for so long after a ping is dead. */
const PATIENCE_MS = 10_000;

/** After a sleep of the machine the line is most likely dead. */
const PATIENCE_AFTER_SLEEP_MS = 2_000;

const TICK_MS = 1_000;

/** A tick that comes so late, by either clock, tells that the machine slept. */
const SLEPT_MS = 5_000;

/** Feishu waits three seconds for an answer; so long are those under way waited for when the connection is closed. */
const DRAIN_MS = 2_500;

export interface SessionOptions {
	clock: Clock;
	log: ThrottledLog;
	WebSocketClass: WebSocketConstructor;
	/** Gets each whole event; what it resolves with is answered, if anything. */
	onEvent: (payload: Uint8Array) => Promise<AnswerCode | undefined>;
	onConfig: (config: ClientConfig) => void;
}

/** How a connection ended: by the server in good order, without a word, or otherwise. */
export type Ending = 'closedByServer' | 'mute' | 'lost';

/** The life of one open connection: its pings, its watchdog, its events and their answers. */
export class Session {
	private readonly socket: Socket;

	private readonly parts: PartAssembler;

	private config: ClientConfig;

	/** By when there has to be a sign of life, and when the last ping was sent, by `clock.monotonic()`. */
	private aliveBy = Infinity;

	private pingedAt = -Infinity;

	private isClosing = false;

	private readonly inFlight = new Set<Promise<void>>();

	constructor(
		private readonly endpoint: Endpoint,
		private readonly options: SessionOptions,
	) {
		this.config = endpoint.config;
		this.parts = new PartAssembler(options.clock);
		this.socket = new Socket(endpoint.url, options.WebSocketClass, (bytes) => this.receive(bytes));
	}

	/** Waits for the connection; false when it does not come about. */
	async open(signal: AbortSignal): Promise<boolean> {
		return await this.socket.open(this.options.clock, signal);
	}

	/** Keeps the connection alive until it ends. */
	async run(): Promise<Ending> {
		const { clock } = this.options;
		const { ended } = this.socket;
		this.ping(PATIENCE_MS);
		while (!ended.aborted) {
			const before = { monotonic: clock.monotonic(), now: clock.now() };
			await clock.sleep(TICK_MS, ended);
			if (ended.aborted) break;
			if (hasSlept(clock, before)) {
				this.aliveBy = Infinity;
				this.ping(PATIENCE_AFTER_SLEEP_MS);
			}
			if (clock.monotonic() >= this.aliveBy) {
				this.socket.abandon();
				return 'mute';
			}
			if (clock.monotonic() - this.pingedAt >= this.pingIntervalMs) this.ping(PATIENCE_MS);
		}
		return this.socket.wasClosedByServer ? 'closedByServer' : 'lost';
	}

	/** Takes no more events, waits for the answers under way, not for long, and closes the connection. */
	async close(): Promise<void> {
		this.isClosing = true;
		const timer = new AbortController();
		await Promise.race([
			Promise.all(this.inFlight),
			this.options.clock.sleep(DRAIN_MS, timer.signal),
		]);
		timer.abort();
		this.socket.abandon();
	}

	private get pingIntervalMs(): number {
		return Math.min(this.config.pingIntervalMs, MAX_PING_INTERVAL_MS);
	}

	private ping(patienceMs: number): void {
		const now = this.options.clock.monotonic();
		this.pingedAt = now;
		this.aliveBy = Math.min(this.aliveBy, now + patienceMs);
		this.socket.send(encodePing(this.endpoint.service));
	}

	private receive(bytes?: Uint8Array): void {
		this.aliveBy = Infinity;
		if (!bytes) return;
		try {
			const frame = decodeFrame(bytes);
			const type = headerOf(frame, 'type');
			if (frame.method === METHOD.control && type === 'pong') this.configure(frame);
			if (frame.method === METHOD.data && type === 'event') this.receivePart(frame);
		} catch {
			this.options.log.warn('frame', 'a message that cannot be read was ignored');
		}
	}

	private configure({ payload }: Frame): void {
		this.config = readConfig(parseJsonObject(new TextDecoder().decode(payload)), this.config);
		this.options.onConfig(this.config);
	}

	private receivePart(frame: Frame): void {
		if (this.isClosing) return;
		const begunAt = this.options.clock.monotonic();
		const assembly = this.parts.add(frame);
		if (assembly.kind === 'incomplete') return;
		if (assembly.kind === 'malformed') {
			this.options.log.warn('parts', `an event was ignored, since ${assembly.reason}`);
			this.answer(frame, 200, begunAt);
			return;
		}
		const work = this.process(frame, assembly.payload, begunAt);
		this.inFlight.add(work);
		void work.finally(() => this.inFlight.delete(work));
	}

	/** Never rejects. */
	private async process(frame: Frame, payload: Uint8Array, begunAt: number): Promise<void> {
		const outcome = await settle(async () => await this.options.onEvent(payload));
		const code = outcome.error ? 500 : outcome.value;
		if (code) this.answer(frame, code, begunAt);
	}

	private answer(frame: Frame, code: AnswerCode, begunAt: number): void {
		this.socket.send(encodeAnswer(frame, code, this.options.clock.monotonic() - begunAt));
	}
}

/** Not every machine's monotonic clock goes on while it sleeps. */
function hasSlept(clock: Clock, before: { monotonic: number; now: number }): boolean {
	const elapsedMs = Math.max(clock.monotonic() - before.monotonic, clock.now() - before.now);
	return elapsedMs >= TICK_MS + SLEPT_MS;
}
