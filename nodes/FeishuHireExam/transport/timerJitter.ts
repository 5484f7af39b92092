/** Timers of a healthy process fire this late. */
const USUAL_MS = 2;

/** A call passes several turns of the event loop before it leaves, each as late as a timer. */
const TURNS = 5;

const LONGEST_MS = 80;

/** The first calls of a process are slow, before any timer shows it. */
const INITIAL_MS = 20;

/** What is left of the estimate after each timer that fires on time. */
const DECAY = 0.98;

/** How unevenly calls leave this process, by how late its timers fire: a busy machine delays both. */
export class TimerJitter {
	private estimateMs = INITIAL_MS;

	/** The longest delay between two calls' turns and their departures, in milliseconds. */
	get ms(): number {
		return this.estimateMs;
	}

	/** A timer fired so many milliseconds after its time. */
	record(latenessMs: number): void {
		const jitterMs = Math.min(TURNS * Math.max(0, latenessMs - USUAL_MS), LONGEST_MS);
		this.estimateMs = Math.max(jitterMs, DECAY * this.estimateMs);
	}
}
