import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a look at the world gives something, and returns that. */
export async function eventually<T>(
	what: string,
	look: () => Promise<T | undefined> | T | undefined,
	withinMs = 15_000,
): Promise<T> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const seen = await look();
		if (seen !== undefined) return seen;
		if (Date.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}`);
		await sleep(200);
	}
}
