const NAMES = [
	'seconds',
	'lost',
	'rateLimited',
	'rateLimitedPercent',
	'tokenRequests',
	'megabytes',
	'extraSeconds',
	'extraRateLimited',
	'otherRateLimitedPercent',
] as const;

/**
 * What a run came to. `megabytes` are above idle. `extra…` is what a refusal costs beyond itself, compared with a run
 * without it; `other…` are the calls of another client.
 */
export type Figures = Record<(typeof NAMES)[number], number>;

/** The worst of several runs, each figure by itself: all are better when they are lower. */
export const worstOf = (runs: Figures[]): Figures =>
	Object.fromEntries(
		NAMES.map((name) => [name, Math.max(...runs.map((figures) => figures[name]))]),
	) as Figures;

/** A run with one refusal, compared with a run without it. */
export const comparedWith = (without: Figures, run: Figures): Figures => ({
	...run,
	extraSeconds: run.seconds - without.seconds,
	// The refusal itself costs nothing beyond itself.
	extraRateLimited: run.rateLimited - without.rateLimited - 1,
});
