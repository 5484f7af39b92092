/** The sandbox's own time: it measures how long tokens live and how long Feishu waits between two pushes of an event. */
export interface Clock {
	/** Milliseconds passed since the clock was made, on this clock. */
	elapsed(): number;
	/** Runs `task` once `ms` milliseconds have passed on this clock. */
	after(ms: number, task: () => void): void;
	/** Forgets every task still waiting. */
	stop(): void;
}

/**
 * Makes a clock that runs `speed` times as fast as real time (60 = a minute passes in a second).
 * Dates sent to others (signatures, `create_time`) stay real: a receiver compares them with its own clock.
 */
export function createClock(speed: number): Clock {
	const start = performance.now();
	const waiting = new Set<NodeJS.Timeout>();
	return {
		elapsed: () => (performance.now() - start) * speed,
		after(ms, task) {
			const timer = setTimeout(() => {
				waiting.delete(timer);
				task();
			}, ms / speed);
			waiting.add(timer);
		},
		stop() {
			waiting.forEach(clearTimeout);
			waiting.clear();
		},
	};
}
