import { setTimeout as sleep } from 'node:timers/promises';

const SECOND = 1000;

export interface WaitOptions {
	/** How long in vain is an error: generous, as it only bounds a wait that never ends. Default 60 seconds. */
	timeoutMs?: number;
	/** Between two checks. Default 200 ms. */
	intervalMs?: number;
}

/**
 * Checks again and again until there is a value, and returns it.
 *
 * @throws Error that names `what` when there is none within the time.
 */
export async function waitFor<T>(
	what: string,
	check: () => Promise<T | undefined | false> | T | undefined | false,
	{ timeoutMs = 60 * SECOND, intervalMs = 200 }: WaitOptions = {},
): Promise<T> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const value = await check();
		if (value !== undefined && value !== false) return value;
		if (performance.now() > deadline) {
			throw new Error(`Not within ${timeoutMs / SECOND} s: ${what}`);
		}
		await sleep(intervalMs);
	}
}
