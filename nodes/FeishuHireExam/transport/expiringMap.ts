import type { Clock } from './clock';

interface Entry<V> {
	value: V;
	/** By `clock.monotonic()`. */
	setAt: number;
}

interface Limits<V> {
	/** With more entries, the oldest are dropped. */
	maxSize: number;
	/** Entries are dropped this long after they were set. */
	maxAgeMs: number;
	/** Entries for which this holds are kept nevertheless. */
	isInUse?: (value: V) => boolean;
}

/** A map that forgets, so that state cannot grow forever. */
export class ExpiringMap<V> {
	/** The oldest first. */
	private readonly entries = new Map<string, Entry<V>>();

	constructor(
		private readonly clock: Clock,
		private readonly limits: Limits<V>,
	) {}

	get size(): number {
		this.evict();
		return this.entries.size;
	}

	has(key: string): boolean {
		return this.get(key) !== undefined;
	}

	get(key: string): V | undefined {
		this.evict();
		return this.entries.get(key)?.value;
	}

	/** From now on the entry is the youngest. */
	set(key: string, value: V): void {
		this.entries.delete(key);
		this.entries.set(key, { value, setAt: this.clock.monotonic() });
		this.evict();
	}

	delete(key: string): void {
		this.entries.delete(key);
	}

	/** Forgets everything. */
	reset(): void {
		this.entries.clear();
	}

	private evict(): void {
		const { maxSize, maxAgeMs, isInUse } = this.limits;
		const now = this.clock.monotonic();
		for (const [key, { value, setAt }] of this.entries) {
			if (this.entries.size <= maxSize && now - setAt < maxAgeMs) break;
			if (!isInUse?.(value)) this.entries.delete(key);
		}
	}
}
