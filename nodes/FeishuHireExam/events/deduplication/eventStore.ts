import type { Clock } from '../../transport/clock';
import { Mutex, settle, type Settled } from '../../transport/concurrency';
import { ExpiringMap } from '../../transport/expiringMap';
import {
	type Delivery,
	type Finding,
	MAX_EVENTS,
	recordEntries,
	REMEMBERED_FOR_MS,
	type StoreHelpers,
} from './processedEntries';

/** An event that was not recorded in this time was lost on the way, or is another process's. */
const CLAIM_EXPIRES_AFTER_MS = 120_000;

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_000;
const CHECK_CLAIM_EVERY_MS = 50;

/** A batch waits so many times as long as recording takes for events that are still on their way here. */
const GATHER_PER_RECORDING = 4;
const MAX_GATHER_MS = 500;
const GATHER_STEP_MS = 10;

/** The quickest recording tells what one costs; each later one may turn out slower, as the row grows. */
const GROWTH_PER_RECORDING = 1.1;

/** How long a batch waits for no more events than the last one that waited in vain. */
const PARALLELISM_EXPIRES_AFTER_MS = 10 * 60_000;

/** Longer than another process takes to write entries that it read before; on a busy database, as often as long. */
const CONFIRM_AFTER_MS = 1_000;
const CONFIRM_AFTER_WRITES = 5;

const WRITES = 'writes';

/** What becomes of a delivery: it starts an execution, it is dropped, or Feishu must send it again. */
export type Claim = 'claimed' | 'duplicate' | 'unsettled';

/** A delivery whose execution waits for its entries. */
interface Pending {
	delivery: Delivery;
	found?: Settled<Finding>;
}

/**
 * The events of one trigger node, each of which passes once: an event is claimed when it arrives, and recorded when
 * its execution begins. In queue mode these are different processes: then n8n's database alone decides.
 */
export class EventStore {
	/** Events that were claimed here and are not recorded yet. */
	private readonly claims: ExpiringMap<true>;

	/** Events that are recorded for sure, so that their repeats need not cost an execution. */
	private readonly recorded: ExpiringMap<true>;

	private readonly mutex = new Mutex();

	private pending: Pending[] = [];

	/** Executions that wait here. */
	private waiting = 0;

	/** How many of them can wait at the same time, as far as is known: n8n may limit them. */
	private parallelism = Infinity;

	private parallelismExpiresAt = -Infinity;

	private isExecutedHere = false;

	/** What recording costs, without what it waits for others in a burst. */
	private recordingMs = MAX_GATHER_MS / GATHER_PER_RECORDING;

	constructor(private readonly clock: Clock) {
		this.claims = new ExpiringMap(clock, {
			maxSize: MAX_EVENTS,
			maxAgeMs: CLAIM_EXPIRES_AFTER_MS,
		});
		this.recorded = new ExpiringMap(clock, {
			maxSize: MAX_EVENTS,
			maxAgeMs: REMEMBERED_FOR_MS,
		});
	}

	/** Whether anything is in flight, so that the store cannot be dropped. */
	get isInUse(): boolean {
		return this.claims.size > 0 || this.waiting > 0;
	}

	/**
	 * Claims an event for an execution. A copy of one in flight waits for that to be recorded; if this takes too
	 * long, it is unsettled: Feishu must send it again, in case the first execution breaks off. A process that
	 * executes nothing cannot know what became of the first: there a copy starts an execution, which drops it.
	 */
	async claim(event: string): Promise<Claim> {
		const answerBy = this.clock.monotonic() + ANSWER_WITHIN_MS;
		while (this.isExecutedHere && this.claims.has(event)) {
			if (this.clock.monotonic() > answerBy) return 'unsettled';
			await this.clock.sleep(CHECK_CLAIM_EVERY_MS);
		}
		if (this.recorded.has(event)) return 'duplicate';
		this.claims.set(event, true);
		return 'claimed';
	}

	/** Whether an event is claimed here and not recorded yet. */
	hasClaimed(event: string): boolean {
		return this.claims.has(event);
	}

