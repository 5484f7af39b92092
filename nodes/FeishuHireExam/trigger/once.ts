import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { EventHeader } from './receive';

/** Events that n8n keeps for a node; the oldest go first. Feishu's last repeat comes seven hours after the event. */
const KEPT_EVENTS = 10_000;

/** An event is kept as two entries: its own ID, and that of the delivery which let it through. */
const STORE = { mode: 'entries', maxEntries: 2 * KEPT_EVENTS } as const;

/**
 * Events that this process has seen recorded in n8n's database, by node: their repeats need not cost an
 * execution. After a restart, and for what other processes recorded, the database knows.
 */
const recorded = new Set<string>();

function remember(key: string): void {
	recorded.add(key);
	const [oldest] = recorded;
	if (recorded.size > KEPT_EVENTS && oldest !== undefined) recorded.delete(oldest);
}

type Context = IExecuteFunctions | IWebhookFunctions;

const nodeKey = (context: Context): string => `${context.getWorkflow().id} ${context.getNode().id}`;

/** Whether an event has passed `passOnce` in this process already. A test in the editor gets it all the same. */
export const hasPassed = (context: IWebhookFunctions, { event_id }: EventHeader): boolean =>
	context.getMode() !== 'manual' && recorded.has(`${nodeKey(context)} ${event_id}`);

/**
 * n8n keeps the entries of a node in one row of its database, which it reads, changes and writes back without
 * a lock: executions of this process take turns, by node.
 */
const turns = new Map<string, Promise<unknown>>();

async function takeTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
	const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
	turns.set(key, mine);
	try {
		return await mine;
	} finally {
		if (turns.get(key) === mine) turns.delete(key);
	}
}

/** Records an event and its delivery in one go, and tells whether it is the one to let through. */
async function mayPass(context: IExecuteFunctions, { event_id, delivery_id }: EventHeader): Promise<boolean> {
	const delivery = `${event_id} ${delivery_id}`;
	const { helpers } = context;
	const checked = await helpers.checkProcessedAndRecord([event_id, delivery], 'node', STORE);
	if (checked.new.includes(event_id)) return true;
	// The execution that the user retries was the one that had the event, and broke off.
	if (context.getMode() === 'retry' && !checked.new.includes(delivery)) return true;
	await helpers.removeProcessed([delivery], 'node', STORE);
	return false;
}

/**
 * Lets an event through the first time only: Feishu may send it up to five times, also after it was received
 * (page "Event subscription overview"). A test in the editor always goes through. A retry by the user does when
 * its execution broke off with the event, and not when the event came again and went through since.
 */
export async function passOnce(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = this.getInputData();
	if (this.getMode() === 'manual') return items;

	const passed: INodeExecutionData[] = [];
	for (const item of items) {
		const header = item.json.header as unknown as EventHeader;
		if (await takeTurn(nodeKey(this), async () => await mayPass(this, header))) passed.push(item);
		remember(`${nodeKey(this)} ${header.event_id}`);
	}
	return passed;
}
