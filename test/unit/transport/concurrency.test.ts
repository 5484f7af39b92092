import {
	Mutex,
	runConcurrently,
	settle,
	SingleFlight,
	unlessAborted,
} from '../../../nodes/FeishuHireExam/transport/concurrency';
import { TestClock } from '../../support/testClock';

let clock: TestClock;
/** What has happened, in its order. */
let log: string[];
beforeEach(() => {
	clock = new TestClock();
	log = [];
});

/** Work that takes some time, and ends with its name or an error. */
async function work(name: string, ms = 10, error?: Error): Promise<string> {
	log.push(`${name} starts`);
	await clock.sleep(ms);
	log.push(`${name} ends`);
	if (error) throw error;
	return name;
}

describe('runConcurrently', () => {
	const TIMES: Readonly<Record<string, number>> = { a: 30, b: 10, c: 10, d: 10 };

	it('has at most `limit` entries in progress, and starts them in their order', async () => {
		const done = runConcurrently(Object.entries(TIMES), 2, async ([name, ms]) => {
			await work(name, ms);
		});
		await clock.advance(25);
		expect(log).toEqual(['a starts', 'b starts', 'b ends', 'c starts', 'c ends', 'd starts']);
		await clock.advance(5);
		await done;
		expect(log.slice(6).sort()).toEqual(['a ends', 'd ends']);
	});

	it('rejects with the first error, and starts no further entry', async () => {
		const done = runConcurrently(Object.entries(TIMES), 2, async ([name, ms]) => {
			await work(name, ms, name === 'b' ? new Error('b failed') : undefined);
		});
		const rejection = expect(done).rejects.toThrow('b failed');
		await clock.advance(10);
		await rejection;
		await clock.advance(100);
		expect(log).toEqual(['a starts', 'b starts', 'b ends', 'a ends']);
	});

	it.each([
		['no entries', [], 5],
		['fewer entries than the limit', ['a'], 5],
		['no limit', ['a', 'b', 'c'], Infinity],
	])('ends with %s', async (_, entries, limit) => {
		const seen: string[] = [];
		await runConcurrently(entries, limit, async (entry) => {
			seen.push(entry);
			await Promise.resolve();
		});
		expect(seen).toEqual(entries);
	});
});

describe('settle', () => {
	const failure = new Error('failed');
	it.each([
		['a value', () => 1, { value: 1 }],
		['a promise of a value', async () => await Promise.resolve(1), { value: 1 }],
		[
			'an error that is thrown',
			() => {
				throw failure;
			},
			{ error: failure },
		],
		['a promise that is rejected', async () => await Promise.reject(failure), { error: failure }],
	])('reports the outcome of %s', async (_, outcome: () => unknown, expected) => {
		expect(await settle(outcome)).toEqual(expected);
	});
});

describe('SingleFlight', () => {
	let flights: SingleFlight<string>;
	beforeEach(() => {
		flights = new SingleFlight();
	});

	it('runs once for all who want the same key at the same time, and for each key separately', async () => {
		const results = Promise.all(
			['a', 'a', 'b', 'a'].map(async (key) => await flights.run(key, async () => await work(key))),
		);
		await clock.advance(10);
		expect(await results).toEqual(['a', 'a', 'b', 'a']);
		expect(log).toEqual(['a starts', 'b starts', 'a ends', 'b ends']);
	});

	it('rejects for all who wait when it fails', async () => {
		const failing = async () => await work('a', 10, new Error('failed'));
		const results = Promise.allSettled([flights.run('a', failing), flights.run('a', failing)]);
		await clock.advance(10);
		expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect(log).toEqual(['a starts', 'a ends']);
	});

	it.each([
		['succeeded', undefined],
		['failed', new Error('failed')],
	])('runs anew after it has %s, and keeps nothing', async (_, error) => {
		const first = settle(
			async () => await flights.run('a', async () => await work('a', 10, error)),
		);
		await clock.advance(10);
		await first;
		expect(flights).toEqual(new SingleFlight());
		const second = flights.run('a', async () => await work('again'));
		await clock.advance(10);
		expect(await second).toBe('again');
	});
});

describe('Mutex', () => {
	let mutex: Mutex;
	beforeEach(() => {
		mutex = new Mutex();
	});

	it('does the work of a key one after the other, in the order of its calls', async () => {
		const results = Promise.all(
			['a', 'b', 'c'].map(
				async (name, index) =>
					await mutex.runExclusive('key', async () => await work(name, 30 - index * 10)),
			),
		);
		await clock.advance(60);
		expect(await results).toEqual(['a', 'b', 'c']);
		expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
	});

	it('lets the work of other keys run meanwhile', async () => {
		const both = Promise.all([
			mutex.runExclusive('one', async () => await work('a')),
			mutex.runExclusive('other', async () => await work('b')),
		]);
		await clock.advance(10);
		await both;
		expect(log).toEqual(['a starts', 'b starts', 'a ends', 'b ends']);
	});

	it('is released when the work fails: only its own caller sees the error', async () => {
		const failed = settle(
			async () =>
				await mutex.runExclusive('key', async () => await work('a', 10, new Error('failed'))),
		);
		const next = mutex.runExclusive('key', async () => await work('b'));
		await clock.advance(20);
		expect((await failed).error?.message).toBe('failed');
		expect(await next).toBe('b');
	});

	it('keeps a key only as long as somebody waits for it', async () => {
		const first = mutex.runExclusive('key', async () => await work('a'));
		const second = mutex.runExclusive('key', async () => await work('b'));
		await clock.advance(10);
		await first;
		expect(mutex).not.toEqual(new Mutex());
		// What comes now still waits for the second.
		const third = mutex.runExclusive('key', async () => await work('c'));
		await clock.advance(20);
		await Promise.all([second, third]);
		expect(log.slice(2)).toEqual(['b starts', 'b ends', 'c starts', 'c ends']);
		expect(mutex).toEqual(new Mutex());
	});
});

describe('unlessAborted', () => {
	it('resolves with the value of the work, or rejects with its error', async () => {
		const { signal } = new AbortController();
		const [done, failed] = [
			unlessAborted(async () => await work('a'), signal),
			settle(
				async () => await unlessAborted(async () => await work('b', 10, new Error('b')), signal),
			),
		];
		await clock.advance(10);
		expect(await done).toBe('a');
		expect((await failed).error?.message).toBe('b');
	});

	it('resolves with undefined as soon as the signal is aborted, whatever becomes of the work', async () => {
		const stop = new AbortController();
		const stopped = unlessAborted(async () => await work('a', 10, new Error('a')), stop.signal);
		stop.abort();
		expect(await stopped).toBeUndefined();
		await clock.advance(10);
		expect(log).toEqual(['a starts', 'a ends']);
	});

	it('starts no work whose error nobody would hear', async () => {
		expect(await unlessAborted(async () => await work('a'), AbortSignal.abort())).toBeUndefined();
		expect(log).toEqual([]);
	});
});
