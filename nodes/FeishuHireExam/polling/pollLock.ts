import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import { ExpiringMap } from '../transport/expiringMap';

/** A poll that hangs for so long will not come to an end. */
const EXPIRES_AFTER_MS = 24 * 60 * 60_000;

/** How long a superseded poll may hold up the publishing of its workflow. */
const MAX_WAIT_MS = 5 * 60_000;

const MAX_NODES = 10_000;

/** A poll in flight. */
interface Poll {
	/** Stands for the workflow object that n8n polls for; publishing again makes another one. */
	instance: object;
	/** Until when it waits for a poll that it supersedes, by `clock.monotonic()`. */
	waitsUntil?: number;
	/** Whether it runs in place of a poll that it superseded. */
	isReplacement: boolean;
	/** Resolves when it ends, with or without success. */
	ended: Promise<void>;
}

/**
 * Keeps a node from polling twice at the same time: n8n begins the next poll without waiting for the last.
 *
 * When a workflow is published during a poll, the new workflow object has the snapshot from before that poll. What the
 * poll then reports is found again by the next one (n8n 1.123), or is discarded by n8n (2.41).
 */
export class PollLock {
	/** For each node the poll that may report. */
	private readonly holders: ExpiringMap<Poll>;

	constructor(private readonly clock: Clock) {
		this.holders = new ExpiringMap(clock, { maxSize: MAX_NODES, maxAgeMs: EXPIRES_AFTER_MS });
	}

	/**
	 * Runs a poll of the node: `read`, then `report`, which saves and returns what was found.
	 *
	 * A poll of the same instance that is in flight goes on, and this one returns null at once. A poll of another
	 * instance is superseded: it returns null when it has read, and this one begins when it has ended, or has taken too
	 * long. A poll that runs in place of another is not superseded again: with n8n's durable scheduler every poll has an
	 * instance of its own, and polls slower than their interval would never report.
	 *
	 * @throws the error of `read` or `report`, unless the poll was superseded
	 */
	async runExclusive<R, T>(
		node: string,
		instance: object,
		read: () => Promise<R>,
		report: (reading: R) => T,
	): Promise<T | null> {
		const former = this.holders.get(node);
		if (former && (former.instance === instance || former.isReplacement)) return null;

		let end = () => {};
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		const own: Poll = { instance, isReplacement: false, ended };
		this.holders.set(node, own);
		const isSuperseded = () => this.holders.get(node) !== own;
		try {
			if (former) {
				// A limit of its own would never be reached if another poll came before it each time.
				own.waitsUntil = former.waitsUntil ?? this.clock.monotonic() + MAX_WAIT_MS;
				await this.waitFor(former, own.waitsUntil);
				if (isSuperseded()) return null;
				own.isReplacement = true;
			}
			const reading = await settle(read);
			if (isSuperseded()) return null;
			if (reading.error) throw reading.error;
			return report(reading.value);
		} finally {
			if (!isSuperseded()) this.holders.delete(node);
			end();
		}
	}

	/** Forgets all polls in flight. */
	reset(): void {
		this.holders.reset();
	}

	private async waitFor({ ended }: Poll, until: number): Promise<void> {
		const wake = new AbortController();
		await Promise.race([ended, this.clock.sleep(until - this.clock.monotonic(), wake.signal)]);
		wake.abort();
	}
}
