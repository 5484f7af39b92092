const TICK_MS = 15_000;

/** One line for the person who waits. */
export function tell(line: string): void {
	process.stdout.write(`${line}\n`);
}

/** Does one step of the way with a line when it begins, ends, and now and then in between. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const begun = Date.now();
	const elapsed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
	tell(`• ${title} …`);
	const ticker = setInterval(() => tell(`  still busy (${elapsed()})`), TICK_MS);
	try {
		const result = await work();
		tell(`  done (${elapsed()})`);
		return result;
	} finally {
		clearInterval(ticker);
	}
}
