import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	IDataDeduplicator,
	IDataObject,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { executeContext } from '../support/engine';
import { credentials, event as delivery, seal, sign } from '../support/feishuDelivery';
import { testClock } from '../support/testClock';
import { until } from '../support/until';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

/** Does as n8n's database does: the list is read, and written back some time later; two cannot make it. */
class SlowStore implements IDataDeduplicator {
	private list?: DeduplicationItemTypes[];

	calls = 0;

	async checkProcessedAndRecord(items: DeduplicationItemTypes[]) {
		this.calls += 1;
		const read = [...(this.list ?? [])];
		const isThere = this.list !== undefined;
		await testClock.sleep(5);
		if (!isThere && this.list) throw new Error('UNIQUE constraint failed');
		const fresh = items.filter((item) => !read.includes(item));
		this.list = [...read, ...fresh];
		return { new: fresh, processed: items.filter((item) => read.includes(item)) };
	}

	async removeProcessed(items: DeduplicationItemTypes[]) {
		this.list = this.list?.filter((item) => !items.includes(item));
	}

	async clearAllProcessedItems() {
		delete this.list;
	}

	async getProcessedDataCount() {
		return this.list?.length ?? 0;
	}
}

/** The node as another process has it: with a state of its own. */
function inAnotherProcess(): FeishuHireExamTrigger {
	let node: FeishuHireExamTrigger | undefined;
	jest.isolateModules(() => {
		const loaded = jest.requireActual<{ FeishuHireExamTrigger: new () => FeishuHireExamTrigger }>(
			'../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js',
		);
		node = new loaded.FeishuHireExamTrigger();
	});
	return node as FeishuHireExamTrigger;
}

const here = new FeishuHireExamTrigger();
let deliveries = 0;
/** Each one is another delivery of the event, unless its ID is given. */
const event = (event_id: string, delivery_id = `d${(deliveries += 1)}`) => ({
	exam_id: '7178536692385679677',
	header: { event_id, delivery_id },
});
const executeIn = async (
	trigger: FeishuHireExamTrigger,
	mode: WorkflowExecuteMode,
	...events: Array<ReturnType<typeof event>>
) => {
	const [output = []] = await trigger.execute.call(
		executeContext('feishuHireExamTrigger', mode, events),
	);
	return output.map(({ json }) => json);
};
/** Lets time pass, millisecond by millisecond, until the work is done. */
async function letPass<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	const done = () => {
		isDone = true;
	};
	work.then(done, done);
	while (!isDone) await testClock.advance(1);
	return await work;
}
/** Executes events in one execution of this process. */
const executeEvents = async (
	mode: WorkflowExecuteMode,
	...events: Array<ReturnType<typeof event>>
) => await letPass(executeIn(here, mode, ...events));
const execute = async (mode: WorkflowExecuteMode, ...ids: string[]) =>
	await executeEvents(mode, ...ids.map((id) => event(id)));
/** Executes events in executions of their own, so many milliseconds apart; returns what passed. */
const executeEach = async (
	ids: string[],
	everyMs = 0,
	processOf: (index: number) => FeishuHireExamTrigger = () => here,
) => {
	const executions = ids.map(async (id, index) => {
		await testClock.sleep(everyMs * index);
		return await executeIn(processOf(index), 'webhook', event(id));
	});
	return (await letPass(Promise.all(executions))).flat();
};
const idsOf = (name: string, length: number) =>
	Array.from({ length }, (_, index) => `${name}-${index}`);

const store = new SlowStore();
beforeAll(async () => {
	await DataDeduplicationService.init(store);
	// Time passes when the tests say so.
	testClock.reset();
});

describe('deduplication of events in executions', () => {
	it('passes an event once and drops repeats', async () => {
		const first = event('e1');
		expect(await executeEvents('webhook', first)).toEqual([first]);
		expect(await execute('webhook', 'e1')).toEqual([]);
		const second = event('e2');
		expect(await executeEvents('webhook', event('e1'), second)).toEqual([second]);
	});

	it('passes each event of a concurrent burst with copies once, and records all of them', async () => {
		const ids = idsOf('burst', 20);
		expect(await executeEach([...ids, ...ids])).toHaveLength(20);
		expect(await executeEach(ids)).toEqual([]);
	});

	it('records hundreds of concurrent events in a few database calls', async () => {
		const ids = idsOf('many', 300);
		const before = store.calls;
		expect(await executeEach([...ids, ...ids])).toHaveLength(300);
		expect(store.calls - before).toBeLessThan(5);
	});

	it('passes every event of a manual test, and records none', async () => {
		expect(await execute('manual', 'e3')).toHaveLength(1);
		expect(await execute('manual', 'e3')).toHaveLength(1);
		expect(await execute('webhook', 'e3')).toHaveLength(1);
	});

	describe('when the user retries an execution', () => {
		it('passes the event each time if the execution had passed it', async () => {
			const broken = event('r1');
			expect(await executeEvents('webhook', broken)).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await execute('webhook', 'r1')).toEqual([]);
		});

		it('passes the event if it was never recorded, and drops later repeats', async () => {
			const broken = event('r2');
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await execute('webhook', 'r2')).toEqual([]);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
		});

		it('drops the event each time if another delivery of it has passed since', async () => {
			const broken = event('r3');
			expect(await execute('webhook', 'r3')).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toEqual([]);
			expect(await executeEvents('retry', broken)).toEqual([]);
		});

		it('drops a repeat that was dropped before', async () => {
			const repeat = event('r4');
			expect(await execute('webhook', 'r4')).toHaveLength(1);
			expect(await executeEvents('webhook', repeat)).toEqual([]);
			expect(await executeEvents('retry', repeat)).toEqual([]);
		});
	});
});

