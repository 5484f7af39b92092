import { EventStore } from '../../../../nodes/FeishuHireExam/events/deduplication/eventStore';
import type { StoreHelpers } from '../../../../nodes/FeishuHireExam/events/deduplication/processedEntries';
import { TestClock } from '../../../support/testClock';

/** What n8n keeps, with the time that a call of its database takes. */
class Database {
	entries: unknown[] = [];

	/** The entries of each call. */
	readonly calls: string[][] = [];

	error?: Error;

	constructor(private readonly clock: TestClock) {}

	readonly helpers = {
		checkProcessedAndRecord: async (items: string[]) => {
			this.calls.push(items);
			await this.clock.sleep(5);
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

	describe('claims', () => {
		it('one event once, and other events beside it', async () => {
			const first = claim('e1');
			const other = claim('e2');
			await clock.advance(0);
			expect([first.value, other.value]).toEqual(['claimed', 'claimed']);
		});

		it('a copy waits until the event is recorded, and is a duplicate then', async () => {
			claim('e1');
			const copy = claim('e1');
			await clock.advance(1_000);
			expect(copy).toEqual({});
			record(deliveryOf('e1'));
			await clock.advance(60);
			expect(copy.value).toBe('duplicate');
		});

		it('a copy is unsettled after two seconds', async () => {
			claim('e1');
			const copy = claim('e1');
			await clock.advance(2_000);
			expect(copy).toEqual({});
			await clock.advance(50);
			expect(copy.value).toBe('unsettled');
		});

		it('a copy takes over when the event could not be recorded', async () => {
			claim('e1');
			const copy = claim('e1');
			database.error = new Error('gone');
			const failed = record(deliveryOf('e1'));
			await clock.advance(100);
			expect(failed.error).toBe(database.error);
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
		it('record a lone event at once', async () => {
			claim('e1');
			const passed = record(deliveryOf('e1'));
			await clock.advance(5);
			expect(passed.value).toBe(true);
		});

		it('gather for up to 500 ms while other claimed events are on their way', async () => {
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

		it('run one at a time: what comes meanwhile is in the next one', async () => {
			const first = record(deliveryOf('e1'));
			await clock.advance(2);
			const [second, third] = [record(deliveryOf('e2')), record(deliveryOf('e3'))];
			await clock.advance(2);
			expect(database.calls).toHaveLength(1);
			await clock.advance(1);
			expect(first.value).toBe(true);
			await clock.advance(5);
			expect([second.value, third.value]).toEqual([true, true]);
			expect(database.calls).toHaveLength(2);
		});

		it('pass one of several copies of an event', async () => {
			const copies = ['e1', 'e1', 'e1'].map((event) => record(deliveryOf(event)));
			await clock.advance(10);
			expect(copies.map(({ value }) => value)).toEqual([true, false, false]);
		});

		it('release their lock and go on after an error, which each one of the batch gets', async () => {
			database.error = new Error('gone');
			const failed = [record(deliveryOf('e1')), record(deliveryOf('e2'))];
			await clock.advance(20);
			expect(failed).toEqual([{ error: database.error }, { error: database.error }]);
			expect(store.isInUse).toBe(false);
			delete database.error;
			const passed = record(deliveryOf('e1'));
			await clock.advance(5);
			expect(passed.value).toBe(true);
		});

		it('are tried again once, in case another process made the row of the node meanwhile', async () => {
			const delivery = deliveryOf('e1');
			const original = database.helpers.checkProcessedAndRecord;
			jest
				.spyOn(database.helpers, 'checkProcessedAndRecord')
				.mockRejectedValueOnce(new Error('UNIQUE constraint failed'))
				.mockImplementation(original);
			const passed = record(delivery);
			await clock.advance(5);
			expect(passed.value).toBe(true);
		});
	});

	describe('retries', () => {
		it('pass when their execution had the event', async () => {
			const delivery = deliveryOf('e1');
			record(delivery);
			await clock.advance(5);
			const retry = record(delivery);
			await clock.advance(5);
			expect(retry.value).toBe(true);
		});

		it('do not pass when another delivery of the event passed', async () => {
			const broken = deliveryOf('e1');
			record(deliveryOf('e1'));
			await clock.advance(5);
			for (let retry = 0; retry < 2; retry += 1) {
				const again = record(broken);
				await clock.advance(5);
				expect(again.value).toBe(false);
			}
			expect(database.entries).not.toContain(broken.delivery);
		});
	});

	describe('confirmation', () => {
		it('looks for the entries after a second, and ends when it finds them', async () => {
			record(deliveryOf('e1'));
			await clock.advance(900);
			expect(database.calls).toHaveLength(1);
			await clock.advance(10_000);
			expect(database.calls).toHaveLength(2);
			expect(store.isInUse).toBe(false);
		});

		it('writes overwritten entries again, and looks for them again', async () => {
			const delivery = deliveryOf('e1');
			record(delivery);
			await clock.advance(500);
			database.entries = [];
			await clock.advance(1_000);
			expect(database.entries).toEqual([delivery.event, delivery.delivery]);
			await clock.advance(10_000);
			expect(database.calls).toHaveLength(3);
		});

		it('ends when the database fails', async () => {
			record(deliveryOf('e1'));
			await clock.advance(500);
			database.error = new Error('gone');
			await clock.advance(10_000);
			expect(database.calls).toHaveLength(3);
			expect(store.isInUse).toBe(false);
		});

		it('is left to the batches while events come', async () => {
			for (let event = 0; event < 10; event += 1) {
				record(deliveryOf(`e${event}`));
				await clock.advance(500);
			}
			expect(database.calls).toHaveLength(10);
		});
	});
});
