import type { Clock } from '../clock';

/** How many calls of one operation are accepted, each at least 1. */
export interface Limits {
	perSecond: number;
	perMinute: number;
}

/**
 * Tier 4, the tier of every exam operation: both limits at once.
 * Source: https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
 */
export const defaultLimits = (): Limits => ({ perSecond: 50, perMinute: 1000 });

/** The length of each window, in milliseconds. */
const WINDOWS = [
	['perSecond', 1_000],
	['perMinute', 60_000],
] as const;

const LONGEST_MS = Math.max(...WINDOWS.map(([, ms]) => ms));

/** With more buckets than this, those without a call in the longest window are dropped. */
const BUCKETS_KEPT = 1_000;

/** The limit that a call exceeds. */
export interface ExceededLimit {
	/** Calls per window. */
	cap: number;
	/** Milliseconds until the next call is accepted. */
	resetMs: number;
}

/** The headers of a refusal. The reset is in whole seconds, rounded up. */
export const limitHeaders = ({ cap, resetMs }: ExceededLimit) => ({
	'x-ogw-ratelimit-limit': String(cap),
	'x-ogw-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
});

/**
 * The rate limits: one bucket per key (operation, app and tenant).
 *
 * Windows slide. Feishu does not say where its own begin, and a client within a sliding window is within a fixed one
 * wherever that begins: a workflow that passes here passes there. Refused calls do not count.
 */
export class RateLimiter {
	/** When the accepted calls of each bucket came. */
	private readonly buckets = new Map<string, number[]>();

	/** `defaults` may change: what they are then counts from the next call on. */
	constructor(
		private readonly defaults: Limits,
		private readonly clock: Clock,
	) {}

	/** Counts a call and accepts it (`undefined`), or gives the limit it exceeds. */
	acquire(key: string, limits = this.defaults): ExceededLimit | undefined {
		const now = this.clock.monotonic();
		const accepted = (this.buckets.get(key) ?? []).filter((at) => now - at < LONGEST_MS);
		let exceeded: ExceededLimit | undefined;
		for (const [limit, ms] of WINDOWS) {
			const cap = limits[limit];
			// The window is full while the call made `cap` calls ago is still in it.
			const oldest = accepted[accepted.length - cap];
			if (oldest === undefined || now - oldest >= ms) continue;
			const resetMs = oldest + ms - now;
			if (!exceeded || resetMs > exceeded.resetMs) exceeded = { cap, resetMs };
		}
		if (!exceeded) accepted.push(now);
		this.buckets.set(key, accepted);
		if (this.buckets.size > BUCKETS_KEPT) this.dropIdleBuckets(now);
		return exceeded;
	}

	private dropIdleBuckets(now: number): void {
		for (const [key, accepted] of this.buckets)
			if (now - (accepted.at(-1) ?? -Infinity) >= LONGEST_MS) this.buckets.delete(key);
	}
}
