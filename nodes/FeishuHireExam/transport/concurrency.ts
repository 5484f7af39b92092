/**
 * Does `work` for all entries, at most `limit` at a time, starting them in their order. Rejects with the first
 * error of `work`, and starts nothing new from then on.
 */
export async function runConcurrently<T>(
	entries: readonly T[],
	limit: number,
	work: (entry: T) => Promise<void>,
): Promise<void> {
	// Unlike an array's, a generator's values end for all workers once one of them throws.
	const waiting = (function* () {
		yield* entries;
	})();
	const worker = async () => {
		for (const entry of waiting) await work(entry);
	};
	await Promise.all(Array.from({ length: Math.min(limit, entries.length) }, worker));
}

export type Settled<T> = { value: T; error?: undefined } | { error: Error };

/** What became of `work`. Never rejects. */
export async function settle<T>(work: () => T | Promise<T>): Promise<Settled<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error: error as Error };
	}
}

/** One promise for all who want the same thing at the same time; it is forgotten as soon as it has settled. */
export class SingleFlight<T> {
	private readonly flights = new Map<string, Promise<T>>();

	async run(key: string, work: () => Promise<T>): Promise<T> {
		const known = this.flights.get(key);
		if (known) return await known;
		const flight = work().finally(() => this.flights.delete(key));
		this.flights.set(key, flight);
		return await flight;
	}

	reset(): void {
		this.flights.clear();
	}
}

/** Does the work of one key one after the other; a key is forgotten when nobody waits for it. */
export class Mutex {
	private readonly tails = new Map<string, Promise<unknown>>();

	async runExclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
		const before = this.tails.get(key) ?? Promise.resolve();
		const own = before.then(work, work);
		const tail = own.catch(() => undefined);
		this.tails.set(key, tail);
		try {
			return await own;
		} finally {
			if (this.tails.get(key) === tail) this.tails.delete(key);
		}
	}

	reset(): void {
		this.tails.clear();
	}
}

/**
 * Resolves with the value of `work`, or with undefined as soon as `signal` is aborted; does not start `work` when it is
 * already.
 */
export async function unlessAborted<T>(
	work: () => Promise<T>,
	signal?: AbortSignal,
): Promise<T | undefined> {
	if (!signal) return await work();
	if (signal.aborted) return undefined;
	let onAbort = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		onAbort = () => resolve(undefined);
		signal.addEventListener('abort', onAbort, { once: true });
	});
	try {
		return await Promise.race([work(), aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
