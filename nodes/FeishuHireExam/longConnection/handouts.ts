import { REMEMBERED_FOR_MS } from '../events/deduplication/processedEntries';
import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';

/** An event that is neither kept nor rejected after this time was lost on the way: its next repeat is handed out again. */
const LOST_AFTER_MS = 120_000;

const MAX_EVENTS = 100_000;
const MAX_IN_FLIGHT = 10_000;

/** The events that this process has handed out lately, so that their repeats start nothing. */
export class Handouts {
	private readonly kept: ExpiringMap<true>;

	private readonly inFlight: ExpiringMap<Promise<void>>;

	constructor(clock: Clock) {
		this.kept = new ExpiringMap(clock, { maxSize: MAX_EVENTS, maxAgeMs: REMEMBERED_FOR_MS });
		this.inFlight = new ExpiringMap(clock, { maxSize: MAX_IN_FLIGHT, maxAgeMs: LOST_AFTER_MS });
	}

	/**
	 * Hands an event out to a receiver, once: a repeat waits for what becomes of the first. Resolves when the event is
	 * kept.
	 *
	 * @throws the error of `handOut` when the event is not kept; then the next repeat is handed out again.
	 */
	async run(receiver: string, eventId: string, handOut: () => Promise<void>): Promise<void> {
		const key = `${receiver} ${eventId}`;
		if (this.kept.has(key)) return;
		const known = this.inFlight.get(key);
		if (known) return await known;
		const own = handOut();
		this.inFlight.set(key, own);
		try {
			await own;
			this.kept.set(key, true);
		} finally {
			if (this.inFlight.get(key) === own) this.inFlight.delete(key);
		}
	}

	/** Forgets everything. */
	reset(): void {
		this.kept.reset();
		this.inFlight.reset();
	}
}
