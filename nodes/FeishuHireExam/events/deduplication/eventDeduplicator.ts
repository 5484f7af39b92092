import { NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Clock } from '../../transport/clock';
import { ExpiringMap } from '../../transport/expiringMap';
import { type EventHeader, isJsonObject, toText } from '../envelope';
import { type Claim, EventStore } from './eventStore';
import type { Delivery } from './processedEntries';

const MAX_NODES = 1_000;
const IDLE_NODE_EXPIRES_AFTER_MS = 8 * 60 * 60_000;

/** Where events come in. */
type Receiver = ITriggerFunctions | IWebhookFunctions;

/**
 * Deduplicates events, that is, drops repeats: Feishu may send one up to five times, also after it was received (page
 * "Event subscription overview"). One object serves all trigger nodes of a process; a test in the editor gets every event.
 */
export class EventDeduplicator {
	private readonly stores: ExpiringMap<EventStore>;

	constructor(private readonly clock: Clock) {
		this.stores = new ExpiringMap(clock, {
			maxSize: MAX_NODES,
			maxAgeMs: IDLE_NODE_EXPIRES_AFTER_MS,
			isInUse: (store) => store.isInUse,
		});
	}

	/** Decides whether a delivery starts an execution; see `EventStore.claim`. */
	async claimEvent(context: Receiver, { event_id }: EventHeader): Promise<Claim> {
		if (context.getMode() === 'manual') return 'claimed';
		return await this.storeOf(context).claim(event_id);
	}

	/** Gives a claim back whose execution n8n could not start. */
	releaseEvent(context: Receiver, { event_id }: EventHeader): void {
		this.storeOf(context).release(event_id);
	}

	/** Whether this process claimed an event of an execution; in queue mode another one does. */
	hasClaimed(context: IExecuteFunctions): boolean {
		const store = this.storeOf(context);
		return context
			.getInputData()
			.some(
				({ json: { header } }) => isJsonObject(header) && store.hasClaimed(toText(header.event_id)),
			);
	}

	/**
	 * Returns the items of an execution whose events pass: each event the first time only. A retry by the user
	 * passes when its execution broke off with the event, and not when the event came again and passed since.
	 *
	 * @throws NodeOperationError when an item is no event; Error when n8n cannot reach its database.
	 */
	async dropDuplicates(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
		const items = context.getInputData();
		if (context.getMode() === 'manual') return items;

		const deliveries = items.map((item, index) => deliveryOf(context, item, index));
		const store = this.storeOf(context);
		const passes = await Promise.all(
			deliveries.map(async (delivery) => await store.record(delivery, context.helpers)),
		);
		return items.filter((_, index) => passes[index]);
	}

	/** Forgets everything. */
	reset(): void {
		this.stores.reset();
	}

	private storeOf(context: IExecuteFunctions | Receiver): EventStore {
		const node = `${context.getWorkflow().id} ${context.getNode().id}`;
		const store = this.stores.get(node) ?? new EventStore(this.clock);
		this.stores.set(node, store);
		return store;
	}
}

function deliveryOf(
	context: IExecuteFunctions,
	{ json: { header } }: INodeExecutionData,
	itemIndex: number,
): Delivery {
	const { event_id, delivery_id } = isJsonObject(header) ? header : {};
	const [event, delivery] = [toText(event_id), toText(delivery_id)];
	if (event && delivery) return { event, delivery: `${event} ${delivery}` };
	throw new NodeOperationError(context.getNode(), 'There is no event to process', {
		itemIndex,
		description:
			'The delivery failed before its event was read, so this execution cannot be retried. Feishu sends the event again by itself: after 15 seconds, 5 minutes, 1 hour, and 6 hours.',
	});
}
