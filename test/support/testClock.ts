import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Where Node tells of each HTTP call that a program makes. */
const HTTP_CALLS = 'http.client.request.start';

interface Timer {
	at: number;
	fire(): void;
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

	/** HTTP calls on their way, less those that the sandbox holds back until a moment of this clock. */
	private inFlight = 0;

	private readonly follow = (message: unknown): void => {
		const { request } = message as { request: ClientRequest };
		this.inFlight += 1;
		request.once('close', () => {
			this.inFlight -= 1;
			this.run();
		});
	};

	now = (): number => this.base + this.elapsedMs;

	monotonic = (): number => this.elapsedMs;

	elapsed = (): number => this.elapsedMs;

	sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		if (signal?.aborted) return;
		await new Promise<void>((resolve) => {
			const cancel = this.after(ms, resolve);
			signal?.addEventListener(
				'abort',
				() => {
					cancel();
					resolve();
				},
				{ once: true },
			);
		});
	};

	/** Holds an answer back: meanwhile its call is not on its way. */
	hold = async (ms: number): Promise<void> => {
		if (ms <= 0) return;
		this.inFlight -= 1;
		await this.sleep(ms);
		this.inFlight += 1;
	};

	/** Does something in `ms` milliseconds; gives what prevents it. */
	after = (ms: number, task: () => void): (() => void) => {
		const timer = { at: this.elapsedMs + Math.max(0, ms), fire: task };
		this.timers.push(timer);
		this.run();
		return () => {
			this.timers = this.timers.filter((other) => other !== timer);
		};
	};

	/** How many wait for a moment of this clock. */
	get waiting(): number {
		return this.timers.length;
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
		if (!this.isFree) channel(HTTP_CALLS).subscribe(this.follow);
		this.isFree = true;
		this.run();
	}

	/** As new: nobody waits, and time passes by hand. */
	reset(): void {
		if (this.isFree) channel(HTTP_CALLS).unsubscribe(this.follow);
		this.timers = [];
		this.isFree = false;
	}

	private next(): Timer | undefined {
		return this.timers.reduce<Timer | undefined>(
			(first, timer) => (first && first.at <= timer.at ? first : timer),
			undefined,
		);
	}

	private fire(timer: Timer): void {
		this.timers = this.timers.filter((other) => other !== timer);
		this.elapsedMs = Math.max(this.elapsedMs, timer.at);
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
			if (!this.isFree || !next || this.inFlight > 0) break;
			this.fire(next);
		}
		this.isRunning = false;
	}
}

/** The clock of the nodes in all tests but those end to end: `environment.ts` puts it in place of the system's. */
export const testClock = new TestClock();
