import type { Delivery, Sandbox } from '../../sandbox';

/** How often it is looked for answers, which the times are too long by at most. */
const STEP_MS = 5;

/** One push of an event, and what came of it. */
export interface TimedPush extends Pick<Delivery, 'eventId' | 'attempt' | 'status' | 'failure'> {
	/** From the push to the answer, or to when it was given up. */
	ms: number;
}

/** Measures how long the exams that a sandbox pushes take to be answered, until it is stopped. */
export class AnswerTimes {
	readonly pushes: TimedPush[] = [];

	private seen: number;

	private readonly timer = setInterval(() => this.read(), STEP_MS);

	constructor(private readonly sandbox: Sandbox) {
		this.seen = sandbox.deliveries.length;
	}

	/** Returns all pushes since the start. */
	stop(): TimedPush[] {
		clearInterval(this.timer);
		this.read();
		return this.pushes;
	}

	private read(): void {
		const ended = this.sandbox.deliveries.slice(this.seen);
		this.seen += ended.length;
		const now = Date.now();
		for (const { eventId, name, attempt, status, failure, at } of ended) {
			if (name !== 'examCreated') continue;
			this.pushes.push({ eventId, attempt, status, failure, ms: now - at });
		}
	}
}

/** Milliseconds that so many of a hundred pushes do not exceed. */
export function percentile(pushes: readonly TimedPush[], percent: number): number {
	const sorted = pushes.map(({ ms }) => ms).sort((one, other) => one - other);
	return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN;
}
