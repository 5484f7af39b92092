/** How many calls of one operation pass, each at least 1. Live: changes count from the next call on. */
export interface Limits {
	perSecond: number;
	perMinute: number;
}

/**
 * Tier 4, the tier of every exam operation: both limits at once.
 * Source: https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
 */
export const defaultLimits = (): Limits => ({ perSecond: 50, perMinute: 1000 });

/** The milliseconds each limit looks back. */
const WINDOWS = [
	['perSecond', 1_000],
	['perMinute', 60_000],
] as const;

const LONGEST = Math.max(...WINDOWS.map(([, ms]) => ms));

/** The headers of a refusal. */
export const limitHeaders = (cap: number, resetSeconds: number) => ({
	'x-ogw-ratelimit-limit': String(cap),
	'x-ogw-ratelimit-reset': String(resetSeconds),
});

/** What a refused call is told: the cap it hit, and after how many milliseconds it may come again. */
export interface Refusal {
	cap: number;
	resetMs: number;
}

/**
 * Makes a limiter with one allowance per key (operation, app and tenant).
 *
 * Windows slide. Feishu does not say where its own begin, and who keeps within a sliding window keeps within
 * a fixed one wherever that begins: a flow that passes here passes there. Real time, whatever the sandbox's
 * clock does, because a caller waits the seconds of `x-ogw-ratelimit-reset` in real time. Refused calls do not count.
 */
export function createRateLimit(tier4: Limits, now: () => number = () => performance.now()) {
	const passed = new Map<string, number[]>();

	/** Counts a call and lets it pass (`undefined`), or refuses it. */
	return function admit(key: string, limits = tier4): Refusal | undefined {
		const at = now();
		const times = (passed.get(key) ?? []).filter((time) => at - time < LONGEST);
		passed.set(key, times);

		let refusal: Refusal | undefined;
		for (const [limit, ms] of WINDOWS) {
			const cap = limits[limit];
			// The window is full while the call made `cap` calls ago is still in it.
			const leaving = times[times.length - cap];
			if (leaving === undefined || at - leaving >= ms) continue;
			const resetMs = leaving + ms - at;
			if (!refusal || resetMs > refusal.resetMs) refusal = { cap, resetMs };
		}
		if (!refusal) times.push(at);
		return refusal;
	};
}
