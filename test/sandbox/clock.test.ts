import { FastClock, systemClock } from '../../sandbox/clock';
import { callHire, startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

describe('the system clock', () => {
	it('runs tasks later, once or again and again, until they are canceled', async () => {
		const ran: string[] = [];
		const start = systemClock.monotonic();
		systemClock.after(1, () => ran.push('canceled'))();
		systemClock.after(1, () => ran.push('once'));
		const cancel = systemClock.every(1, () => ran.push('again'));
		await until(() => ran.filter((task) => task === 'again').length >= 3);
		cancel();
		const { length } = ran;
		await systemClock.hold(5);
		expect(ran).toHaveLength(length);
		expect(ran.filter((task) => task !== 'again')).toEqual(['once']);
		expect(systemClock.monotonic() - start).toBeGreaterThan(4);
		expect(systemClock.now()).toBeGreaterThan(Date.UTC(2026));
	});
});

describe('FastClock', () => {
	it('runs faster than the clock by its speed, and no more once it is stopped', async () => {
		const clock = new TestClock();
		await clock.advance(10);
		const fast = new FastClock(clock, 60);
		const ran: string[] = [];
		fast.after(60_000, () => ran.push('once'));
		fast.every(120_000, () => ran.push('again'));
		await clock.advance(999);
		expect([fast.elapsed(), ran]).toEqual([59_940, []]);
		await clock.advance(3_001);
		expect(ran).toEqual(['once', 'again', 'again']);
		fast.after(60_000, () => ran.push('never'));
		fast.stop();
		await clock.advance(60_000);
		expect([ran.length, clock.waiting]).toEqual([3, 0]);
	});
});

describe('a clock that passes by itself, shared with callers', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({
		clock,
		latencyMs: 100,
		app: { appType: 'selfBuilt', encryptKey: '' },
	});
	const receivers: Array<{ close(): Promise<void> }> = [];
	beforeEach(() => clock.runFreely());
	afterEach(async () => {
		clock.reset();
		await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
	});

	/** A request URL that passes the check; answers each event when `answer` gives the status. */
	async function addReceiver(status: () => number) {
		const receiver = await startReceiver(({ rawBody }) =>
			rawBody.includes('challenge')
				? { status: 200, body: rawBody }
				: { status: status(), body: '' },
		);
		receivers.push(receiver);
		await sandbox().setRequestUrl(receiver.url);
		return receiver;
	}

	it('jumps over latency and delays, also of calls side by side', async () => {
		const start = clock.monotonic();
		await callHire(sandbox(), '/tests/search', {});
		expect(clock.monotonic() - start).toBe(200);

		sandbox().faults.add({ kind: 'slow', delayMs: 5_000, times: 3 });
		await Promise.all([1, 2, 3].map(() => callHire(sandbox(), '/tests/search', {})));
		expect(clock.monotonic() - start).toBe(200 + 100 + 5_100);
	});

	it('opens a rate limit window for a caller who sleeps by it', async () => {
		sandbox().limits.perSecond = 1;
		const codes: number[] = [];
		for (let call = 0; call < 3; call++) {
			codes.push((await callHire(sandbox(), '/tests/search', {})).body.code);
			if (call > 0) await clock.sleep(1_000);
		}
		expect(codes).toEqual([0, 99991400, 0]);
	});

	it('jumps to retries, and to no deadline of a push that is in flight', async () => {
		let pushes = 0;
		const start = clock.monotonic();
		await addReceiver(() => (++pushes < 3 ? 503 : 200));
		sandbox().bindAccount();
		await until(() => sandbox().deliveries.length === 4);
		expect(sandbox().deliveries.map(({ at, status }) => [at - clock.now(), status])).toEqual([
			[-315_000, 200],
			[-315_000, 503],
			[-300_000, 503],
			[0, 200],
		]);
		expect(clock.monotonic() - start).toBe(315_000);
	});

	it('does not pass for the hourly tickets alone, but they come when it passes', async () => {
		sandbox().app.appType = 'store';
		const { received } = await addReceiver(() => 200);
		const start = clock.monotonic();
		await clock.sleep(59 * 60_000);
		expect(received).toHaveLength(1);
		await clock.sleep(60_000);
		await until(() => sandbox().deliveries.length === 2);
		expect(clock.monotonic() - start).toBe(60 * 60_000);
	});

	it('is not kept waiting by a call that fails', async () => {
		const closed = await startReceiver(() => undefined);
		await closed.close();
		await expect(sandbox().setRequestUrl(closed.url)).rejects.toThrow('ECONNREFUSED');
		sandbox().faults.add({ kind: 'resetAfter' });
		await expect(callHire(sandbox(), '/tests/search', {})).rejects.toThrow();
		await expect(fetch(closed.url)).rejects.toThrow();
		await clock.sleep(1_000);
	});
});
