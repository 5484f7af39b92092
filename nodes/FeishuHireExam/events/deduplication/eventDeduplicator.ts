import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../../transport/clock';
import { ExpiringMap } from '../../transport/expiringMap';
import type { EventHeader } from '../envelope';
import { EventStore } from './eventStore';
import type { Claim } from './eventStore';
import { REPEATS_END_AFTER_MS } from './processedEntries';

const MAX_NODES = 1_000;

/**
 * Deduplicates events, that is, drops repeats: Feishu may send one up to five times, also after it was received (page
 * "Event subscription overview"). One object serves all trigger nodes of a process; a test in the editor gets every event.
 */
export class EventDeduplicator {
	private readonly stores: ExpiringMap<EventStore>;

	constructor(private readonly clock: Clock) {
		this.stores = new ExpiringMap(clock, {
			maxSize: MAX_NODES,
			maxAgeMs: REPEATS_END_AFTER_MS,
			isInUse: (store) => store.isInUse,
		});
	}

	/** Decides whether a delivery starts an execution; see `EventStore.claim`. */
	async claimEvent(context: IWebhookFunctions, { event_id }: EventHeader): Promise<Claim> {
		if (context.getMode() === 'manual') return 'claimed';
		return await this.storeOf(context).claim(event_id);
	}

	/**
	 * Returns the items of an execution whose events pass: each event the first time only. A retry by the user
	 * passes when its execution broke off with the event, and not when the event came again and passed since.
	 *
	 * @throws Error when n8n cannot reach its database.
	 */
	async dropDuplicates(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
		const items = context.getInputData();
		if (context.getMode() === 'manual') return items;

		const store = this.storeOf(context);
		const passed: INodeExecutionData[] = [];
		for (const item of items) {
			const { event_id, delivery_id } = item.json.header as unknown as EventHeader;
			const delivery = { event: event_id, delivery: `${event_id} ${delivery_id}` };
			if (await store.record(delivery, context.helpers)) passed.push(item);
		}
		return passed;
	}

	/** Forgets everything. */
	reset(): void {
		this.stores.reset();
	}

	private storeOf(context: IExecuteFunctions | IWebhookFunctions): EventStore {
		const node = `${context.getWorkflow().id} ${context.getNode().id}`;
		const store = this.stores.get(node) ?? new EventStore(this.clock);
		this.stores.set(node, store);
		return store;
	}
}
