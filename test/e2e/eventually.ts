import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 15_000;

/** Waits until a look at the world gives something, and returns that. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
	const deadline = Date.now() + WITHIN_MS;
	for (;;) {
		const seen = await look();
		if (seen !== undefined) return seen;
		if (Date.now() > deadline) throw new Error(`Not within ${WITHIN_MS / 1000} s: ${what}`);
		await sleep(200);
	}
}
