import type { ErrorText } from '../transport/errors/codes';
import type { ReceivedEvent, Subscriber } from './feed';
import type { LongConnections } from './hub';

/** How a test in the editor ends: with an event, with what the user has to mend, or because the user stops it. */
export type TestOutcome =
	{ kind: 'event'; event: ReceivedEvent } | { kind: 'mend'; text: ErrorText } | { kind: 'stopped' };

/**
 * Waits for one event, as a test in the editor does. It takes none away from production: see `Feed`.
 *
 * @param signal aborted when the user stops the test
 */
export async function receiveInTest(
	hub: LongConnections,
	subscriber: Omit<Subscriber, 'isTest' | 'handle' | 'onMend'>,
	signal: AbortSignal | undefined,
): Promise<TestOutcome> {
	let end: (outcome: TestOutcome) => void = () => undefined;
	const outcome = new Promise<TestOutcome>((resolve) => (end = resolve));
	const stop = () => end({ kind: 'stopped' });
	if (signal?.aborted) return { kind: 'stopped' };
	signal?.addEventListener('abort', stop, { once: true });
	const { firstAttempt, leave } = hub.join({
		...subscriber,
		isTest: true,
		handle: async (event) => end({ kind: 'event', event }),
		onMend: (text) => end({ kind: 'mend', text }),
	});
	try {
		void firstAttempt.then((attempt) => {
			if (attempt.kind === 'mend') end({ kind: 'mend', text: attempt.text });
		});
		return await outcome;
	} finally {
		signal?.removeEventListener('abort', stop);
		await leave();
	}
}
