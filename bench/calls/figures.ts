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
 * What a run came to. `megabytes` are above idle. `extra…` is what a refusal costs beyond itself, compared with runs
 * without it; `other…` are the calls of another client.
 */
export type Figures = Record<(typeof NAMES)[number], number>;

const merge = (runs: Figures[], pick: (...values: number[]) => number): Figures =>
	Object.fromEntries(
		NAMES.map((name) => [name, pick(...runs.map((figures) => figures[name]))]),
	) as Figures;

/** The worst of several runs, each figure by itself: all are better when they are lower. */
export const worstOf = (runs: Figures[]): Figures => merge(runs, Math.max);

export const bestOf = (runs: Figures[]): Figures => merge(runs, Math.min);

/** Runs with one refusal, compared with the best of those without: these may have refusals of their own. */
export const comparedWith = (without: Figures, figures: Figures): Figures => ({
	...figures,
	extraSeconds: figures.seconds - without.seconds,
	// One of them is the refusal itself.
	extraRateLimited: figures.rateLimited - without.rateLimited - 1,
});
