import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../../transport/clock';
import { ExpiringMap } from '../../transport/expiringMap';

/** Feishu's last repeat comes seven hours after the event. */
export const REPEATS_END_AFTER_MS = 8 * 60 * 60_000;

/** Events that are remembered for a node; the oldest go first. */
export const MAX_EVENTS = 10_000;

/** An event is recorded as two entries: its own ID, and that of the delivery which it passed with. */
const STORE = { mode: 'entries', maxEntries: 2 * MAX_EVENTS } as const;

/** Longer than n8n takes to read, change and write back the entries of a node. */
export const CONFIRM_AFTER_MS = 1_000;

/** n8n's store, as an execution reaches it. */
export type StoreHelpers = Pick<
	IExecuteFunctions['helpers'],
	'checkProcessedAndRecord' | 'removeProcessed'
>;

/** One delivery of an event, by the entries that stand for it in the store. */
export interface Delivery {
	event: string;
	delivery: string;
}

/**
 * What n8n has recorded for a node. n8n keeps that in one row of its database, which it reads, changes and writes
 * back without a lock. So no two calls of `record` may overlap; and since another process may overwrite what this
 * one wrote, entries count as unconfirmed until a later call finds them.
 */
export class ProcessedEntries {
	/** Events that are recorded for sure, so that their repeats need not cost an execution. */
	private readonly events: ExpiringMap<true>;

	/** Entries by when they were written. By `clock.monotonic()`. */
	private readonly unconfirmed = new Map<string, number>();

	private lastWriteAt = -Infinity;

	constructor(private readonly clock: Clock) {
		this.events = new ExpiringMap(clock, {
			maxSize: MAX_EVENTS,
			maxAgeMs: REPEATS_END_AFTER_MS,
		});
	}

	/** Whether this process has seen the event recorded. What else is recorded, the database knows. */
	has(event: string): boolean {
		return this.events.has(event);
	}

	get isConfirmed(): boolean {
		return this.unconfirmed.size === 0;
	}

	/** Milliseconds since the last call of `record` began. */
	get sinceLastWriteMs(): number {
		return this.clock.monotonic() - this.lastWriteAt;
	}

	/**
	 * Records deliveries, together with what is unconfirmed, and returns those that pass: the first one of an event,
	 * and one that passed before, whose execution the user retries.
	 *
	 * @throws Error when n8n cannot reach its database.
	 */
	async record(batch: Delivery[], helpers: StoreHelpers): Promise<Set<Delivery>> {
		this.lastWriteAt = this.clock.monotonic();
		const added = await this.write(batch, helpers);
		this.confirm(added);
		const passed = new Set(batch.filter((delivery) => this.passes(delivery, added)));
		for (const { event, delivery } of passed) this.awaitConfirmation(event, delivery);
		const repeats = batch.filter((delivery) => !passed.has(delivery));
		if (repeats.length > 0) {
			const entries = repeats.map(({ delivery }) => delivery);
			await helpers.removeProcessed(entries, 'node', STORE);
		}
		for (const { event } of batch) this.events.set(event, true);
		return passed;
	}

	/** Gives up on what is unconfirmed, for example because the workflow may be gone. */
	dropUnconfirmed(): void {
		this.unconfirmed.clear();
	}

	/** Returns the entries that were not there. */
	private async write(batch: Delivery[], helpers: StoreHelpers): Promise<Set<unknown>> {
		const own = batch.flatMap(({ event, delivery }) => [event, delivery]);
		const entries = [...own, ...this.unconfirmed.keys()];
		const record = async () => await helpers.checkProcessedAndRecord(entries, 'node', STORE);
		// The second time, if another process has made the row of the node meanwhile.
		return new Set((await record().catch(record)).new);
	}

	/** Ends the wait for entries that are still there; those that had to be written again are waited for anew. */
	private confirm(added: Set<unknown>): void {
		for (const [entry, writtenAt] of this.unconfirmed) {
			if (added.has(entry)) this.unconfirmed.set(entry, this.clock.monotonic());
			else if (this.lastWriteAt - writtenAt >= CONFIRM_AFTER_MS) this.unconfirmed.delete(entry);
		}
	}

	/** Takes the event out of `added`, since copies of it may be in the same batch. */
	private passes({ event, delivery }: Delivery, added: Set<unknown>): boolean {
		const isFirst = added.delete(event) && !this.events.has(event);
		const hasPassedBefore = !added.has(delivery);
		return isFirst || hasPassedBefore;
	}

	private awaitConfirmation(...entries: string[]): void {
		for (const entry of entries) this.unconfirmed.set(entry, this.clock.monotonic());
		for (const oldest of this.unconfirmed.keys()) {
			if (this.unconfirmed.size <= STORE.maxEntries) break;
			this.unconfirmed.delete(oldest);
		}
	}
}
