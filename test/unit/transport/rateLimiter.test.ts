import {
	type Admission,
	type Permit,
	RateLimiter,
	type RateLimits,
	TIER_4,
} from '../../../nodes/FeishuHireExam/transport/rateLimiter';
import { RateLimiter as FeishuRateLimiter } from '../../../sandbox/openApi/rateLimiter';
import { TestClock } from '../../support/testClock';

const MINUTE_MS = 60_000;

let clock: TestClock;
let limiter: RateLimiter;
/** When calls were sent. */
let sent: number[];
beforeEach(() => {
	clock = new TestClock();
	limiter = new RateLimiter(clock);
	sent = [];
});

const acquire = async (limits: RateLimits = TIER_4, key = 'app api', signal?: AbortSignal) =>
	await limiter.acquire(key, limits, signal);

const permitOf = (admission: Admission): Permit => {
	if (admission.kind === 'admitted') return admission.permit;
	throw new Error(`It is ${admission.kind}`);
};

/** Sends a call, whose answer takes some time. */
async function send(limits?: RateLimits, latencyMs = 100): Promise<void> {
	const permit = permitOf(await acquire(limits));
	sent.push(clock.monotonic());
	await clock.sleep(latencyMs);
	permit.release();
}

async function sendMany(count: number, limits?: RateLimits): Promise<void> {
	const all = Promise.all(Array.from({ length: count }, async () => await send(limits)));
	clock.runFreely();
	await all;
	clock.reset();
}

/** The most calls in any window of this length. */
const mostWithin = (ms: number) =>
	Math.max(...sent.map((start) => sent.filter((at) => at >= start && at < start + ms).length));

describe('limits', () => {
	it('admits at most 50 calls in any second and 1000 in any minute, and wastes little of either', async () => {
		await sendMany(2_100);
		expect(mostWithin(1_000)).toBe(50);
		expect(mostWithin(MINUTE_MS)).toBe(1_000);
		expect(sent[999]).toBeLessThan(19_000 * 1.06);
		expect(sent[1_999]).toBeLessThan(79_000 * 1.015);
	});

	it('spreads the calls of a second instead of sending them in one burst', async () => {
		await sendMany(200);
		const distances = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
		expect(Math.min(...distances.slice(10))).toBeGreaterThanOrEqual(4);
		expect(mostWithin(50)).toBeLessThanOrEqual(13);
	});

	it("keeps within the user's own limits", async () => {
		await sendMany(30, { perSecond: 5, perMinute: 20 });
		expect(mostWithin(1_000)).toBe(5);
		expect(mostWithin(MINUTE_MS)).toBe(20);
	});

	it('counts what was really sent: calls that come late close up with nobody', async () => {
		const all = Promise.all(Array.from({ length: 200 }, async () => await send()));
		const { sleep } = clock;
		let sleeps = 0;
		// Every twentieth timer is late.
		clock.sleep = async (ms, signal) =>
			await sleep(ms + ((sleeps += 1) % 20 === 0 ? 60 : 0), signal);
		clock.runFreely();
		await all;
		clock.reset();
		expect(mostWithin(1_000)).toBeLessThanOrEqual(50);
	});

	it('leaves more room between the seconds while timers fire late', async () => {
		const { sleep } = clock;
		clock.sleep = async (ms, signal) => await sleep(ms + 12, signal);
		await sendMany(1_000);
		const lateClock = sent.slice(50).map((at, index) => at - (sent[index] ?? 0));
		expect(Math.min(...lateClock)).toBeGreaterThanOrEqual(1_020);
	});

	it('leaves room for calls that arrived late, as their answers show', async () => {
		await sendMany(500);
		sent = [];
		const lateUntil = clock.monotonic() + 1_100;
		const all = Promise.all(
			Array.from({ length: 150 }, async () => {
				const permit = permitOf(await acquire());
				sent.push(clock.monotonic());
				await clock.sleep(clock.monotonic() < lateUntil ? 125 : 100);
				permit.release();
			}),
		);
		clock.runFreely();
		await all;
		clock.reset();
		const distances = sent.slice(50).map((at, index) => at - (sent[index] ?? 0));
		expect(Math.min(...distances.slice(0, 50))).toBeGreaterThanOrEqual(1_020);
		expect(Math.min(...distances.slice(50))).toBeLessThan(1_020);
	});

	it('has a bucket for each key', async () => {
		await acquire({ perSecond: 1, perMinute: 1 }, 'one');
		expect((await acquire({ perSecond: 1, perMinute: 1 }, 'other')).kind).toBe('admitted');
	});

	it('is first come, first served', async () => {
		const order: number[] = [];
		const all = Promise.all(
			Array.from({ length: 120 }, async (_, index) => {
				permitOf(await acquire());
				order.push(index);
			}),
		);
		clock.runFreely();
		await all;
		clock.reset();
		expect(order).toEqual([...order].sort((a, b) => a - b));
	});
});

