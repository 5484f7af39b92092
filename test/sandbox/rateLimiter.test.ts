import { defaultLimits, limitHeaders, RateLimiter } from '../../sandbox/openApi/rateLimiter';
import { TestClock } from '../support/testClock';

describe('RateLimiter', () => {
	let clock: TestClock;
	let limiter: RateLimiter;

	beforeEach(() => {
		clock = new TestClock();
		limiter = new RateLimiter(defaultLimits(), clock);
	});

	/** How many of so many calls are accepted now. */
	const accepted = (count: number, bucket = 'a') =>
		Array.from({ length: count }, () => limiter.acquire(bucket)).filter((exceeded) => !exceeded)
			.length;

	it('accepts 50 calls in a second, and tells when the next one is accepted', async () => {
		expect(accepted(30)).toBe(30);
		await clock.advance(400);
		expect(accepted(30)).toBe(20);
		expect(limiter.acquire('a')).toEqual({ cap: 50, resetMs: 600 });

		await clock.advance(599);
		expect(limiter.acquire('a')).toEqual({ cap: 50, resetMs: 1 });
		await clock.advance(1);
		expect(accepted(60)).toBe(30);
	});

	it('accepts 1000 calls in a minute, however they are spread', async () => {
		for (let second = 0; second < 20; second++) {
			expect(accepted(50)).toBe(50);
			await clock.advance(1_000);
		}
		expect(limiter.acquire('a')).toEqual({ cap: 1000, resetMs: 40_000 });
		await clock.advance(40_000);
		expect(accepted(60)).toBe(50);
	});

	it('does not count refused calls', async () => {
		accepted(50);
		await clock.advance(999);
		expect(accepted(500)).toBe(0);
		await clock.advance(1);
		expect(accepted(50)).toBe(50);
	});

	it('names the window that takes longer to open', async () => {
		for (let second = 0; second < 20; second++) {
			if (second > 0) await clock.advance(1_000);
			accepted(50);
		}
		expect(limiter.acquire('a')).toEqual({ cap: 1000, resetMs: 41_000 });
	});

	it('keeps a bucket for each key', () => {
		expect(accepted(50, 'a')).toBe(50);
		expect(accepted(1, 'a')).toBe(0);
		expect(accepted(51, 'b')).toBe(50);
	});

	it('keeps a full bucket when it drops idle ones', async () => {
		for (let bucket = 0; bucket < 1_000; bucket++) accepted(1, `idle ${bucket}`);
		await clock.advance(60_000);
		accepted(50, 'a');
		for (let bucket = 0; bucket < 1_000; bucket++) accepted(1, `new ${bucket}`);
		expect(accepted(1, 'a')).toBe(0);
	});

	it.each([
		[1, '1'],
		[1_000, '1'],
		[1_001, '2'],
		[40_000, '40'],
	])('tells a reset in %s ms as %s whole seconds', (resetMs, seconds) => {
		expect(limitHeaders({ cap: 50, resetMs })).toEqual({
			'x-ogw-ratelimit-limit': '50',
			'x-ogw-ratelimit-reset': seconds,
		});
	});
});
