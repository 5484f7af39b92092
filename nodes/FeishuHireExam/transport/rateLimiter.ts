import { AdaptiveRate } from './adaptiveRate';
import { ArrivalDelay } from './arrivalDelay';
import { type Clock, systemClock } from './clock';
import { ExpiringMap } from './expiringMap';
import { MAX_TOTAL_WAIT_MS, MAX_WAIT_MS } from './retryPolicy';

/** How many calls may be sent per second and per minute. */
export interface RateLimits {
	perSecond: number;
	perMinute: number;
}

/** Feishu's tier 4, which most APIs of an exam workflow have, per app and tenant (page "Rate limits"). */
export const TIER_4: RateLimits = { perSecond: 50, perMinute: 1000 };

export const lowerLimits = (one: RateLimits, other: RateLimits): RateLimits => ({
	perSecond: Math.min(one.perSecond, other.perSecond),
	perMinute: Math.min(one.perMinute, other.perMinute),
});

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** Calls do not arrive as evenly as they leave, so windows are longer than Feishu's: more so after a rejection. */
const MARGIN_MS = 8;
const REJECTION_MARGIN_MS = 20;
const LONGEST_MARGIN_MS = 150;

/** By how much of the jitter the next call may be earlier than those before it. */
const JITTER_SHARE = 0.25;

/**
 * Where there is room for a whole second's calls, this share of them leaves at once, and the others ever sooner after
 * each other, over this time. Processes that share the limit reach it together, each with a part of its calls: the more
 * processes, the sooner. Calls that are on their way at that moment are rejected, so none should follow another too soon.
 */
const BURST_SHARE = 1 / 5;
const BURST_SPACING_MS = 2;
const SPREAD_MS = 450;

/** The distance to the next call after so many within a second. Those after the burst add up to the time above. */
const spacingWithinSecondMs = (sent: number, perSecond: number): number =>
	sent < BURST_SHARE * perSecond ? BURST_SPACING_MS : SPREAD_MS / Math.log(1 / BURST_SHARE) / sent;

/** How long others wait for the answer to a probe. */
const PROBE_MS = 1000;

const MAX_BUCKETS = 10_000;

/** Leave to send one call. */
export interface Permit {
	/** Feishu rejected the call unprocessed: none is sent for `ms` milliseconds. */
	blockBucket(ms: number): void;
	/** The call is over, whatever came of it. */
	release(): void;
}

export type Admission =
	| { kind: 'admitted'; permit: Permit }
	/** Feishu takes calls again only in so many milliseconds: longer than a call waits. */
	| { kind: 'blocked'; ms: number }
	/** The user stopped the execution. */
	| { kind: 'aborted' };

/** A call that was sent. Times are those of the bucket's clock. */
interface Departure {
	at: number;
	/** How long its answer took; Infinity until it has come. */
	roundTripMs: number;
}

interface Waiter {
	limits: RateLimits;
	settle(admission: Admission): void;
}

/** The calls of one API by one app in one tenant. Times are milliseconds of a clock that is never set. */
class Bucket {
	private queue: Waiter[] = [];

	/** The calls that were sent within the last minute, in the order they were sent. */
	private departures: Departure[] = [];

	/** When the next call is tried, and when Feishu takes calls again: a bucket is not blocked on its word for a day. */
	private blockedUntil = -Infinity;

	private resumesAt = -Infinity;

	private marginMs = MARGIN_MS;

	private readonly arrivalDelay = new ArrivalDelay();

	private readonly adaptiveRate = new AdaptiveRate();

	/** After a block, one call goes first: the others wait for its answer, though not for long. */
	private isProbeDue = false;

	private probeUntil = -Infinity;

	private isDraining = false;

	private wake = new AbortController();

	constructor(private readonly clock: Clock) {}

	get isInUse(): boolean {
		return this.queue.length > 0;
	}

	async enqueue(limits: RateLimits, signal?: AbortSignal): Promise<Admission> {
		const now = this.clock.monotonic();
		const ms = this.resumesAt - now;
		if (now < this.blockedUntil && ms > MAX_WAIT_MS) return { kind: 'blocked', ms };
		return await new Promise<Admission>((resolve) => {
			const onAbort = () => {
				this.queue = this.queue.filter((other) => other !== waiter);
				resolve({ kind: 'aborted' });
			};
			const waiter: Waiter = {
				limits,
				settle: (admission) => {
					signal?.removeEventListener('abort', onAbort);
					resolve(admission);
				},
			};
			signal?.addEventListener('abort', onAbort, { once: true });
			this.queue.push(waiter);
			void this.drain();
		});
	}

	/** Admits those who wait, first come first served, each at the moment when there is room for its call. */
	private async drain(): Promise<void> {
		if (this.isDraining) return;
		this.isDraining = true;
		try {
			for (let first = this.queue[0]; first; first = this.queue[0]) {
				const wait = this.delayOf(first.limits);
				if (wait <= 0) {
					this.queue.shift();
					first.settle({ kind: 'admitted', permit: this.depart(first.limits) });
					continue;
				}
				await this.sleep(Math.ceil(wait));
			}
		} finally {
			this.isDraining = false;
		}
	}