	/** Gives a claim back whose execution did not start. */
	release(event: string): void {
		this.claims.delete(event);
	}

	/**
	 * Records a delivery, and returns whether its event passes: once, and again when the user retries the execution
	 * that it passed in.
	 *
	 * @throws Error when n8n cannot reach its database.
	 */
	async record(delivery: Delivery, helpers: StoreHelpers): Promise<boolean> {
		this.isExecutedHere = true;
		this.waiting += 1;
		if (this.waiting > this.parallelism) this.parallelism = Infinity;
		try {
			return this.claims.has(delivery.event)
				? await this.recordClaimed(delivery, helpers)
				: await this.recordConfirmed(delivery, helpers);
		} finally {
			this.waiting -= 1;
		}
	}

	/** An event that this process claimed is not another's: what was written stays. */
	private async recordClaimed(delivery: Delivery, helpers: StoreHelpers): Promise<boolean> {
		return (await this.write(delivery, helpers)) !== 'repeat';
	}

	/**
	 * Another process may record the same event, or another one, at the same time, and overwrite what this one wrote:
	 * so an event passes when the entries of its delivery are still there some time after they were written. When the
	 * event alone is there, another delivery has won; when neither is, the claim is repeated.
	 */
	private async recordConfirmed(delivery: Delivery, helpers: StoreHelpers): Promise<boolean> {
		for (;;) {
			const begun = this.clock.monotonic();
			const found = await this.write(delivery, helpers);
			if (found === 'repeat') return false;
			if (found === 'recorded') {
				this.recorded.set(delivery.event, true);
				return true;
			}
			const writeMs = this.clock.monotonic() - begun;
			await this.clock.sleep(Math.max(CONFIRM_AFTER_MS, CONFIRM_AFTER_WRITES * writeMs));
		}
	}

	/**
	 * Writes the entries of a delivery together with those of all others that are pending, one batch at a time, as
	 * the database needs it.
	 */
	private async write(delivery: Delivery, helpers: StoreHelpers): Promise<Finding> {
		const own: Pending = { delivery };
		this.pending.push(own);
		await this.mutex.runExclusive(WRITES, async () => {
			if (!own.found) await this.flush(helpers);
		});
		const { found } = own;
		if (found?.error) throw found.error;
		return found?.value ?? 'repeat';
	}

	private async flush(helpers: StoreHelpers): Promise<void> {
		await this.gather();
		const batch = this.pending.splice(0);
		const deliveries = batch.map(({ delivery }) => delivery);
		const begun = this.clock.monotonic();
		const findings = await settle(
			async () => await recordEntries(deliveries, helpers, (event) => this.recorded.has(event)),
		);
		if (!findings.error) {
			const tookMs = Math.max(1, this.clock.monotonic() - begun);
			this.recordingMs = Math.min(tookMs, GROWTH_PER_RECORDING * this.recordingMs);
		}
		batch.forEach((one, index) => {
			const { event } = one.delivery;
			one.found = findings.error ? findings : { value: findings.value[index] as Finding };
			if (this.claims.has(event) && !findings.error) this.recorded.set(event, true);
			this.claims.delete(event);
		});
	}

	/**
	 * A batch takes as much as a whole execution when the row is full, so the events of a burst gather first: then
	 * recording takes a fifth of the time at most. Those that do not come in time have to wait for this batch to end.
	 */
	private async gather(): Promise<void> {
		const begun = this.clock.monotonic();
		if (begun >= this.parallelismExpiresAt) this.parallelism = Infinity;
		const gatherMs = Math.min(MAX_GATHER_MS, GATHER_PER_RECORDING * this.recordingMs);
		const before = this.pending.length;
		const isComplete = () => this.pending.length >= Math.min(this.claims.size, this.parallelism);
		while (!isComplete() && this.clock.monotonic() < begun + gatherMs) {
			await this.clock.sleep(GATHER_STEP_MS);
		}
		if (isComplete() || this.pending.length > before) return;
		this.parallelism = before;
		this.parallelismExpiresAt = this.clock.monotonic() + PARALLELISM_EXPIRES_AFTER_MS;
	}
}
