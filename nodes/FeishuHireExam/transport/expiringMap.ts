import type { Clock } from './clock';

/** A map with a limit and an expiry: what was not set again for `ttlMs` milliseconds is gone, and the oldest go first. */
export class ExpiringMap<K, V> {
	private readonly entries = new Map<K, { value: V; setAt: number }>();

	constructor(
		private readonly clock: Pick<Clock, 'monotonic'>,
		private readonly ttlMs: number,
		private readonly maxEntries: number,
	) {}

	get size(): number {
		return this.entries.size;
	}

	get(key: K): V | undefined {
		this.dropExpired();
		return this.entries.get(key)?.value;
	}

	/** Sets a value, and starts its time anew. */
	set(key: K, value: V): void {
		this.entries.delete(key);
		this.dropExpired();
		this.entries.set(key, { value, setAt: this.clock.monotonic() });
		const [oldest] = this.entries.keys();
		if (this.entries.size > this.maxEntries && oldest !== undefined) this.entries.delete(oldest);
	}

	delete(key: K): void {
		this.entries.delete(key);
	}

	reset(): void {
		this.entries.clear();
	}

	/** Entries are in the order in which they were set. */
	private dropExpired(): void {
		const now = this.clock.monotonic();
		for (const [key, { setAt }] of this.entries) {
			if (now - setAt < this.ttlMs) break;
			this.entries.delete(key);
		}
	}
}
