import { PollLock } from '../../../nodes/FeishuHireExam/polling/pollLock';
import { TestClock } from '../../support/testClock';

const DAY_MS = 24 * 60 * 60_000;

describe('the poll lock', () => {
	const clock = new TestClock();
	const lock = new PollLock(clock);
	const poll = jest.fn(async () => 'polled');
	beforeEach(() => {
		lock.reset();
		poll.mockClear();
	});

	/** A poll that goes on until it is ended. */
	function start(node: string) {
		let end = () => {};
		const going = new Promise<void>((resolve) => {
			end = resolve;
		});
		const result = lock.runExclusive(node, async () => await going);
		return { result, end };
	}

	it('skips a poll of a node while another one is in flight, and lets other nodes poll', async () => {
		const { result, end } = start('a');
		expect(await lock.runExclusive('a', poll)).toBeNull();
		expect(await lock.runExclusive('b', poll)).toBe('polled');
		end();
		await result;
		expect(await lock.runExclusive('a', poll)).toBe('polled');
		expect(poll).toHaveBeenCalledTimes(2);
	});

	it('is released when a poll fails', async () => {
		poll.mockRejectedValueOnce(new Error('no'));
		await expect(lock.runExclusive('a', poll)).rejects.toThrow('no');
		expect(await lock.runExclusive('a', poll)).toBe('polled');
	});

	it('expires after a day, and what then ends does not release the lock of a later poll', async () => {
		const hanging = start('a');
		await clock.advance(DAY_MS);
		const later = start('a');
		hanging.end();
		await hanging.result;
		expect(await lock.runExclusive('a', poll)).toBeNull();
		later.end();
		await later.result;
	});
});
