import type { Resource } from '../operation';
import { del } from './delete.operation';
import { replaceAll } from './replaceAll.operation';
import { update } from './update.operation';

export const accountField: Resource = {
	operations: { delete: del, replaceAll, update },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['accountField'] } },
			options: [
				{
					name: 'Delete',
					value: 'delete',
					action: 'Delete account fields for good',
					description: 'Remove fields for good: a deleted key can never be used again, and one field must remain',
				},
				{
					name: 'Replace All',
					value: 'replaceAll',
					action: 'Replace all account fields',
					description:
						'Make the fields that customers fill in when they add an exam account exactly what is given here: others are removed',
				},
				{
					name: 'Update',
					value: 'update',
					action: 'Update account fields',
					description: 'Change names and descriptions of fields that exist; what customers filled in stays',
				},
			],
			default: 'replaceAll',
		},
		...del.description,
		...replaceAll.description,
		...update.description,
	],
};
