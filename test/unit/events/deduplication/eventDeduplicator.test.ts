import type { IExecuteFunctions, IWebhookFunctions, WorkflowExecuteMode } from 'n8n-workflow';

import { EventDeduplicator } from '../../../../nodes/FeishuHireExam/events/deduplication/eventDeduplicator';
import type { EventHeader } from '../../../../nodes/FeishuHireExam/events/envelope';
import { TestClock } from '../../../support/testClock';

const MINUTE_MS = 60_000;

describe('the deduplicator of all nodes', () => {
	let clock: TestClock;
	let deduplicator: EventDeduplicator;
	let recorded: Set<string>;
	beforeEach(() => {
		clock = new TestClock();
		deduplicator = new EventDeduplicator(clock);
		recorded = new Set();
	});

	let deliveries = 0;
	const headerOf = (event_id: string) =>
		({ event_id, delivery_id: `d${(deliveries += 1)}` }) as Partial<EventHeader> as EventHeader;
	const contextOf = (node: string, mode: WorkflowExecuteMode, events: string[] = []) => ({
		getMode: () => mode,
		getWorkflow: () => ({ id: 'w1' }),
		getNode: () => ({ id: node }),
		getInputData: () => events.map((event) => ({ json: { header: headerOf(event) } })),
		helpers: {
			checkProcessedAndRecord: async (items: string[]) => {
				const added = items.filter((item) => !recorded.has(item));
				for (const item of added) recorded.add(item);
				return { new: added, processed: [] };
			},
			removeProcessed: async () => {},
		},
	});
	const claim = async (event: string, node = 'n1', mode: WorkflowExecuteMode = 'webhook') =>
		await deduplicator.claimEvent(
			contextOf(node, mode) as Partial<
				Record<keyof IWebhookFunctions, unknown>
			> as IWebhookFunctions,
			headerOf(event),
		);
	const executeAt = async (node: string, mode: WorkflowExecuteMode, ...events: string[]) => {
		const context = contextOf(node, mode, events);
		clock.runFreely();
		const passed = await deduplicator.dropDuplicates(
			context as Partial<Record<keyof IExecuteFunctions, unknown>> as IExecuteFunctions,
		);
		clock.reset();
		return passed.map(({ json }) => (json.header as Partial<EventHeader>).event_id);
	};

	const execute = async (mode: WorkflowExecuteMode, ...events: string[]) =>
		await executeAt('n1', mode, ...events);

	it('drops repeats at the webhook and in executions', async () => {
		expect(await claim('e1')).toBe('claimed');
		expect(await execute('webhook', 'e1', 'e2', 'e1')).toEqual(['e1', 'e2']);
		expect(await claim('e1')).toBe('duplicate');
	});

	it('passes everything in a manual test, and records nothing', async () => {
		expect(await claim('e1', 'n1', 'manual')).toBe('claimed');
		expect(await execute('manual', 'e1', 'e1')).toEqual(['e1', 'e1']);
		expect(recorded.size).toBe(0);
		expect(await claim('e1')).toBe('claimed');
	});

	it('knows an execution whose events were claimed here, until they are recorded', async () => {
		const hasClaimed = (node: string, items: Array<{ json: object }>) =>
			deduplicator.hasClaimed({
				...contextOf(node, 'trigger'),
				getInputData: () => items,
			} as Partial<Record<keyof IExecuteFunctions, unknown>> as IExecuteFunctions);
		const items = [{ json: {} }, { json: { header: 1 } }, { json: { header: headerOf('e1') } }];
		expect(hasClaimed('n1', items)).toBe(false);
		await claim('e1');
		expect(hasClaimed('n1', items)).toBe(true);
		expect(hasClaimed('n1', items.slice(0, 2))).toBe(false);
		expect(hasClaimed('n2', items)).toBe(false);
		await execute('trigger', 'e1');
		expect(hasClaimed('n1', items)).toBe(false);
	});

	it('keeps the events of each node apart', async () => {
		await claim('e1', 'n1');
		await execute('webhook', 'e1');
		expect(await claim('e1', 'n2')).toBe('claimed');
		expect(await claim('e1', 'n1')).toBe('duplicate');
	});

	it.each([
		['nothing', {}],
		['a header without IDs', { header: {} }],
		['a header that is text', { header: 'e1' }],
		['an event without a delivery', { header: { event_id: 'e1' } }],
	])(
		'says that an execution with %s has no event, and goes on with the next one',
		async (_, json) => {
			const context = {
				...contextOf('n1', 'retry'),
				getInputData: () => [{ json: { header: headerOf('e2') } }, { json }],
			};
			await expect(
				deduplicator.dropDuplicates(
					context as Partial<Record<keyof IExecuteFunctions, unknown>> as IExecuteFunctions,
				),
			).rejects.toMatchObject({
				message: 'There is no event to process',
				description: expect.stringContaining('cannot be retried'),
				context: { itemIndex: 1 },
			});
			expect(recorded.size).toBe(0);
			expect(await execute('webhook', 'e1')).toEqual(['e1']);
		},
	);

	it('claims an event again whose execution did not start', async () => {
		await claim('e1');
		deduplicator.releaseEvent(
			contextOf('n1', 'webhook') as Partial<
				Record<keyof IWebhookFunctions, unknown>
			> as IWebhookFunctions,
			headerOf('e1'),
		);
		await execute('webhook', 'another');
		expect(await claim('e1')).toBe('claimed');
	});

	it('remembers an event for ten minutes, and asks the database then', async () => {
		await claim('e1');
		await execute('webhook', 'e1');
		await clock.advance(9 * MINUTE_MS);
		expect(await claim('e1')).toBe('duplicate');
		await clock.advance(MINUTE_MS);
		expect(await claim('e1')).toBe('claimed');
		expect(await execute('webhook', 'e1')).toEqual([]);
		expect(await execute('webhook', 'e2')).toEqual(['e2']);
	});

	it('drops the state of a node that was idle for eight hours: then it does not know that it executes here', async () => {
		const claimTwice = async (event: string) => {
			await claim(event);
			const copy = claim(event);
			await clock.advance(3_000);
			return await copy;
		};
		await execute('webhook', 'e1');
		await clock.advance(7 * 60 * MINUTE_MS);
		expect(await claimTwice('e2')).toBe('unsettled');
		await clock.advance(8 * 60 * MINUTE_MS);
		expect(await claimTwice('e3')).toBe('claimed');
	});

	it('forgets everything when it is reset', async () => {
		await claim('e1');
		deduplicator.reset();
		expect(await claim('e1')).toBe('claimed');
	});

	it('keeps the state of at most 1,000 nodes, and of those in use', async () => {
		await executeAt('n0', 'webhook', 'e0');
		await claim('in flight', 'n0');
		await execute('webhook', 'e1');
		await clock.advance(10_000);
		for (let node = 2; node <= 1_001; node += 1) await claim(`e${node}`, `n${node}`);
		const copy = claim('in flight', 'n0');
		await clock.advance(3_000);
		expect(await copy).toBe('unsettled');
		expect(await claim('e1', 'n1')).toBe('claimed');
	});
});
