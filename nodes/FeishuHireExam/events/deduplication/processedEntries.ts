import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * How long a process remembers an event by itself: Feishu repeats it after 15 seconds, 5 minutes, 1 hour and 6 hours. The
 * late ones are rare and cost an execution, which finds the event in n8n's store.
 */
export const REMEMBERED_FOR_MS = 10 * 60_000;

/** Events that are remembered for a node; the oldest go first. */
export const MAX_EVENTS = 10_000;

/** An event is recorded as two entries: its own ID, and that of the delivery which it passed with. */
const STORE = { mode: 'entries', maxEntries: 2 * MAX_EVENTS } as const;

/** n8n's store, as an execution reaches it: all entries of a node in one row, which is read and written back without a lock. */
export type StoreHelpers = Pick<
	IExecuteFunctions['helpers'],
	'checkProcessedAndRecord' | 'removeProcessed'
>;

/** One delivery of an event, by the entries that stand for it in the store. */
export interface Delivery {
	event: string;
	delivery: string;
}

/** What was there before: nothing of the event, this very delivery, or another one of the event. */
export type Finding = 'new' | 'recorded' | 'repeat';

/**
 * Records deliveries, and returns what was found of each. Calls in one process must not overlap.
 *
 * @param isRecorded whether an event is known to be recorded, also if its entries were overwritten
 * @throws Error when n8n cannot reach its database.
 */
export async function recordEntries(
	batch: readonly Delivery[],
	helpers: StoreHelpers,
	isRecorded: (event: string) => boolean,
): Promise<Finding[]> {
	const entries = batch.flatMap(({ event, delivery }) => [event, delivery]);
	const record = async () => await helpers.checkProcessedAndRecord(entries, 'node', STORE);
	// The second time, if another process has made the row of the node meanwhile.
	const added = new Set<unknown>((await record().catch(record)).new);

	const findings = batch.map(({ event, delivery }): Finding => {
		// Copies of the event may be in the same batch: the first one is new.
		const isNew = added.delete(event) && !isRecorded(event);
		if (!added.has(delivery)) return 'recorded';
		return isNew ? 'new' : 'repeat';
	});
	await removeRepeats(
		batch.filter((_, index) => findings[index] === 'repeat'),
		helpers,
	);
	return findings;
}

/** Else a repeat would pass when the user retries its execution. That is rare: no other event fails for it. */
async function removeRepeats(repeats: Delivery[], helpers: StoreHelpers): Promise<void> {
	if (repeats.length === 0) return;
	const entries = repeats.map(({ delivery }) => delivery);
	await helpers.removeProcessed(entries, 'node', STORE).catch(() => undefined);
}
