/** Does `work` for all entries, at most `size` at a time, starting them in their order. */
export async function runPool<T>(
	entries: readonly T[],
	size: number,
	work: (entry: T) => Promise<void>,
): Promise<void> {
	const waiting = entries.values();
	const worker = async () => {
		for (const entry of waiting) await work(entry);
	};
	await Promise.all(Array.from({ length: Math.min(size, entries.length) }, worker));
}
