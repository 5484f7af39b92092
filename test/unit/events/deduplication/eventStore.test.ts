import { EventStore } from '../../../../nodes/FeishuHireExam/events/deduplication/eventStore';
import type { StoreHelpers } from '../../../../nodes/FeishuHireExam/events/deduplication/processedEntries';
import { TestClock } from '../../../support/testClock';

/** What n8n keeps, with the time that a call of its database takes. */
class Database {
	entries: unknown[] = [];

	/** The entries of each call. */
	readonly calls: string[][] = [];

	error?: Error;

	latencyMs = 5;

	constructor(private readonly clock: TestClock) {}

	readonly helpers = {
		checkProcessedAndRecord: async (items: string[]) => {
			this.calls.push(items);
			await this.clock.sleep(this.latencyMs);
			if (this.error) throw this.error;
			const added = items.filter((item) => !this.entries.includes(item));
			this.entries.push(...added);
			return { new: added, processed: [] };
		},
		removeProcessed: async (items: string[]) => {
			this.entries = this.entries.filter((entry) => !items.includes(entry as string));
		},
	} as Partial<StoreHelpers> as StoreHelpers;
}

let deliveries = 0;
const deliveryOf = (event: string) => ({ event, delivery: `${event} d${(deliveries += 1)}` });

describe('the events of a node', () => {
	let clock: TestClock;
	let database: Database;
	let store: EventStore;
	beforeEach(() => {
		clock = new TestClock();
		database = new Database(clock);
		store = new EventStore(clock);
	});

	/** What becomes of some work, as soon as it is known. */
	function watch<T>(work: Promise<T>): { value?: T; error?: unknown } {
		const outcome: { value?: T; error?: unknown } = {};
		work.then(
			(value) => (outcome.value = value),
			(error: unknown) => (outcome.error = error),
		);
		return outcome;
	}
	const claim = (event: string) => watch(store.claim(event));
	const record = (delivery: ReturnType<typeof deliveryOf>) =>
		watch(store.record(delivery, database.helpers));
	/** Claims an event and records it, as its execution does in the same process. */
	async function execute(event: string) {
		claim(event);
		const passed = record(deliveryOf(event));
		await clock.advance(database.latencyMs);
		return passed.value;
	}

	describe('claims', () => {
		it('one event once, and other events beside it', async () => {
			const first = claim('e1');
			const other = claim('e2');
			await clock.advance(0);
			expect([first.value, other.value]).toEqual(['claimed', 'claimed']);
		});

		it('hold no copy back in a process that has executed nothing', async () => {
			claim('e1');
			const copy = claim('e1');
			await clock.advance(0);
			expect(copy.value).toBe('claimed');
		});

		it('a copy waits until the event is recorded, and is a duplicate then', async () => {
			await execute('before');
			claim('e1');
			const copy = claim('e1');
			await clock.advance(1_000);
			expect(copy).toEqual({});
			record(deliveryOf('e1'));
			await clock.advance(60);
			expect(copy.value).toBe('duplicate');
		});

		it('a copy is unsettled after two seconds', async () => {
			await execute('before');
			claim('e1');
			const copy = claim('e1');
			await clock.advance(2_000);
			expect(copy).toEqual({});
			await clock.advance(50);
			expect(copy.value).toBe('unsettled');
		});

		it('a copy takes over when the event could not be recorded', async () => {
			await execute('before');
			claim('e1');
			const copy = claim('e1');
			database.error = new Error('gone');
			const failed = record(deliveryOf('e1'));
			await clock.advance(100);
			expect(failed.error).toBe(database.error);
			expect(copy.value).toBe('claimed');
		});

		it('a copy takes over when the execution did not start', async () => {
			await execute('before');
			claim('e1');
			const copy = claim('e1');
			await clock.advance(100);
			store.release('e1');
			await clock.advance(50);
			expect(copy.value).toBe('claimed');
		});

		it('expire after two minutes', async () => {
			claim('e1');
			await clock.advance(119_999);
			expect(store.isInUse).toBe(true);
			await clock.advance(1);
			expect(store.isInUse).toBe(false);
			const again = claim('e1');
			await clock.advance(0);
			expect(again.value).toBe('claimed');
		});
	});

	describe('batches', () => {
		/** Claims events, and records them as if their executions began now. */
		const burst = (...events: string[]) => {
			for (const event of events) claim(event);
			return events.map((event) => record(deliveryOf(event)));
		};

		it('record a lone event at once', async () => {
			expect(await execute('e1')).toBe(true);
			expect(database.calls).toHaveLength(1);
		});

		it('gather for up to four times as long as recording takes, while other claimed events are on their way', async () => {
			database.latencyMs = 20;
			await execute('before');
			claim('e1');
			claim('e2');
			claim('lost');
			await clock.advance(0);
			const first = record(deliveryOf('e1'));
			await clock.advance(60);
			const second = record(deliveryOf('e2'));
			await clock.advance(10);
			expect(database.calls).toHaveLength(1);
			await clock.advance(30);
			expect([first.value, second.value]).toEqual([true, true]);
			expect(database.calls).toHaveLength(2);
		});

		it('gather longer once recording takes longer', async () => {
			await execute('quick');
			database.latencyMs = 40;
			for (let event = 0; event < 30; event += 1) await execute(`slow ${event}`);
			claim('lost');
			claim('e1');
			const first = record(deliveryOf('e1'));
			await clock.advance(4 * 40 + 39);
			expect(first).toEqual({});
			await clock.advance(1);
			expect(first.value).toBe(true);
		});

		it('gather for 500 ms at most, also when nothing was recorded yet', async () => {
			claim('e1');
			claim('e2');
			claim('lost');
			await clock.advance(0);
			const first = record(deliveryOf('e1'));
			await clock.advance(300);
			const second = record(deliveryOf('e2'));
			await clock.advance(190);
			expect(database.calls).toEqual([]);
			await clock.advance(30);
			expect([first.value, second.value]).toEqual([true, true]);
			expect(database.calls).toHaveLength(1);
		});

		it('gather no longer once events turned out to come one after the other', async () => {
			const events = ['e1', 'e2', 'e3', 'e4'];
			for (const event of events) claim(event);
			const first = record(deliveryOf('e1'));
			await clock.advance(520);
			expect(first.value).toBe(true);
			for (const event of events.slice(1)) {
				const next = record(deliveryOf(event));
				await clock.advance(5);
				expect(next.value).toBe(true);
			}
		});

		it('gather again when events come at the same time after all', async () => {
			claim('lost');
			claim('e1');
			record(deliveryOf('e1'));
			await clock.advance(520);
			burst('e2', 'e3');
			await clock.advance(520);
			const before = database.calls.length;
			claim('e4');
			claim('e5');
			record(deliveryOf('e4'));
			await clock.advance(15);
			record(deliveryOf('e5'));
			await clock.advance(20);
			expect(database.calls.slice(before)).toEqual([expect.arrayContaining(['e4', 'e5'])]);
		});

		it('run one at a time: what comes meanwhile is in the next one', async () => {
			const [first] = burst('e1');
			await clock.advance(2);
			const [second, third] = burst('e2', 'e3');
			await clock.advance(2);
			expect(database.calls).toHaveLength(1);
			await clock.advance(1);
			expect(first?.value).toBe(true);
			await clock.advance(5);
			expect([second?.value, third?.value]).toEqual([true, true]);
			expect(database.calls).toHaveLength(2);
		});

		it('pass one of several copies of an event', async () => {
			const copies = burst('e1', 'e1', 'e1');
			await clock.advance(10);
			expect(copies.map(({ value }) => value)).toEqual([true, false, false]);
		});

		it('release their lock and go on after an error, which each one of the batch gets', async () => {
			database.error = new Error('gone');
			const failed = burst('e1', 'e2');
			await clock.advance(20);
			expect(failed).toEqual([{ error: database.error }, { error: database.error }]);
			expect(store.isInUse).toBe(false);
			delete database.error;
			expect(await execute('e1')).toBe(true);
		});

		it('pass what was recorded although a repeat cannot be tidied up', async () => {
			await execute('e1');
			jest.spyOn(database.helpers, 'removeProcessed').mockRejectedValue(new Error('busy'));
			const [repeat, first] = [record(deliveryOf('e1')), ...burst('e2')];
			await clock.advance(10);
			expect([repeat.value, first?.value]).toEqual([false, true]);
			expect(await execute('e3')).toBe(true);
		});

		it('are tried again once, in case another process made the row of the node meanwhile', async () => {
			const original = database.helpers.checkProcessedAndRecord;
			jest
				.spyOn(database.helpers, 'checkProcessedAndRecord')
				.mockRejectedValueOnce(new Error('UNIQUE constraint failed'))
				.mockImplementation(original);
			expect(await execute('e1')).toBe(true);
		});
	});

	describe('retries', () => {
		it('pass when their execution had the event', async () => {
			claim('e1');
			const delivery = deliveryOf('e1');
			record(delivery);
			await clock.advance(5);
			const retry = record(delivery);
			await clock.advance(5);
			expect(retry.value).toBe(true);
		});

		it('do not pass when another delivery of the event passed', async () => {
			const broken = deliveryOf('e1');
			await execute('e1');
			for (let retry = 0; retry < 2; retry += 1) {
				const again = record(broken);
				await clock.advance(5);
				expect(again.value).toBe(false);
			}
			expect(database.entries).not.toContain(broken.delivery);
		});
	});

	describe('confirmation of an event that was not claimed here', () => {
		it('passes it when its entries are still there after a second', async () => {
			const passed = record(deliveryOf('e1'));
			await clock.advance(1_000);
			expect(passed).toEqual({});
			await clock.advance(20);
			expect(passed.value).toBe(true);
			expect(database.calls).toHaveLength(2);
			expect(store.isInUse).toBe(false);
		});

		it('takes longer when the database is slow', async () => {
			database.latencyMs = 400;
			const passed = record(deliveryOf('e1'));
			await clock.advance(400 + 5 * 400 + 399);
			expect(passed).toEqual({});
			await clock.advance(1);
			expect(passed.value).toBe(true);
		});

		it('repeats the claim when another process has overwritten it', async () => {
			const delivery = deliveryOf('e1');
			const passed = record(delivery);
			await clock.advance(500);
			database.entries = ['another event', 'its delivery'];
			await clock.advance(1_500);
			expect(passed).toEqual({});
			expect(database.entries).toEqual(expect.arrayContaining([delivery.event, delivery.delivery]));
			await clock.advance(1_000);
			expect(passed.value).toBe(true);
		});

		it('drops it when the entry of another delivery has taken its place', async () => {
			const delivery = deliveryOf('e1');
			const lost = record(delivery);
			await clock.advance(500);
			database.entries = ['e1', 'e1 elsewhere'];
			await clock.advance(1_000);
			expect(lost.value).toBe(false);
			expect(database.entries).toEqual(['e1', 'e1 elsewhere']);
		});

		it('drops a copy at once while the first is being confirmed', async () => {
			const first = record(deliveryOf('e1'));
			await clock.advance(10);
			const copy = record(deliveryOf('e1'));
			await clock.advance(10);
			expect([first, copy]).toEqual([{}, { value: false }]);
			await clock.advance(1_000);
			expect(first.value).toBe(true);
		});

		it('fails with the database, and passes when the user retries', async () => {
			const delivery = deliveryOf('e1');
			const failed = record(delivery);
			await clock.advance(500);
			database.error = new Error('gone');
			await clock.advance(1_000);
			expect(failed.error).toBe(database.error);
			expect(store.isInUse).toBe(false);
			delete database.error;
			const retry = record(delivery);
			await clock.advance(5);
			expect(retry.value).toBe(true);
		});
	});
});
