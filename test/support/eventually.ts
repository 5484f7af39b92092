import { waitFor } from '../../n8nHost/waitFor';

/** Waits until a check gives something, and returns that. */
export async function eventually<T>(
	what: string,
	check: () => Promise<T | undefined> | T | undefined,
	timeoutMs?: number,
): Promise<T> {
	return await waitFor(what, check, { timeoutMs });
}
