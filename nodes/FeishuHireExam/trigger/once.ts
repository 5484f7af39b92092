import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** Ids that n8n keeps for a node; the oldest go first. Feishu's last repeat comes seven hours after the event. */
const KEPT_IDS = 10_000;

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
	if (this.getMode() !== 'webhook' && this.getMode() !== 'trigger') return items;

	const events = items.map(({ json }) => json);
	const checked = await takeTurn(`${this.getWorkflow().id} ${this.getNode().id}`, async () =>
		await this.helpers.checkProcessedItemsAndRecord('header.event_id', events, 'node', {
			mode: 'entries',
			maxEntries: KEPT_IDS,
		}),
	);
	return items.filter(({ json }) => checked.new.includes(json));
}
