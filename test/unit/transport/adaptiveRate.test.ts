import { AdaptiveRate } from '../../../nodes/FeishuHireExam/transport/adaptiveRate';

const LIMIT = 50;

/** The rate after some rejections in a row, the first of them after calls were sent again. */
function reject(
	rate: AdaptiveRate,
	accepted: number,
	{ times = 1, afterMs = 10_000 } = {},
): number {
	now += afterMs;
	for (let rejection = 0; rejection < times; rejection += 1) {
		rate.recordRejection({ at: now, isFirst: rejection === 0, accepted, perSecond: LIMIT });
	}
	return perSecond(rate);
}

const perSecond = (rate: AdaptiveRate) => 1_000 / rate.spacingMs(LIMIT);

let now = 0;
let rate: AdaptiveRate;
beforeEach(() => {
	rate = new AdaptiveRate();
});

it('does not hold calls back that nobody rejects', () => {
	expect(rate.spacingMs(LIMIT)).toBe(0);
});

it('takes one rejection for an accident, and several at once for those of others', () => {
	expect(reject(rate, 20)).toBe(Infinity);
	expect(reject(rate, 20)).toBe(Infinity);
	expect(reject(rate, 20, { times: 2 })).toBeCloseTo(14);
});

it('is not lowered by the rejections of a client that used up the limit itself', () => {
	expect(reject(rate, 48, { times: 10 })).toBe(Infinity);
});

it('is lowered by whatever is rejected again within five seconds', () => {
	expect(reject(rate, 20)).toBe(Infinity);
	expect(reject(rate, 20, { afterMs: 1_000 })).toBeCloseTo(14);
	rate = new AdaptiveRate();
	expect(reject(rate, 48, { times: 10 })).toBe(Infinity);
	expect(reject(rate, 48, { times: 10, afterMs: 1_000 })).toBeCloseTo(33.6);
});

it('is lowered once for all calls that were rejected together, and again for the next ones', () => {
	expect(reject(rate, 20, { times: 30 })).toBeCloseTo(14);
	expect(reject(rate, 14, { times: 5 })).toBeCloseTo(9.8);
});

it('never falls below two calls per second', () => {
	expect(reject(rate, 0, { times: 2 })).toBe(2);
	expect(reject(rate, 0)).toBe(2);
});

describe('after it was lowered', () => {
	const call = (times: number, quietMs = 0) => {
		for (let sent = 0; sent < times; sent += 1) rate.recordCall(quietMs);
		return perSecond(rate);
	};
	beforeEach(() => {
		reject(rate, 20, { times: 2 });
	});

	it('grows a little with each second of calls, until the limit is enough', () => {
		const afterOneSecond = call(15);
		expect(afterOneSecond).toBeGreaterThan(14.4);
		expect(afterOneSecond).toBeLessThan(14.6);
		expect(call(2_400)).toBe(Infinity);
	});

	it('grows faster when nothing was rejected for more than fifteen seconds', () => {
		expect(call(15, 15_000)).toBeLessThan(14.6);
		expect(call(15, 25_000)).toBeGreaterThan(16.5);
	});
});
