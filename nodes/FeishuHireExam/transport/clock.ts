import { sleep } from 'n8n-workflow';

import { unlessAborted } from './concurrency';

/** The time that classes with a limit or an expiry work by. It is handed in, so that tests can move it. */
export interface Clock {
	/** Milliseconds since 1970. It may be set: only for times that others see, such as the expiry of a token. */
	now(): number;
	/** Milliseconds of a clock that is never set: for intervals. */
	monotonic(): number;
	/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. Never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	// Older n8n sleeps on when the signal is aborted: then nobody waits for it.
	sleep: async (ms, signal) =>
		await unlessAborted(async () => await sleep(ms, signal).catch(() => undefined), signal),
};
