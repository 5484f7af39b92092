import { readFileSync } from 'fs';
import { join } from 'path';

import { bestOf, comparedWith, worstOf, type Figures } from '../../bench/calls/figures';
import { minimumSeconds } from '../../bench/calls/minimumSeconds';
import { SCENARIOS } from '../../bench/calls/scenarios';
import { slopePerHour } from '../../bench/soak/slope';

const FIGURES: Figures = {
	seconds: 20,
	lost: 0,
	rateLimited: 4,
	rateLimitedPercent: 0.4,
	tokenRequests: 1,
	megabytes: 10,
	extraSeconds: 0,
	extraRateLimited: 0,
	otherRateLimitedPercent: 0,
};

/** The rows of the table of calls, each as its cells. */
function tableOf(page: string): string[][] {
	const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
	const [, table = ''] = /`npm run bench` .+\n\n\|.+\n\|[-|]+\n((?:\|.+\n)+)/.exec(text) ?? [];
	return table
		.trim()
		.split('\n')
		.map((row) => row.slice(2, -2).split(' | '));
}

describe('theoretical minimum', () => {
	it.each([
		[50, 0, 0],
		[51, 0, 1],
		[600, 0, 11],
		[1000, 0, 19],
		[1001, 0, 60],
		[2000, 0, 79],
		[600, 10, 14],
	])('%d calls, with %d a second by another client: %d s', (calls, others, seconds) => {
		expect(minimumSeconds(calls, others)).toBe(seconds);
	});
});

it('takes the worst and the best of several runs, each figure by itself', () => {
	const runs = [
		{ ...FIGURES, seconds: 21 },
		{ ...FIGURES, tokenRequests: 2 },
		{ ...FIGURES, megabytes: 9 },
	];
	expect(worstOf(runs)).toEqual({ ...FIGURES, seconds: 21, tokenRequests: 2 });
	expect(bestOf(runs)).toEqual({ ...FIGURES, megabytes: 9 });
});

it('counts what a refusal costs beyond itself', () => {
	const run = { ...FIGURES, seconds: 22, rateLimited: 7 };
	expect(comparedWith(FIGURES, run)).toMatchObject({ extraSeconds: 2, extraRateLimited: 2 });
});

it('finds how much a value grows in an hour, whatever it does from minute to minute', () => {
	expect(slopePerHour([7, 7, 7])).toBe(0);
	expect(slopePerHour([1, 2, 3])).toBe(60);
	expect(slopePerHour([10, 0, 12, 2, 14, 4])).toBeCloseTo(3.43);
});

describe('the pages of benchmarks', () => {
	it.each(tableOf('benchmarks.md'))('%s, %s', (work, by, _time, minimum) => {
		const scenario = SCENARIOS.find((other) => other.work === work && other.by === by);
		expect(`${scenario?.minimum?.toFixed(1)} s`).toBe(minimum);
	});

	it('show the same figures', () => {
		const figures = (page: string) => tableOf(page).map(([, , ...cells]) => cells);
		expect(figures('benchmarks.zh-CN.md')).toEqual(figures('benchmarks.md'));
		expect(figures('benchmarks.md').length).toBeGreaterThan(0);
	});
});
