import { NodeOperationError } from 'n8n-workflow';
import type { INodeProperties, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { InvalidValue, toTexts } from '../helpers/values';
import type { EventFilters } from './events';

const OPTIONS: INodeProperties[] = [
	{
		displayName: 'Account IDs',
		name: 'accountIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7147998241542539527, 7147998241542539528',
		description:
			'Only exams and bindings of these accounts: separated by commas, or a list from an expression. Other events are not about an account and pass.',
	},
	{
		displayName: 'Paper IDs',
		name: 'paperIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. paper-2026-spring, paper-2026-logic',
		description:
			'Only exams with these papers: separated by commas, or a list from an expression. Other events are not about a paper and pass.',
	},
];

export const filterProperty: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Without any, all events of the app start the workflow',
	options: OPTIONS,
};

/**
 * Reads `Filters`.
 *
 * @throws NodeOperationError when a filter was added and is empty: it must not turn into "everything".
 */
export function readFilters(this: IHookFunctions | IWebhookFunctions): EventFilters {
	const given = this.getNodeParameter('filters', {}) as Record<string, unknown>;
	const filters: Record<string, string[]> = {};
	for (const { name, displayName } of OPTIONS) {
		if (!Object.hasOwn(given, name)) continue;
		try {
			filters[name] = toTexts(given[name]);
		} catch (error) {
			if (!(error instanceof InvalidValue)) throw error;
			throw new NodeOperationError(this.getNode(), `'${displayName}' ${error.message}`, {
				description: error.advice,
			});
		}
	}
	return filters;
}
