import type { INodeProperties } from 'n8n-workflow';

import type { Field } from '../parameters/kinds';
import { eventOptions } from './catalogue';

export const accountIds = {
	displayName: 'Account IDs',
	name: 'accountIds',
	kind: 'ids',
	type: 'string',
	default: '',
	placeholder: 'e.g. 7147998241542539527, 7147998241542539528',
	description:
		"Only exams and bindings of these accounts: comma-separated, or a list from an expression. Events without an account aren't filtered.",
} satisfies Field;

export const paperIds = {
	displayName: 'Paper IDs',
	name: 'paperIds',
	kind: 'paperIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. paper-2026-spring, paper-2026-logic',
	description:
		"Only exams with these papers: comma-separated, or a list from an expression. Events without a paper aren't filtered.",
} satisfies Field;

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'If empty, all selected events start the workflow',
	options: [accountIds, paperIds],
};

export const events = {
	displayName: 'Trigger On',
	name: 'events',
	kind: 'choices',
	type: 'multiOptions',
	options: eventOptions,
	default: ['examCreated'],
	required: true,
} satisfies Field;

export const simplify = {
	displayName: 'Simplify',
	name: 'simplify',
	kind: 'flag',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
} satisfies Field;

export const includeFieldValues = {
	displayName: 'Include Account Field Values',
	name: 'includeFieldValues',
	kind: 'flag',
	type: 'boolean',
	default: false,
	description:
		"Whether to output what the customer entered in the account's custom fields, such as the key to an exam system. n8n saves it as plain text with the execution, where anyone with access to the workflow can read it. If turned off, each value is replaced by asterisks.",
} satisfies Field;

/** What users may add about events, however these arrive. */
export const eventCollections: INodeProperties[] = [
	filters,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [includeFieldValues],
	},
];
