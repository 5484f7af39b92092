import { createRateLimit, defaultLimits } from '../../sandbox/openApi/rateLimit';

describe('rate limit', () => {
	let now = 0;
	const limits = defaultLimits();
	let admit: ReturnType<typeof createRateLimit>;

	beforeEach(() => {
		now = 5_000;
		admit = createRateLimit(limits, () => now);
	});

	/** How many of so many calls pass now. */
	const pass = (count: number, key = 'a') =>
		Array.from({ length: count }, () => admit(key)).filter((refusal) => !refusal).length;

	it('lets 50 calls pass in a second, and says when the next one may come', () => {
		expect(pass(30)).toBe(30);
		now += 400;
		expect(pass(30)).toBe(20);
		expect(admit('a')).toEqual({ cap: 50, resetMs: 600 });

		now += 599;
		expect(admit('a')).toEqual({ cap: 50, resetMs: 1 });
		now += 1;
		expect(pass(60)).toBe(30);
	});

	it('lets 1000 calls pass in a minute, however they are spread', () => {
		for (let second = 0; second < 20; second++, now += 1_000) expect(pass(50)).toBe(50);
		expect(admit('a')).toEqual({ cap: 1000, resetMs: 40_000 });
		now += 40_000;
		expect(pass(60)).toBe(50);
	});

	it('does not count refused calls', () => {
		pass(50);
		now += 999;
		expect(pass(500)).toBe(0);
		now += 1;
		expect(pass(50)).toBe(50);
	});

	it('names the window that takes longer to open', () => {
		for (let second = 0; second < 20; second++, now += 1_000) pass(50);
		now -= 1_000;
		expect(admit('a')).toEqual({ cap: 1000, resetMs: 41_000 });
	});

	it('keeps an allowance for each key', () => {
		expect(pass(50, 'a')).toBe(50);
		expect(pass(1, 'a')).toBe(0);
		expect(pass(51, 'b')).toBe(50);
	});
});