	private async sleep(ms: number): Promise<void> {
		const end = this.clock.monotonic() + ms;
		this.wake = new AbortController();
		await this.clock.sleep(ms, this.wake.signal);
		this.arrivalDelay.recordTimer(this.clock.monotonic() - end);
	}

	/** Milliseconds until one more call keeps within the limits, by the calls that were really sent. */
	private delayOf({ perSecond, perMinute }: RateLimits): number {
		const now = this.clock.monotonic();
		if (now - this.blockedUntil > MINUTE_MS) this.marginMs = MARGIN_MS;
		const marginMs = this.marginMs + JITTER_SHARE * this.arrivalDelay.jitter;
		const oldest = now - MINUTE_MS - 2 * LONGEST_MARGIN_MS;
		while ((this.departures[0]?.at ?? Infinity) < oldest) this.departures.shift();
		const spacingMs = Math.max(
			spacingWithinSecondMs(this.sentSince(now - SECOND_MS), perSecond),
			this.adaptiveRate.spacingMs(perSecond),
		);
		return (
			Math.max(
				this.blockedUntil,
				this.probeUntil,
				(this.departures.at(-1)?.at ?? -Infinity) + spacingMs,
				this.arrivalOf(perSecond) + SECOND_MS + marginMs,
				this.arrivalOf(perMinute) + MINUTE_MS + marginMs,
			) - now
		);
	}

	/** When all but the last so many calls have arrived, as far as is known: not always in the order they were sent. */
	private arrivalOf(calls: number): number {
		let latest = -Infinity;
		for (let index = this.departures.length - calls; index >= 0; index -= 1) {
			const departure = this.departures[index] as Departure;
			if (departure.at + LONGEST_MARGIN_MS < latest) break;
			latest = Math.max(latest, departure.at + this.arrivalDelay.of(departure.roundTripMs));
		}
		return latest;
	}

	private sentSince(time: number): number {
		return this.departures.filter(({ at }) => at > time).length;
	}

	private acceptedSince(time: number): number {
		return this.departures.filter(
			({ at, roundTripMs }) => roundTripMs < Infinity && at + roundTripMs > time,
		).length;
	}

	private depart({ perSecond }: RateLimits): Permit {
		const departure: Departure = { at: this.clock.monotonic(), roundTripMs: Infinity };
		this.departures.push(departure);
		this.arrivalDelay.recordCall();
		this.adaptiveRate.recordCall(departure.at - this.blockedUntil);
		let isRejected = false;
		const isProbe = this.isProbeDue;
		if (isProbe) {
			this.isProbeDue = false;
			this.probeUntil = departure.at + PROBE_MS;
		}
		return {
			blockBucket: (ms) => {
				isRejected = true;
				// What Feishu rejected does not count.
				this.departures = this.departures.filter((other) => other !== departure);
				this.block(ms, perSecond);
			},
			release: () => {
				departure.roundTripMs = this.clock.monotonic() - departure.at;
				if (!isRejected) this.arrivalDelay.recordRoundTrip(departure.roundTripMs);
				if (!isProbe) return;
				this.probeUntil = -Infinity;
				this.wake.abort();
			},
		};
	}

	private block(ms: number, perSecond: number): void {
		const now = this.clock.monotonic();
		const isNew = this.blockedUntil < now;
		// A whole minute's calls say nothing about a second, unless others are known to share the limit.
		if (ms <= SECOND_MS || this.adaptiveRate.isLowered) {
			const accepted = this.acceptedSince(now - SECOND_MS);
			this.adaptiveRate.recordRejection({ at: now, isFirst: isNew, accepted, perSecond });
		}
		if (isNew) {
			this.marginMs = Math.min(this.marginMs + REJECTION_MARGIN_MS, LONGEST_MARGIN_MS);
		}
		this.blockedUntil = Math.max(
			this.blockedUntil,
			now + Math.min(ms, MAX_TOTAL_WAIT_MS) + REJECTION_MARGIN_MS,
		);
		this.resumesAt = Math.max(this.resumesAt, now + ms);
		this.isProbeDue = true;
		if (ms <= MAX_WAIT_MS) return;
		for (const waiter of this.queue.splice(0)) waiter.settle({ kind: 'blocked', ms });
	}
}

/**
 * Throttles calls to Feishu's rate limits, across all executions in this process: one queue per bucket. After a 429
 * no call of its bucket is sent for as long as Feishu says; then one goes ahead, and with its answer the others.
 */
export class RateLimiter {
	private readonly buckets: ExpiringMap<Bucket>;

	constructor(private readonly clock: Clock) {
		this.buckets = new ExpiringMap(clock, {
			maxAgeMs: 2 * MAX_TOTAL_WAIT_MS,
			maxSize: MAX_BUCKETS,
			isInUse: (bucket) => bucket.isInUse,
		});
	}

	/** Waits until a call may be sent: after those that came first, within the limits of its bucket. */
	async acquire(bucketKey: string, limits: RateLimits, signal?: AbortSignal): Promise<Admission> {
		if (signal?.aborted) return { kind: 'aborted' };
		const bucket = this.buckets.get(bucketKey) ?? new Bucket(this.clock);
		this.buckets.set(bucketKey, bucket);
		return await bucket.enqueue(limits, signal);
	}

	reset(): void {
		this.buckets.reset();
	}
}

export const rateLimiter = new RateLimiter(systemClock);
