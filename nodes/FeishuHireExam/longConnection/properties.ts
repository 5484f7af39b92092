import type { ItemParameters } from '../parameters/itemParameters';
import type { Field } from '../parameters/kinds';

const DELIVERIES = ['longConnection', 'webhook'] as const;

export const delivery = {
	displayName: 'Receive Events By',
	name: 'delivery',
	kind: 'choice',
	type: 'options',
	// The webhook of the node depends on it.
	noDataExpression: true,
	options: [
		{
			name: 'Long Connection',
			value: 'longConnection',
			description:
				'The node connects to Feishu, so n8n needs no public address. For self-built apps only.',
		},
		{
			name: 'Webhook',
			value: 'webhook',
			description: 'Feishu calls the URL of the node, so Feishu must be able to reach n8n',
		},
	],
	default: 'webhook',
	description:
		'How Feishu sends events to this node. Choose the same in the developer console, where it holds for all events of the app.',
} satisfies Field;

export const combineBursts = {
	displayName: 'Combine Bursts',
	name: 'combineBursts',
	kind: 'flag',
	type: 'boolean',
	displayOptions: { show: { delivery: ['longConnection'] } },
	default: true,
	description:
		'Whether events that arrive while n8n is starting an execution go together into the next one, which may then hold up to 100 events as items. If turned off, each event has an execution of its own, and n8n can handle fewer at once.',
} satisfies Field;

/** How events are received. */
export interface DeliverySettings {
	isLongConnection: boolean;
	combinesBursts: boolean;
}

/**
 * Reads what the user set about the delivery of events.
 *
 * @throws NodeOperationError when a value is invalid.
 */
export const readDelivery = (parameters: ItemParameters): DeliverySettings => ({
	isLongConnection:
		!parameters.isBlank(delivery) && parameters.choice(delivery, DELIVERIES) === 'longConnection',
	combinesBursts: parameters.optional(combineBursts) ?? true,
});
