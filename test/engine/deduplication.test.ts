import { DataDeduplicationService } from 'n8n-core';
import type { DeduplicationItemTypes, IDataDeduplicator, WorkflowExecuteMode } from 'n8n-workflow';

import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { executeContext } from '../support/engine';
import { credentials, event as delivery, seal, sign } from '../support/feishuDelivery';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

/** Does as n8n's database does: the list is read, and written back some time later; two cannot make it. */
class SlowStore implements IDataDeduplicator {
	private list?: DeduplicationItemTypes[];

	calls = 0;

	async checkProcessedAndRecord(items: DeduplicationItemTypes[]) {
		this.calls += 1;
		const read = [...(this.list ?? [])];
		const isThere = this.list !== undefined;
		await new Promise((resolve) => setTimeout(resolve, 5));
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

/** The node as another process has it: with a memory of its own. */
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
/** Each one is another delivery of the event, unless told which. */
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
const executeEvents = async (
	mode: WorkflowExecuteMode,
	...events: Array<ReturnType<typeof event>>
) => await executeIn(here, mode, ...events);
const execute = async (mode: WorkflowExecuteMode, ...ids: string[]) =>
	await executeEvents(mode, ...ids.map((id) => event(id)));

const store = new SlowStore();
beforeAll(async () => await DataDeduplicationService.init(store));
// What was written is looked for again.
afterAll(async () => await new Promise((resolve) => setTimeout(resolve, 2_500)));

describe('an event passes the trigger once', () => {
	it('whole, and not again', async () => {
		const first = event('e1');
		expect(await executeEvents('webhook', first)).toEqual([first]);
		expect(await execute('webhook', 'e1')).toEqual([]);
		const second = event('e2');
		expect(await executeEvents('webhook', event('e1'), second)).toEqual([second]);
	});

	it('out of copies and others that come at the same time, and none is forgotten', async () => {
		const ids = Array.from({ length: 20 }, (_, index) => `burst-${index}`);
		const passed = await Promise.all(
			[...ids, ...ids].map(async (id) => await execute('webhook', id)),
		);
		expect(passed.flat()).toHaveLength(20);
		const repeats = await Promise.all(ids.map(async (id) => await execute('webhook', id)));
		expect(repeats.flat()).toEqual([]);
	});

	it('out of hundreds at once in a few calls of the database', async () => {
		const ids = Array.from({ length: 300 }, (_, index) => `many-${index}`);
		const before = store.calls;
		const passed = await Promise.all(
			[...ids, ...ids].map(async (id) => await execute('webhook', id)),
		);
		expect(passed.flat()).toHaveLength(300);
		expect(store.calls - before).toBeLessThan(5);
	});

	it('but always in a test of the editor, which leaves no trace', async () => {
		expect(await execute('manual', 'e3')).toHaveLength(1);
		expect(await execute('manual', 'e3')).toHaveLength(1);
		expect(await execute('webhook', 'e3')).toHaveLength(1);
	});

	describe('when the user retries an execution that broke off', () => {
		it('after it had the event: it goes through, each time', async () => {
			const broken = event('r1');
			expect(await executeEvents('webhook', broken)).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await execute('webhook', 'r1')).toEqual([]);
		});

		it('before it had the event: it goes through, and later repeats do not', async () => {
			const broken = event('r2');
			expect(await executeEvents('retry', broken)).toHaveLength(1);
			expect(await execute('webhook', 'r2')).toEqual([]);
			expect(await executeEvents('retry', broken)).toHaveLength(1);
		});

		it('but the event came again and went through since: it ends here, each time', async () => {
			const broken = event('r3');
			expect(await execute('webhook', 'r3')).toHaveLength(1);
			expect(await executeEvents('retry', broken)).toEqual([]);
			expect(await executeEvents('retry', broken)).toEqual([]);
		});

		it('as a repeat that had ended here: it ends here again', async () => {
			const repeat = event('r4');
			expect(await execute('webhook', 'r4')).toHaveLength(1);
			expect(await executeEvents('webhook', repeat)).toEqual([]);
			expect(await executeEvents('retry', repeat)).toEqual([]);
		});
	});
});

describe('processes that write at the same time', () => {
	const ids = Array.from({ length: 20 }, (_, index) => `shared-${index}`);

	it('forget nothing: each event passes once', async () => {
		await store.clearAllProcessedItems();
		const processes = [inAnotherProcess(), inAnotherProcess()];
		const passed = await Promise.all(
			ids.map(async (id, index) => {
				await new Promise((resolve) => setTimeout(resolve, 3 * index));
				return await executeIn(processes[index % 2] as FeishuHireExamTrigger, 'webhook', event(id));
			}),
		);
		expect(passed.flat()).toHaveLength(20);

		await new Promise((resolve) => setTimeout(resolve, 4_000));
		const restarted = inAnotherProcess();
		const repeats = await Promise.all(
			ids.map(async (id) => await executeIn(restarted, 'webhook', event(id))),
		);
		expect(repeats.flat()).toEqual([]);
	});

	it('and do not take what was overwritten for new', async () => {
		expect(await execute('webhook', 'overwritten')).toHaveLength(1);
		await store.clearAllProcessedItems();
		expect(await execute('webhook', 'overwritten')).toEqual([]);
	});
});

describe('a repeat costs no execution', () => {
	const hosts: WebhookHost[] = [];
	const startHost = async (mode?: WorkflowExecuteMode) => {
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
	afterAll(async () => await Promise.all(hosts.map(async (host) => await host.close())));

	it('once the first is recorded', async () => {
		const send = await startHost();
		expect(await send('quick')).toEqual({ status: 200, started: 1 });
		expect(await execute('webhook', 'quick')).toHaveLength(1);
		expect(await send('quick')).toEqual({ status: 200, started: 0 });
		expect(await send('another')).toEqual({ status: 200, started: 1 });
	});

	it('nor while the first is under way: it is answered when that is recorded', async () => {
		const send = await startHost();
		expect(await send('slow')).toEqual({ status: 200, started: 1 });
		const copies = Promise.all([send('slow'), send('slow')]);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(await execute('webhook', 'slow')).toHaveLength(1);
		expect(await copies).toEqual([
			{ status: 200, started: 0 },
			{ status: 200, started: 0 },
		]);
	});

	it('and is not taken as received while nobody knows what becomes of the first', async () => {
		const send = await startHost();
		expect(await send('hanging')).toEqual({ status: 200, started: 1 });
		expect(await send('hanging')).toEqual({ status: 503, started: 0 });
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 130_000);
		const later = await send('hanging');
		jest.restoreAllMocks();
		expect(later).toEqual({ status: 200, started: 1 });
	});

	it('but starts one when the first could not be recorded', async () => {
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

	it('and events of a burst wait for those still on their way, so that few calls record them', async () => {
		const send = await startHost();
		const ids = Array.from({ length: 20 }, (_, index) => `on-its-way-${index}`);
		for (const id of ids) expect(await send(id)).toEqual({ status: 200, started: 1 });
		const before = store.calls;
		const passed = ids.map(async (id, index) => {
			await new Promise((resolve) => setTimeout(resolve, 20 * index));
			return await execute('webhook', id);
		});
		expect((await Promise.all(passed)).flat()).toHaveLength(20);
		expect(store.calls - before).toBeLessThan(5);
	});

	it('but a test in the editor always gets its event', async () => {
		const sendToTest = await startHost('manual');
		expect(await execute('webhook', 'seen')).toHaveLength(1);
		expect(await sendToTest('seen')).toEqual({ status: 200, started: 1 });
		expect(await execute('manual', 'tested')).toHaveLength(1);
		const send = await startHost();
		expect(await send('tested')).toEqual({ status: 200, started: 1 });
	});
});
