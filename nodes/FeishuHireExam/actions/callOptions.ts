import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../parameters/itemParameters';
import { TIER_4 } from '../transport/rateLimiter';
import type { Ceilings } from '../transport/rateLimiter';

/** How long the answer to a call may take, and how much of a file is sent meanwhile: on a line of 1 Mbit/s. */
export const DEFAULT_TIMEOUT_MS = 30_000;
export const BYTES_PER_MS = 125;

/** How the calls for an item are made. */
interface CallOptions {
	ceilings: Ceilings;
	timeoutMs: number;
}

/** Where there is no node with options. */
export const defaultCallOptions: CallOptions = { ceilings: TIER_4, timeoutMs: DEFAULT_TIMEOUT_MS };

/** `Options` of the node, the same for all operations. */
export const callOptions: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Max Calls per Minute',
				name: 'maxCallsPerMinute',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: TIER_4.perMinute },
				default: 1000,
				description:
					'Ceiling for each API of the app, out of all executions of this n8n. Feishu allows 1000; choose less if other systems use the app too.',
			},
			{
				displayName: 'Max Calls per Second',
				name: 'maxCallsPerSecond',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: TIER_4.perSecond },
				default: 50,
				description:
					'Ceiling for each API of the app, out of all executions of this n8n. Feishu allows 50; choose less if other systems use the app too.',
			},
			{
				displayName: 'Timeout',
				name: 'timeout',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 30000,
				description:
					'Milliseconds to wait for the answer to a call. An upload is given one second more for each 125 KB.',
			},
		],
	},
];

/**
 * Reads `Options` for an item.
 *
 * @throws NodeOperationError when a value is out of range.
 */
export function readCallOptions(this: IExecuteFunctions, itemIndex: number): CallOptions {
	const item = new ItemParameters(this, callOptions, itemIndex);
	return {
		ceilings: {
			perSecond: item.optional('options.maxCallsPerSecond', 'perSecond') ?? TIER_4.perSecond,
			perMinute: item.optional('options.maxCallsPerMinute', 'perMinute') ?? TIER_4.perMinute,
		},
		timeoutMs: item.optional('options.timeout', 'positive') ?? DEFAULT_TIMEOUT_MS,
	};
}
