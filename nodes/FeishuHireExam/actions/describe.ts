import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import type { Resource } from './operation';

function describeResource(
	resource: string,
	{ operations, default: first }: Resource,
): INodeProperties[] {
	const fields = Object.entries(operations).flatMap(([operation, { properties }]) =>
		updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, properties),
	);
	return [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [resource] } },
			options: Object.entries(operations).map(([value, { option }]) => ({ value, ...option })),
			default: first,
		},
		...fields,
	];
}

/** What the editor shows: the selectors of resource and operation, and the fields of each operation. */
export const describeResources = (
	resources: Record<string, Resource>,
	first: string,
): INodeProperties[] => [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: Object.entries(resources).map(([value, { name, description }]) => ({
			name,
			value,
			description,
		})),
		default: first,
	},
	...Object.entries(resources).flatMap(([value, resource]) => describeResource(value, resource)),
];
