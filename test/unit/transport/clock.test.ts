import { type Clock } from '../../../nodes/FeishuHireExam/transport/clock';
import { TestClock } from '../../support/testClock';

const { systemClock } = jest.requireActual<{ systemClock: Clock }>(
	'../../../nodes/FeishuHireExam/transport/clock',
);

describe('the system clock', () => {
	it('stops sleeping as soon as the signal is aborted', async () => {
		const stop = new AbortController();
		const sleeping = systemClock.sleep(3_600_000, stop.signal);
		stop.abort();
		await expect(sleeping).resolves.toBeUndefined();
	});

	it('does not begin to sleep for a signal that was aborted before', async () => {
		await expect(systemClock.sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
	});

	it('tells the time since 1970, and one that never goes back', async () => {
		const before = systemClock.monotonic();
		await systemClock.sleep(1);
		expect(systemClock.monotonic()).toBeGreaterThan(before);
		expect(systemClock.now()).toBeGreaterThan(Date.UTC(2026));
	});
});

describe('the clock of tests', () => {
	it('stands still until it is moved, and wakes sleepers in their order', async () => {
		const clock = new TestClock();
		const woken: string[] = [];
		const sleepers = [
			clock.sleep(20).then(() => woken.push(`late at ${clock.monotonic()}`)),
			clock.sleep(10).then(() => woken.push(`early at ${clock.monotonic()}`)),
		];
		await clock.advance(9);
		expect(woken).toEqual([]);
		await clock.advance(11);
		await Promise.all(sleepers);
		expect(woken).toEqual(['early at 10', 'late at 20']);
	});

	it('passes by itself when it may, up to the last moment that somebody waits for', async () => {
		const clock = new TestClock();
		clock.runFreely();
		await clock.sleep(86_400_000);
		expect(clock.monotonic()).toBe(86_400_000);
		clock.reset();
	});
});