describe('after a rejection', () => {
	it('sends nothing for as long as Feishu says, then one call as a probe, and the others after its answer', async () => {
		const first = permitOf(await acquire());
		first.blockBucket(2_000);
		first.release();
		const waiting = Promise.all(Array.from({ length: 10 }, async () => await send()));
		await clock.advance(2_000);
		expect(sent).toEqual([]);
		await clock.advance(100);
		expect(sent).toHaveLength(1);
		const [probeAt = 0] = sent;
		await clock.advance(100);
		expect(sent.length).toBeGreaterThan(1);
		expect(sent[1]).toBeGreaterThanOrEqual(probeAt + 100);
		await clock.advance(1_000);
		await waiting;
	});

	it('does not wait for a probe without an answer for more than a second', async () => {
		const first = permitOf(await acquire());
		first.blockBucket(500);
		first.release();
		const waiting = Promise.all([send(TIER_4, 30_000), send(), send()]);
		await clock.advance(1_600);
		expect(sent).toHaveLength(3);
		await clock.advance(30_000);
		await waiting;
	});

	it('is at full speed again within two seconds', async () => {
		await sendMany(120);
		const rejected = permitOf(await acquire());
		rejected.blockBucket(1_000);
		rejected.release();
		const rejectedAt = clock.monotonic();
		sent = [];
		await sendMany(300);
		expect(sent.filter((at) => at <= rejectedAt + 3_000).length).toBeGreaterThan(75);
		expect(sent.at(-1)).toBeLessThan(rejectedAt + 1_200 + 6_500);
	});

	it('blocks again when the probe is rejected, too', async () => {
		const first = permitOf(await acquire());
		first.blockBucket(1_000);
		first.release();
		const probe = acquire();
		await clock.advance(1_100);
		const permit = permitOf(await probe);
		permit.blockBucket(1_000);
		permit.release();
		const next = send();
		await clock.advance(1_000);
		expect(sent).toEqual([]);
		await clock.advance(200);
		await next;
		expect(sent).toHaveLength(1);
	});

	it('makes the windows longer after each rejection, up to a limit', async () => {
		for (let rejection = 0; rejection < 30; rejection += 1) {
			const next = acquire();
			await clock.advance(50);
			const permit = permitOf(await next);
			permit.blockBucket(10);
			permit.release();
			await clock.advance(6_000);
		}
		await sendMany(200);
		// The burst of the first second spreads in the second one, so windows are as long as they are from then on.
		const windows = sent.slice(100).map((at, index) => at - (sent[index + 50] ?? 0));
		expect(Math.max(...windows)).toBeGreaterThanOrEqual(1_150);
		expect(Math.max(...windows)).toBeLessThan(1_200);
	});

	it('does not count the rejected call for the minute', async () => {
		const limits = { perSecond: 50, perMinute: 2 };
		const rejected = permitOf(await acquire(limits));
		rejected.blockBucket(100);
		rejected.release();
		const both = Promise.all([send(limits), send(limits)]);
		await clock.advance(2_000);
		await both;
		expect(sent).toHaveLength(2);
	});

	it('holds back no other bucket', async () => {
		permitOf(await acquire(TIER_4, 'one')).blockBucket(10_000);
		expect((await acquire(TIER_4, 'other')).kind).toBe('admitted');
	});

	it('says how long it is blocked, when that is longer than a call waits: also to those in the queue', async () => {
		const first = permitOf(await acquire());
		first.blockBucket(1_000);
		const waiting = acquire();
		await clock.advance(10);
		first.blockBucket(86_400_000);
		expect(await waiting).toEqual({ kind: 'blocked', ms: 86_400_000 });
		await clock.advance(10 * MINUTE_MS);
		expect(await acquire()).toEqual({ kind: 'blocked', ms: 86_400_000 - 10 * MINUTE_MS });
		await clock.advance(51 * MINUTE_MS);
		expect((await acquire()).kind).toBe('admitted');
	});
});

