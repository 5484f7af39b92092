import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

interface Timer {
	at: number;
	fire(): void;
	/** Milliseconds after which an interval fires again. */
	every?: number;
}

/** Lets everything happen that needs no time: promises, and what has arrived at sockets. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * The time of a test, which passes only when nothing else is left to happen (`advance` by hand, or by itself
 * after `runFreely`): then it jumps to the next moment that somebody waits for. HTTP calls take none of it.
 * It serves as the clock of the nodes and as that of the sandbox.
 */
export class TestClock {
	private timers: Timer[] = [];

	private elapsedMs = 0;

	private readonly base = Date.now();

	private isFree = false;

	private isRunning = false;

	/** How many HTTP calls this process has made since time passes by itself. */
	calls = 0;

	/** Those that have no answer yet. */
	private readonly inFlight = new Set<object>();

	/** How many of them the sandbox holds back until a moment of this clock. */
	private held = 0;

	private readonly onStart = (message: unknown): void => {
		this.calls += 1;
		this.inFlight.add((message as { request: object }).request);
	};

	private readonly onEnd = (message: unknown): void => {
		this.inFlight.delete((message as { request: object }).request);
		this.run();
	};

	private readonly onNodeStart = (message: unknown): void => {
		this.onStart(message);
		(message as { request: ClientRequest }).request.once('close', () => this.onEnd(message));
	};

	/** Where Node reports each HTTP call that a program makes: by `node:http`, and by `fetch`. */
	private readonly channels: Array<[string, (message: unknown) => void]> = [
		['http.client.request.start', this.onNodeStart],
		['undici:request:create', this.onStart],
		['undici:request:trailers', this.onEnd],
		['undici:request:error', this.onEnd],
	];

	now = (): number => Math.floor(this.base + this.elapsedMs);

	monotonic = (): number => this.elapsedMs;

	sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		if (signal?.aborted) return;
		await new Promise<void>((resolve) => {
			const onAbort = () => {
				cancel();
				resolve();
			};
			const cancel = this.after(ms, () => {
				signal?.removeEventListener('abort', onAbort);
				resolve();
			});
			signal?.addEventListener('abort', onAbort, { once: true });
		});
	};

	/** Holds an answer back: meanwhile its call is not on its way. */
	hold = async (ms: number): Promise<void> => {
		if (ms <= 0) return;
		this.held += 1;
		await this.sleep(ms);
		this.held -= 1;
	};

	/** Does something in `ms` milliseconds; gives what prevents it. */
	after = (ms: number, task: () => void): (() => void) =>
		this.add({ at: this.elapsedMs + Math.max(0, ms), fire: task });

	/** Does something every `ms` milliseconds; gives what ends it. Time does not pass by itself for an interval. */
	every = (ms: number, task: () => void): (() => void) =>
		this.add({ at: this.elapsedMs + ms, fire: task, every: ms });

	/** How many wait for a moment of this clock. */
	get waiting(): number {
		return this.timers.filter(({ every }) => every === undefined).length;
	}

	/** Lets `ms` milliseconds pass, with all that happens in them. */
	async advance(ms: number): Promise<void> {
		const end = this.elapsedMs + ms;
		await settle();
		for (let next = this.next(); next && next.at <= end; next = this.next()) {
			this.fire(next);
			await settle();
		}
		this.elapsedMs = end;
		await settle();
	}

	/** From now on time passes by itself. */
	runFreely(): void {
		if (!this.isFree) for (const [name, listener] of this.channels) subscribe(name, listener);
		this.isFree = true;
		this.run();
	}

	/** As new: nobody waits, and time passes by hand. */
	reset(): void {
		for (const [name, listener] of this.channels) unsubscribe(name, listener);
		this.inFlight.clear();
		this.held = 0;
		this.calls = 0;
		this.timers = [];
		this.isFree = false;
	}

	private add(timer: Timer): () => void {
		this.timers.push(timer);
		this.run();
		return () => this.remove(timer);
	}

	private remove(timer: Timer): void {
		this.timers = this.timers.filter((other) => other !== timer);
	}

	private next(): Timer | undefined {
		return this.timers.reduce<Timer | undefined>(
			(first, timer) => (first && first.at <= timer.at ? first : timer),
			undefined,
		);
	}

	private fire(timer: Timer): void {
		this.elapsedMs = Math.max(this.elapsedMs, timer.at);
		if (timer.every === undefined) this.remove(timer);
		else timer.at += timer.every;
		timer.fire();
	}

	private run(): void {
		if (!this.isFree || this.isRunning) return;
		this.isRunning = true;
		void this.runWhileIdle();
	}

	private async runWhileIdle(): Promise<void> {
		for (;;) {
			await settle();
			const next = this.next();
			if (!this.isFree || !next || this.waiting === 0 || this.inFlight.size > this.held) break;
			this.fire(next);
		}
		this.isRunning = false;
	}
}

/** The clock of the nodes in all tests but those end to end: `environment.ts` puts it in place of the system's. */
export const testClock = new TestClock();
