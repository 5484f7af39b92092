import type { INodeProperties, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { triggerParameters } from '../parameters/itemParameters';
import type { EventFilters } from './catalogue';

export const filterProperty: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Without any, all events of the app start the workflow',
	options: [
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
	],
};

/**
 * Reads `Filters`.
 *
 * @throws NodeOperationError when a filter was added and is empty.
 */
export function readFilters(this: IHookFunctions | IWebhookFunctions): EventFilters {
	const parameters = triggerParameters(this, [filterProperty]);
	return {
		accountIds: parameters.filter('filters.accountIds', 'texts'),
		paperIds: parameters.filter('filters.paperIds', 'texts'),
	};
}
