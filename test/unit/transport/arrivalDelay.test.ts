import { ArrivalDelay } from '../../../nodes/FeishuHireExam/transport/arrivalDelay';

const times = (count: number, action: () => void) => {
	for (let index = 0; index < count; index += 1) action();
};

let delay: ArrivalDelay;
beforeEach(() => {
	delay = new ArrivalDelay();
});

/** So many calls whose answers all took the same time. */
const record = (count: number, roundTripMs: number) =>
	times(count, () => {
		delay.recordCall();
		delay.recordRoundTrip(roundTripMs);
	});

describe('by round trips', () => {
	it('is some for all of the first calls, and less with each', () => {
		expect(delay.of(100)).toBe(20);
		record(50, 100);
		expect(delay.of(100)).toBeLessThan(10);
		record(500, 100);
		expect(delay.of(100)).toBeLessThan(0.1);
	});

	it('is what a call took longer than the quickest, up to a limit', () => {
		record(500, 100);
		expect(delay.of(107)).toBeCloseTo(7);
		expect(delay.of(500)).toBe(30);
		expect(delay.of(Infinity)).toBe(30);
	});

	it('forgets an answer that came too quickly', () => {
		record(500, 100);
		delay.recordRoundTrip(1);
		expect(delay.of(107)).toBe(30);
		record(500, 100);
		expect(delay.of(107)).toBeCloseTo(7);
	});
});

describe('by timers', () => {
	it('grows at once with a timer that fires late, and keeps the longest', () => {
		delay.recordTimer(12);
		expect(delay.jitter).toBe(50);
		delay.recordTimer(7);
		expect(delay.jitter).toBeCloseTo(49);
		expect(delay.of(Infinity)).toBeCloseTo(49);
	});

	it('has a limit, so that a process that stood still for a minute does not wait for long', () => {
		delay.recordTimer(60_000);
		expect(delay.jitter).toBe(80);
	});

	it('gets less while timers fire on time, or early', () => {
		delay.recordTimer(60_000);
		times(500, () => delay.recordTimer(1));
		expect(delay.jitter).toBeLessThan(0.1);
		times(500, () => delay.recordTimer(-5));
		expect(delay.jitter).toBeGreaterThanOrEqual(0);
	});
});
