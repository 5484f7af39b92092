/** Cancels a timer; afterwards does nothing. */
export type Cancel = () => void;

/**
 * The time that a sandbox shares with its callers: real time, unless a test hands in a clock of its own.
 * Everything a caller waits for or compares with its own clock goes by it, whatever the sandbox's `clockSpeed` is:
 * rate limit windows, latency, delays, deadlines and timestamps.
 */
export interface Clock {
	/** Milliseconds since 1970, for timestamps. The system's may be set back or ahead. */
	now(): number;
	/** Milliseconds of a clock that is never set, for intervals. */
	monotonic(): number;
	/** Runs `task` once, in `ms` milliseconds. */
	after(ms: number, task: () => void): Cancel;
	/** Runs `task` every `ms` milliseconds until it is canceled. */
	every(ms: number, task: () => void): Cancel;
	/** Resolves in `ms` milliseconds. For answers that are kept back while their caller waits. */
	hold(ms: number): Promise<void>;
}

/** Real time. None of its timers keeps a process alive. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	after(ms, task) {
		const timer = setTimeout(task, ms).unref();
		return () => clearTimeout(timer);
	},
	every(ms, task) {
		const timer = setInterval(task, ms).unref();
		return () => clearInterval(timer);
	},
	hold: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
};

/**
 * The time of what takes minutes to hours at Feishu and what no caller measures: the expiry of tokens and links,
 * the retries of events, app tickets. It runs `speed` times as fast as the clock (60: a minute passes in a second).
 */
export class FastClock {
	private readonly timers = new Set<Cancel>();

	private readonly start: number;

	constructor(
		private readonly clock: Clock,
		private readonly speed: number,
	) {
		this.start = clock.monotonic();
	}

	/** Fast milliseconds since the start. */
	elapsed(): number {
		return (this.clock.monotonic() - this.start) * this.speed;
	}

	/** Runs `task` once, in `ms` fast milliseconds. */
	after(ms: number, task: () => void): void {
		const cancel = this.clock.after(ms / this.speed, () => {
			this.timers.delete(cancel);
			task();
		});
		this.timers.add(cancel);
	}

	/** Runs `task` every `ms` fast milliseconds. */
	every(ms: number, task: () => void): void {
		this.timers.add(this.clock.every(ms / this.speed, task));
	}

	/** Cancels all timers. */
	stop(): void {
		for (const cancel of this.timers) cancel();
		this.timers.clear();
	}
}
