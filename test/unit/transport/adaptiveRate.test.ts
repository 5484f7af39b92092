import { AdaptiveRate } from '../../../nodes/FeishuHireExam/transport/adaptiveRate';

const LIMIT = 50;

/** The rate after some rejections in a row, the first of them after calls were sent again. */
function reject(rate: AdaptiveRate, accepted: number, times = 1): number {
	for (let rejection = 0; rejection < times; rejection += 1) {
		rate.recordRejection(rejection === 0, accepted, LIMIT);
	}
	return perSecond(rate);
}

const perSecond = (rate: AdaptiveRate) => 1_000 / rate.spacingMs(LIMIT);

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
	expect(reject(rate, 20, 2)).toBeCloseTo(15);
});

it('is not lowered by the rejections of a client that used up the limit itself', () => {
	expect(reject(rate, 48, 10)).toBe(Infinity);
});

it('is lowered once for all calls that were rejected together, and again for the next ones', () => {
	expect(reject(rate, 20, 30)).toBeCloseTo(15);
	expect(reject(rate, 15, 5)).toBeCloseTo(11.25);
});

it('never falls below two calls per second', () => {
	expect(reject(rate, 0, 2)).toBe(2);
	expect(reject(rate, 0)).toBe(2);
});

it('grows by half a call per second for each second of calls, until the limit is enough', () => {
	reject(rate, 20, 2);
	for (let call = 0; call < 15; call += 1) rate.recordCall();
	expect(perSecond(rate)).toBeGreaterThan(15.4);
	expect(perSecond(rate)).toBeLessThan(15.5);
	for (let call = 0; call < 2_400; call += 1) rate.recordCall();
	expect(rate.spacingMs(LIMIT)).toBe(0);
});