describe('deduplication across processes that record concurrently', () => {
	it('passes an event once whose copies are executed by two processes at the same time', async () => {
		const ids = idsOf('twice', 40);
		await store.clearAllProcessedItems();
		const processes = [inAnotherProcess(), inAnotherProcess()];
		const copies = ids.flatMap((id) => [id, id]);
		const passed = await executeEach(
			copies,
			4,
			(index) => processes[index % 2] as FeishuHireExamTrigger,
		);
		expect(passed.map(({ header }) => (header as IDataObject).event_id).sort()).toEqual(
			[...ids].sort(),
		);
	});

	it('passes each event once, and restores entries that were overwritten', async () => {
		const ids = idsOf('shared', 20);
		await store.clearAllProcessedItems();
		const processes = [inAnotherProcess(), inAnotherProcess()];
		const processOf = (index: number) => processes[index % 2] as FeishuHireExamTrigger;
		expect(await executeEach(ids, 3, processOf)).toHaveLength(20);

		await testClock.advance(4_000);
		const restarted = inAnotherProcess();
		expect(await executeEach(ids, 0, () => restarted)).toEqual([]);
	});

	it('drops repeats of an event whose entry was overwritten', async () => {
		expect(await execute('webhook', 'overwritten')).toHaveLength(1);
		await store.clearAllProcessedItems();
		expect(await execute('webhook', 'overwritten')).toEqual([]);
	});
});

describe('deduplication of deliveries at the webhook', () => {
	const hosts: WebhookHost[] = [];
	const startHost = async (mode?: WorkflowExecuteMode) => {
		// Copies are held back where executions run.
		await execute('webhook', `run ${hosts.length}`);
		const host = await startWebhookHost(
			credentials,
			{ events: ['examCreated'], simplify: true },
			mode,
		);
		hosts.push(host);
		return async (event_id: string) => {
			const body = seal(delivery({ event_id }));
			const { status } = await fetch(host.url, { method: 'POST', headers: sign(body), body });
			return { status, started: host.started.splice(0).length };
		};
	};
	// Until everything recorded is confirmed, so that nobody but the deliveries of a test waits.
	beforeEach(async () => {
		await testClock.advance(5_000);
		expect(testClock.waiting).toBe(0);
	});
	afterAll(async () => await Promise.all(hosts.map(async (host) => await host.close())));

	it('answers a repeat of a recorded event without an execution', async () => {
		const send = await startHost();
		expect(await send('quick')).toEqual({ status: 200, started: 1 });
		expect(await execute('webhook', 'quick')).toHaveLength(1);
		expect(await send('quick')).toEqual({ status: 200, started: 0 });
		expect(await send('another')).toEqual({ status: 200, started: 1 });
	});

	it('holds copies of an event in flight until it is recorded, and starts no execution for them', async () => {
		const send = await startHost();
		expect(await send('slow')).toEqual({ status: 200, started: 1 });
		const copies = Promise.all([send('slow'), send('slow')]);
		await until(() => testClock.waiting === 2);
		await testClock.advance(300);
		expect(await execute('webhook', 'slow')).toHaveLength(1);
		await testClock.advance(50);
		expect(await copies).toEqual([
			{ status: 200, started: 0 },
			{ status: 200, started: 0 },
		]);
	});

	it('answers 503 to a copy when the event is not recorded in 2 s, and starts it again after 120 s', async () => {
		const send = await startHost();
		expect(await send('hanging')).toEqual({ status: 200, started: 1 });
		const copy = send('hanging');
		await until(() => testClock.waiting === 1);
		await testClock.advance(1_950);
		expect(testClock.waiting).toBe(1);
		await testClock.advance(150);
		expect(await copy).toEqual({ status: 503, started: 0 });
		await testClock.advance(120_000);
		expect(await send('hanging')).toEqual({ status: 200, started: 1 });
	});

	it('starts an execution for a repeat when the first one could not be recorded', async () => {
		const send = await startHost();
		expect(await send('failing')).toEqual({ status: 200, started: 1 });
		const isGone = new Error('The database is gone');
		jest
			.spyOn(store, 'checkProcessedAndRecord')
			.mockRejectedValueOnce(isGone)
			.mockRejectedValueOnce(isGone);
		await expect(execute('webhook', 'failing')).rejects.toThrow('The database is gone');
		expect(await send('failing')).toEqual({ status: 200, started: 1 });
	});

	it('gathers a burst that was claimed here, and records it in a few database calls', async () => {
		// What the tests before have claimed expires, and what was learned from it.
		await testClock.advance(11 * 60_000);
		const send = await startHost();
		const ids = idsOf('on-its-way', 20);
		for (const id of ids) expect(await send(id)).toEqual({ status: 200, started: 1 });
		const before = store.calls;
		expect(await executeEach(ids, 2)).toHaveLength(20);
		expect(store.calls - before).toBeLessThan(5);
	});

	it('starts an execution for a repeat when n8n could not start the first one', async () => {
		const send = await startHost();
		const host = hosts.at(-1) as WebhookHost;
		host.failNext();
		expect(await send('unstarted')).toEqual({ status: 500, started: 0 });
		expect(await send('unstarted')).toEqual({ status: 200, started: 1 });
	});

	it('passes every event of a manual test, recorded or not', async () => {
		const sendToTest = await startHost('manual');
		expect(await execute('webhook', 'seen')).toHaveLength(1);
		expect(await sendToTest('seen')).toEqual({ status: 200, started: 1 });
		expect(await execute('manual', 'tested')).toHaveLength(1);
		const send = await startHost();
		expect(await send('tested')).toEqual({ status: 200, started: 1 });
	});
});
