import type { Resource } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const application: Resource = {
	operations: { get, getAll },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['application'] } },
			options: [
				{
					name: 'Get',
					value: 'get',
					action: 'Get application',
					description: 'Read who applied for which job, the stage reached, and whether the application is active',
				},
				{
					name: 'Get Many',
					value: 'getAll',
					action: 'Get many applications',
					description: 'Find applications by job, candidate, stage, status or the time of their last change',
				},
			],
			default: 'getAll',
		},
		...get.description,
		...getAll.description,
	],
};
