import { PollLock } from '../../../nodes/FeishuHireExam/polling/pollLock';
import { TestClock } from '../../support/testClock';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('the poll lock', () => {
	const clock = new TestClock();
	const lock = new PollLock(clock);
	/** Workflow objects: publishing makes another one. */
	const [first, second, third] = [{}, {}, {}];
	const read = jest.fn(async () => 'read');
	const report = jest.fn((reading: string) => `${reading} and reported`);
	const poll = async (node: string, instance = first) =>
		await lock.runExclusive(node, instance, read, report);
	beforeEach(() => {
		lock.reset();
		clock.reset();
		jest.clearAllMocks();
	});

	/** A poll that reads until it is ended. */
	function start(node: string, instance = first) {
		let end = () => {};
		let fail: (error: Error) => void = () => {};
		let hasBegun = false;
		const reading = new Promise<string>((resolve, reject) => {
			end = () => resolve('read');
			fail = reject;
		});
		const result = lock.runExclusive(
			node,
			instance,
			async () => {
				hasBegun = true;
				return await reading;
			},
			report,
		);
		return { result, end, fail, hasBegun: () => hasBegun };
	}

	it('skips a poll of a node while another one is in flight, and lets other nodes poll', async () => {
		const { result, end } = start('a');
		expect(await poll('a')).toBeNull();
		expect(await poll('b')).toBe('read and reported');
		end();
		expect(await result).toBe('read and reported');
		expect(await poll('a')).toBe('read and reported');
		expect(read).toHaveBeenCalledTimes(2);
	});

	it('is released when a poll fails', async () => {
		read.mockRejectedValueOnce(new Error('no'));
		await expect(poll('a')).rejects.toThrow('no');
		report.mockImplementationOnce(() => {
			throw new Error('no report');
		});
		await expect(poll('a')).rejects.toThrow('no report');
		expect(await poll('a')).toBe('read and reported');
	});

	it('expires after a day, and what then ends reports nothing and does not release the lock of a later poll', async () => {
		const hanging = start('a');
		await clock.advance(DAY_MS);
		const later = start('a');
		hanging.end();
		expect(await hanging.result).toBeNull();
		expect(await poll('a')).toBeNull();
		expect(report).not.toHaveBeenCalled();
		later.end();
		expect(await later.result).toBe('read and reported');
	});

	describe('after publishing again during a poll', () => {
		it('lets the new poll begin when the old one ends, and only the new one report', async () => {
			const old = start('a');
			const renewed = start('a', second);
			await clock.advance(MINUTE_MS);
			expect(renewed.hasBegun()).toBe(false);
			old.end();
			expect(await old.result).toBeNull();
			await clock.advance(0);
			expect(renewed.hasBegun()).toBe(true);
			expect(await poll('a', second)).toBeNull();
			expect(report).not.toHaveBeenCalled();
			renewed.end();
			expect(await renewed.result).toBe('read and reported');
			expect(await poll('a', second)).toBe('read and reported');
		});

		it('takes no notice of a failure of the old poll', async () => {
			const old = start('a');
			const renewed = poll('a', second);
			old.fail(new Error('no'));
			expect(await old.result).toBeNull();
			expect(await renewed).toBe('read and reported');
		});

		it('waits a few minutes at most for an old poll that hangs, which reports nothing when it ends after all', async () => {
			const hanging = start('a');
			const renewed = start('a', second);
			await clock.advance(5 * MINUTE_MS - 1);
			expect(renewed.hasBegun()).toBe(false);
			await clock.advance(1);
			expect(renewed.hasBegun()).toBe(true);
			hanging.end();
			expect(await hanging.result).toBeNull();
			expect(await poll('a', second)).toBeNull();
			renewed.end();
			expect(await renewed.result).toBe('read and reported');
		});

		it('lets the last one report when it is published several times', async () => {
			const old = start('a');
			const renewed = start('a', second);
			const last = start('a', third);
			old.end();
			expect(await old.result).toBeNull();
			expect(await renewed.result).toBeNull();
			expect(renewed.hasBegun()).toBe(false);
			last.end();
			expect(await last.result).toBe('read and reported');
			expect(report).toHaveBeenCalledTimes(1);
		});
	});

	describe('with a new workflow object for each poll', () => {
		it.each([
			['polls slower than their interval', 3],
			['polls slower than the longest wait', 12],
		])('%s report nevertheless', async (_, minutesPerPoll) => {
			const polls = [];
			for (let minute = 0; minute < 60; minute += 1) {
				polls.push(
					lock.runExclusive(
						'a',
						{},
						async () => {
							await clock.sleep(minutesPerPoll * MINUTE_MS);
							return 'read';
						},
						report,
					),
				);
				await clock.advance(MINUTE_MS);
			}
			expect(report.mock.calls.length).toBeGreaterThanOrEqual(Math.floor(60 / minutesPerPoll / 2));
			await clock.advance(60 * MINUTE_MS);
			await Promise.all(polls);
		});

		it('polls begin nevertheless while one hangs', async () => {
			const hanging = start('a');
			for (let minute = 0; minute < 6; minute += 1) {
				void poll('a', {});
				await clock.advance(MINUTE_MS);
			}
			expect(report).toHaveBeenCalled();
			hanging.end();
			expect(await hanging.result).toBeNull();
		});
	});
});
