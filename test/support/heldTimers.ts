import { type Clock, systemClock } from '../../sandbox';

interface Timer {
	at: number;
	task(): void;
}

/**
 * Real time, except that deadlines and retries only pass when a test lets them: so none passes because the machine is
 * slow.
 */
export class HeldTimers implements Clock {
	private readonly timers = new Set<Timer>();

	private elapsedMs = 0;

	now = systemClock.now;

	monotonic = systemClock.monotonic;

	every = systemClock.every;

	hold = systemClock.hold;

	after = (ms: number, task: () => void): (() => void) => {
		const timer = { at: this.elapsedMs + ms, task };
		this.timers.add(timer);
		return () => void this.timers.delete(timer);
	};

	/** Lets `ms` milliseconds pass for the timers there are; one that is set meanwhile starts at the end of them. */
	pass(ms: number): void {
		this.elapsedMs += ms;
		const due = [...this.timers].filter(({ at }) => at <= this.elapsedMs);
		for (const timer of due.sort((a, b) => a.at - b.at)) {
			// An earlier one may have canceled it.
			if (this.timers.delete(timer)) timer.task();
		}
	}
}