describe('processes that share the limit without knowing of each other', () => {
	const CALLS = 300;

	/** Sends calls to Feishu, again when they are rejected. Tells when calls were rejected. */
	async function sendFromProcesses(count: number, { oneWayMs = 50, startMs = 0 } = {}) {
		const feishu = new FeishuRateLimiter(TIER_4, clock);
		const rejectedAt: number[] = [];
		const call = async (process: RateLimiter): Promise<void> => {
			const permit = permitOf(await process.acquire('app api', TIER_4));
			sent.push(clock.monotonic());
			await clock.sleep(oneWayMs);
			const exceeded = feishu.acquire('app api');
			await clock.sleep(oneWayMs);
			if (exceeded) {
				rejectedAt.push(clock.monotonic());
				permit.blockBucket(1_000 * Math.ceil(exceeded.resetMs / 1_000));
			}
			permit.release();
			if (exceeded) await call(process);
		};
		const run = async (process: RateLimiter, index: number) => {
			await clock.sleep(index * startMs);
			await Promise.all(Array.from({ length: CALLS }, async () => await call(process)));
		};
		const all = Promise.all(Array.from({ length: count }, () => new RateLimiter(clock)).map(run));
		clock.runFreely();
		await all;
		clock.reset();
		return { rejectedAt };
	}

	it.each([
		['start together', { oneWayMs: 50, startMs: 0 }],
		['get answers at once', { oneWayMs: 1, startMs: 0 }],
		['start one after another', { oneWayMs: 50, startMs: 1_000 }],
	])(
		'find their rates when they %s: then hardly a call is rejected, and little of the limit is wasted',
		async (_, setting) => {
			const { rejectedAt } = await sendFromProcesses(3, setting);
			const start = 2 * setting.startMs + 2_000;
			const later = sent.filter((at) => at > start).length;
			expect(rejectedAt.filter((at) => at > start).length).toBeLessThan(0.02 * later);
			// One process of its own needs 17 s for as many calls.
			expect(clock.monotonic()).toBeLessThan(start + 32_000);
		},
	);
});

describe('when the user stops the execution', () => {
	it('gives up the place in the queue at once', async () => {
		const limits = { perSecond: 1, perMinute: 1 };
		permitOf(await acquire(limits));
		const stop = new AbortController();
		const stopped = acquire(limits, 'app api', stop.signal);
		const next = acquire(limits);
		stop.abort();
		expect(await stopped).toEqual({ kind: 'aborted' });
		await clock.advance(MINUTE_MS + 100);
		expect((await next).kind).toBe('admitted');
	});

	it('admits nothing for a signal that was aborted before', async () => {
		const signal = AbortSignal.abort();
		expect(await acquire(TIER_4, 'app api', signal)).toEqual({ kind: 'aborted' });
	});
});
