import type { Clock } from '../../transport/clock';
import { ExpiringMap } from '../../transport/expiringMap';
import { CONFIRM_AFTER_MS, MAX_EVENTS, ProcessedEntries } from './processedEntries';
import type { Delivery, StoreHelpers } from './processedEntries';

/** An event that was not recorded in this time was lost on the way, or is another process's. */
const CLAIM_EXPIRES_AFTER_MS = 120_000;

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_000;
const CHECK_CLAIM_EVERY_MS = 50;

/** A batch waits so long, at most, for events that are still on their way here. */
const GATHER_MS = 500;
const GATHER_STEP_MS = 10;

/** What becomes of a delivery: it starts an execution, it is dropped, or Feishu must send it again. */
export type Claim = 'claimed' | 'duplicate' | 'unsettled';

/** A delivery whose execution waits to know whether its event passes. */
interface Pending {
	delivery: Delivery;
	resolve: (passes: boolean) => void;
	reject: (error: unknown) => void;
}

/**
 * The events of one trigger node, each of which passes once: an event is claimed when it arrives, and recorded when
 * its execution begins.
 */
export class EventStore {
	/** Events that were claimed and are not recorded yet. */
	private readonly claims: ExpiringMap<true>;

	private readonly entries: ProcessedEntries;

	private pending: Pending[] = [];

	private isFlushing = false;

	private isConfirming = false;

	constructor(private readonly clock: Clock) {
		this.claims = new ExpiringMap(clock, {
			maxSize: MAX_EVENTS,
			maxAgeMs: CLAIM_EXPIRES_AFTER_MS,
		});
		this.entries = new ProcessedEntries(clock);
	}

	/** Whether anything is in flight, so that the store cannot be dropped. */
	get isInUse(): boolean {
		return this.claims.size > 0 || this.pending.length > 0 || this.isFlushing || this.isConfirming;
	}

	/**
	 * Claims an event for an execution. A copy of one in flight waits for that to be recorded; if this takes too
	 * long, it is unsettled: Feishu must send it again, in case the first execution breaks off.
	 */
	async claim(event: string): Promise<Claim> {
		const answerBy = this.clock.monotonic() + ANSWER_WITHIN_MS;
		while (this.claims.has(event)) {
			if (this.clock.monotonic() > answerBy) return 'unsettled';
			await this.clock.sleep(CHECK_CLAIM_EVERY_MS);
		}
		if (this.entries.has(event)) return 'duplicate';
		this.claims.set(event, true);
		return 'claimed';
	}

	/**
	 * Records a delivery, and returns whether its event passes: once, and again when the user retries the execution
	 * that it passed in.
	 *
	 * @throws Error when n8n cannot reach its database.
	 */
	async record(delivery: Delivery, helpers: StoreHelpers): Promise<boolean> {
		const answer = new Promise<boolean>((resolve, reject) => {
			this.pending.push({ delivery, resolve, reject });
		});
		if (!this.isFlushing) void this.flush(helpers);
		return await answer;
	}

	/**
	 * Records what is pending, one batch at a time, as the database needs it: who comes meanwhile is in the next
	 * batch. A batch takes as much as a whole execution when the row is full, so the events of a burst gather first.
	 */
	private async flush(helpers: StoreHelpers): Promise<void> {
		this.isFlushing = true;
		try {
			do {
				await this.gather();
				await this.recordBatch(this.pending.splice(0), helpers);
			} while (this.pending.length > 0);
		} finally {
			this.isFlushing = false;
		}
		if (!this.isConfirming) void this.confirm(helpers);
	}

	/** Waits for events that were claimed here: their executions are about to begin. */
	private async gather(): Promise<void> {
		const until = this.clock.monotonic() + GATHER_MS;
		while (this.claims.size > this.pending.length && this.clock.monotonic() < until) {
			await this.clock.sleep(GATHER_STEP_MS);
		}
	}

	/** Never rejects: those who wait get the error. */
	private async recordBatch(batch: Pending[], helpers: StoreHelpers): Promise<void> {
		const deliveries = batch.map(({ delivery }) => delivery);
		const release = () => {
			for (const { event } of deliveries) this.claims.delete(event);
		};
		try {
			const passed = await this.entries.record(deliveries, helpers);
			release();
			for (const { delivery, resolve } of batch) resolve(passed.has(delivery));
		} catch (error) {
			// The workflow may be gone, and nothing is to be confirmed forever.
			this.entries.dropUnconfirmed();
			release();
			for (const { reject } of batch) reject(error);
		}
	}

	/**
	 * Writes again what another process has overwritten, until all entries are found where they belong. While events
	 * come, their batches do that.
	 */
	private async confirm(helpers: StoreHelpers): Promise<void> {
		this.isConfirming = true;
		try {
			while (!this.entries.isConfirmed) {
				await this.clock.sleep(CONFIRM_AFTER_MS);
				const isIdle = !this.isFlushing && this.entries.sinceLastWriteMs >= CONFIRM_AFTER_MS;
				if (isIdle) await this.flush(helpers);
			}
		} finally {
			this.isConfirming = false;
		}
	}
}
