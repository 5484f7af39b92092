import { TimerJitter } from '../../../nodes/FeishuHireExam/transport/timerJitter';

const recordMany = (jitter: TimerJitter, count: number, latenessMs: number) => {
	for (let index = 0; index < count; index += 1) jitter.record(latenessMs);
};

let jitter: TimerJitter;
beforeEach(() => {
	jitter = new TimerJitter();
});

it('expects some at the start, and less with each timer that fires on time', () => {
	expect(jitter.ms).toBe(20);
	recordMany(jitter, 50, 1);
	expect(jitter.ms).toBeLessThan(10);
	recordMany(jitter, 500, 1);
	expect(jitter.ms).toBeLessThan(0.1);
});

it('grows at once with a timer that fires late, and keeps the longest', () => {
	jitter.record(12);
	expect(jitter.ms).toBe(50);
	jitter.record(7);
	expect(jitter.ms).toBeCloseTo(49);
});

it('has a limit, so that a process that stood still for a minute does not wait for long', () => {
	jitter.record(60_000);
	expect(jitter.ms).toBe(80);
});

it('takes an early timer for one on time', () => {
	recordMany(jitter, 500, -5);
	expect(jitter.ms).toBeGreaterThanOrEqual(0);
	expect(jitter.ms).toBeLessThan(1);
});
