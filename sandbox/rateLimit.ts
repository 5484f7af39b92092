/** So many calls (`cap`) in so many milliseconds (`ms`). */
interface Window {
	cap: number;
	ms: number;
}

/**
 * Tier 4, the tier of every exam operation: 50 a second and 1000 a minute, both at once.
 * Source: https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
 */
const TIER_4: Window[] = [
	{ cap: 50, ms: 1_000 },
	{ cap: 1000, ms: 60_000 },
];

const LONGEST = Math.max(...TIER_4.map(({ ms }) => ms));

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
export function createRateLimit(now: () => number = () => performance.now()) {
	const passed = new Map<string, number[]>();

	/** Counts a call and lets it pass (`undefined`), or refuses it. */
	return function admit(key: string): Refusal | undefined {
		const at = now();
		const times = (passed.get(key) ?? []).filter((time) => at - time < LONGEST);
		passed.set(key, times);

		let refusal: Refusal | undefined;
		for (const { cap, ms } of TIER_4) {
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
