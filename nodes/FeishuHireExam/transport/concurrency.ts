/**
 * Does `work` for all entries, at most `size` at a time, starting them in their order. Rejects with the first
 * error of `work`, and begins nothing new from then on.
 */
export async function runPool<T>(
	entries: readonly T[],
	size: number,
	work: (entry: T) => Promise<void>,
): Promise<void> {
	// Unlike an array's, a generator's values end for all workers once one of them throws.
	const waiting = (function* () {
		yield* entries;
	})();
	const worker = async () => {
		for (const entry of waiting) await work(entry);
	};
	await Promise.all(Array.from({ length: Math.min(size, entries.length) }, worker));
}
