/** How many letters must be added, removed or replaced to turn one word into another (Levenshtein). */
function distance(from: string, to: string): number {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (const [index, letter] of [...from].entries()) {
		const next = [index + 1];
		for (const [column, other] of [...to].entries()) {
			const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
			next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

/** The one of `words` that somebody meant by `word`: a part of it, or the one with the fewest letters changed. */
export function nearest(word: string, words: readonly string[]): string | undefined {
	const lower = word.toLowerCase();
	const rated = words.map((candidate) => {
		const other = candidate.toLowerCase();
		const isPart = lower.includes(other) || other.includes(lower);
		return { candidate, changes: isPart ? 0 : distance(lower, other) };
	});
	const best = rated.reduce<(typeof rated)[number] | undefined>(
		(first, next) => (first && first.changes <= next.changes ? first : next),
		undefined,
	);
	return best && best.changes <= word.length / 2 ? best.candidate : undefined;
}
