const INTERVAL_MS = 15_000;

/** Prints a line for whoever waits. */
export function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

/** Does a step of the work, with a line when it starts, when it ends, and every 15 seconds in between. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const start = performance.now();
	const elapsed = () => `${Math.round((performance.now() - start) / 1000)} s`;
	print(`• ${title} …`);
	const timer = setInterval(() => print(`  still busy (${elapsed()})`), INTERVAL_MS);
	try {
		const result = await work();
		print(`  done (${elapsed()})`);
		return result;
	} finally {
		clearInterval(timer);
	}
}

/** Runs a command's entry point, then ends the process: what it leaves open keeps it from ending by itself. */
export function runMain(
	main: () => Promise<void>,
	onError: (error: unknown) => void = console.error,
): void {
	main().then(
		() => process.exit(0),
		(error: unknown) => {
			onError(error);
			process.exit(1);
		},
	);
}
