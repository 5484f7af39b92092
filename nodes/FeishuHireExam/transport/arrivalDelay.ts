/** Timers of a healthy process fire this late. */
const USUAL_LATENESS_MS = 2;

/** A call passes several turns of the event loop before it leaves, each as late as a timer. */
const TURNS = 5;

const LONGEST_JITTER_MS = 80;

/** What is left of the jitter after each timer that fires on time. */
const JITTER_DECAY = 0.98;

/** A late answer says that a call may have been late: by no more than this while timers are on time. */
const USUAL_DELAY_MS = 30;

/** The first calls of a process leave late, all of them, and less so with each call. */
const WARM_UP_MS = 20;
const WARM_UP_DECAY = 0.98;

/** An answer that came quicker than all others, as those of a proxy do, is forgotten by this much with each answer. */
const SHORTEST_GROWTH_MS = 0.2;

/**
 * How much later than sent calls arrive: they wait for the event loop, for garbage collection and for other processes.
 * The round trip of a call shows it, and how late timers fire. All times are in milliseconds.
 */
export class ArrivalDelay {
	private jitterMs = 0;

	private shortestMs = Infinity;

	private warmUpMs = WARM_UP_MS;

	/** How late a call that is not sent yet may be, compared with another one. */
	get jitter(): number {
		return this.jitterMs;
	}

	/** How late a call was at most, by its round trip; Infinity stands for one without an answer yet. */
	of(roundTripMs: number): number {
		const longest = Math.max(USUAL_DELAY_MS, this.jitterMs);
		const delayMs = roundTripMs === Infinity ? longest : roundTripMs - this.shortestMs;
		return Math.max(this.warmUpMs, Math.min(longest, delayMs));
	}

	recordCall(): void {
		this.warmUpMs *= WARM_UP_DECAY;
	}

	recordRoundTrip(ms: number): void {
		this.shortestMs = Math.min(ms, this.shortestMs + SHORTEST_GROWTH_MS);
	}

	/** A timer fired so long after its time. */
	recordTimer(latenessMs: number): void {
		const jitterMs = Math.min(
			TURNS * Math.max(0, latenessMs - USUAL_LATENESS_MS),
			LONGEST_JITTER_MS,
		);
		this.jitterMs = Math.max(jitterMs, JITTER_DECAY * this.jitterMs);
	}
}
