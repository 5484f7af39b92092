import { sleep } from 'n8n-workflow';

/** The time that classes with a limit or an expiry work by. It is handed in, so that tests can move it. */
export interface Clock {
	/** Milliseconds since 1970. It may be set: only for times that others see, such as the end of a token. */
	now(): number;
	/** Milliseconds of a clock that is never set: for intervals. */
	monotonic(): number;
	/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. Never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Older n8n sleeps on when the signal is aborted: then nobody waits for it. */
async function sleepUnlessAborted(ms: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(ms);
	if (signal.aborted) return;
	let onAbort = () => {};
	const aborted = new Promise<void>((resolve) => {
		onAbort = resolve;
		signal.addEventListener('abort', onAbort, { once: true });
	});
	try {
		await Promise.race([sleep(ms, signal).catch(() => undefined), aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	sleep: sleepUnlessAborted,
};
