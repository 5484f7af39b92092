import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../parameters/itemParameters';
import type { Field } from '../parameters/kinds';
import { type ClientOptions, DEFAULT_TIMEOUT_MS } from '../transport/client';
import { TIER_4 } from '../transport/rateLimiter';

const maxCallsPerMinute = {
	displayName: 'Max Calls per Minute',
	name: 'maxCallsPerMinute',
	kind: 'perMinute',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: TIER_4.perMinute },
	default: 1000,
	description:
		'Limit for each API of the app, across all executions on this n8n instance. Feishu allows 1000; set a lower limit if other systems use the app, too.',
} satisfies Field;

const maxCallsPerSecond = {
	displayName: 'Max Calls per Second',
	name: 'maxCallsPerSecond',
	kind: 'perSecond',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: TIER_4.perSecond },
	default: 50,
	description:
		'Limit for each API of the app, across all executions on this n8n instance. Feishu allows 50; set a lower limit if other systems use the app, too.',
} satisfies Field;

const tenantKey = {
	displayName: 'Tenant Key',
	name: 'tenantKey',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2ed263bf32cf1651',
	description:
		'Store apps only: tenant to act on behalf of, instead of the one in the credential. Each event carries it as header.tenant_key.',
} satisfies Field;

const timeout = {
	displayName: 'Timeout',
	name: 'timeout',
	kind: 'positive',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 30000,
	description:
		'Milliseconds to wait for the response to a call. An upload gets one additional second per 125 KB.',
} satisfies Field;

/** `Options` of the node, the same for all operations. */
export const callOptions: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [maxCallsPerMinute, maxCallsPerSecond, tenantKey, timeout],
	},
];

/**
 * Reads `Options` for an item.
 *
 * @throws NodeOperationError when a value is out of range, or a tenant key that was added is empty.
 */
export function readCallOptions(this: IExecuteFunctions, itemIndex: number): ClientOptions {
	const item = new ItemParameters(this, callOptions, itemIndex);
	return {
		itemIndex,
		limits: {
			perSecond: item.optional(maxCallsPerSecond) ?? TIER_4.perSecond,
			perMinute: item.optional(maxCallsPerMinute) ?? TIER_4.perMinute,
		},
		timeoutMs: item.optional(timeout) ?? DEFAULT_TIMEOUT_MS,
		tenantKey: item.filter(tenantKey),
	};
}
