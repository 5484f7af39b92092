import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { EventHeader } from './receive';

/** Ids that n8n keeps for a node; the oldest go first. Feishu's last repeat comes seven hours after the event. */
const KEPT_IDS = 10_000;

/**
 * Ids that this process has seen recorded in n8n's database, by node: their repeats need not cost an execution.
 * After a restart, and for what other processes recorded, the database knows.
 */
const recorded = new Set<string>();

function remember(key: string): void {
	recorded.add(key);
	if (recorded.size <= KEPT_IDS) return;
	for (const oldest of recorded) {
		recorded.delete(oldest);
		return;
	}
}

const nodeKey = (context: IExecuteFunctions | IWebhookFunctions): string =>
	`${context.getWorkflow().id} ${context.getNode().id}`;

/** Modes in which Feishu sends, rather than a user who tests or retries. */
const isProduction = (context: IExecuteFunctions | IWebhookFunctions): boolean =>
	['webhook', 'trigger'].includes(context.getMode());

/** Whether an event has passed `passOnce` in this process already. */
export const hasPassed = (context: IWebhookFunctions, { event_id }: EventHeader): boolean =>
	isProduction(context) && recorded.has(`${nodeKey(context)} ${event_id}`);

/**
 * n8n keeps the ids of a node in one row of its database, which it reads, changes and writes back without a
 * lock: executions of this process take turns, by node.
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

/**
 * Lets an event through the first time only: Feishu may send it up to five times, also after it was received
 * (page "Event subscription overview"). A test in the editor and a retry by the user always go through.
 */
export async function passOnce(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = this.getInputData();
	if (!isProduction(this)) return items;

	const key = nodeKey(this);
	const events = items.map(({ json }) => json);
	const checked = await takeTurn(key, async () =>
		await this.helpers.checkProcessedItemsAndRecord('header.event_id', events, 'node', {
			mode: 'entries',
			maxEntries: KEPT_IDS,
		}),
	);
	for (const { header } of events) remember(`${key} ${(header as unknown as EventHeader).event_id}`);
	return items.filter(({ json }) => checked.new.includes(json));
}
