import { Handouts } from '../../../nodes/FeishuHireExam/longConnection/handouts';
import { TestClock } from '../../support/testClock';

const MINUTE_MS = 60_000;

let clock: TestClock;
let handouts: Handouts;
/** The events that were handed out, in their order. */
let log: string[];
beforeEach(() => {
	clock = new TestClock();
	handouts = new Handouts(clock);
	log = [];
});

async function run(
	event: string,
	{ receiver = 'node', ms = 10, error = '' } = {},
): Promise<string> {
	try {
		await handouts.run(receiver, event, async () => {
			log.push(`${event} to ${receiver}`);
			await clock.sleep(ms);
			if (error) throw new Error(error);
		});
		return 'kept';
	} catch (reason) {
		return (reason as Error).message;
	}
}

/** What becomes of several after some time. */
async function after(ms: number, ...runs: Array<Promise<string>>) {
	const results = Array<string>(runs.length).fill('pending');
	runs.forEach((result, index) => void result.then((value) => (results[index] = value)));
	await clock.advance(ms);
	return results;
}

it('hands an event out once, and its repeats wait for what becomes of it', async () => {
	expect(await after(9, run('e'), run('e'))).toEqual(['pending', 'pending']);
	expect(await after(1, run('e'))).toEqual(['kept']);
	expect(await after(0, run('e'))).toEqual(['kept']);
	expect(log).toEqual(['e to node']);
});

it('hands it out to each receiver', async () => {
	await after(10, run('e'), run('e', { receiver: 'other' }), run('f'));
	expect(log).toEqual(['e to node', 'e to other', 'f to node']);
});

it('hands it out again when it was not kept: only to the receiver that does not have it', async () => {
	expect(await after(10, run('e', { error: 'lost' }), run('e', { receiver: 'other' }))).toEqual([
		'lost',
		'kept',
	]);
	expect(await after(10, run('e'), run('e', { receiver: 'other' }))).toEqual(['kept', 'kept']);
	expect(log).toEqual(['e to node', 'e to other', 'e to node']);
});

it('tells repeats that wait of the failure, too', async () => {
	expect(await after(10, run('e', { error: 'lost' }), run('e'))).toEqual(['lost', 'lost']);
	expect(log).toEqual(['e to node']);
});

it('hands out again what is neither kept nor rejected after two minutes', async () => {
	const lost = run('e', { ms: 3 * MINUTE_MS });
	expect(await after(119_999, lost, run('e'))).toEqual(['pending', 'pending']);
	await clock.advance(1);
	expect(await after(10, run('e'))).toEqual(['kept']);
	expect(log).toEqual(['e to node', 'e to node']);
	await clock.advance(9 * MINUTE_MS);
	expect(await after(0, run('e'))).toEqual(['kept']);
	expect(log).toHaveLength(2);
});

it('remembers for ten minutes, longer than until the second repeat', async () => {
	await after(10, run('e'));
	await clock.advance(10 * MINUTE_MS - 100);
	await after(10, run('e'));
	expect(log).toHaveLength(1);
	await clock.advance(100);
	await after(10, run('e'));
	expect(log).toHaveLength(2);
});

it('forgets everything', async () => {
	await after(10, run('e'));
	handouts.reset();
	await after(10, run('e'));
	expect(log).toHaveLength(2);
});
