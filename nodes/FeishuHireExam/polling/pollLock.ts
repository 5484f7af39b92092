import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';

/** A poll that hangs for so long will not come to an end. */
const EXPIRES_AFTER_MS = 24 * 60 * 60_000;

const MAX_NODES = 10_000;

/** Keeps a node from polling twice at the same time: n8n begins the next poll without waiting for the last. */
export class PollLock {
	/** Polls in flight. */
	private readonly holders: ExpiringMap<symbol>;

	constructor(clock: Clock) {
		this.holders = new ExpiringMap(clock, { maxSize: MAX_NODES, maxAgeMs: EXPIRES_AFTER_MS });
	}

	/** Runs a poll of the node; returns null at once while another one is in flight. */
	async runExclusive<T>(node: string, poll: () => Promise<T>): Promise<T | null> {
		if (this.holders.has(node)) return null;
		const holder = Symbol(node);
		this.holders.set(node, holder);
		try {
			return await poll();
		} finally {
			if (this.holders.get(node) === holder) this.holders.delete(node);
		}
	}

	/** Forgets all polls in flight. */
	reset(): void {
		this.holders.reset();
	}
}
