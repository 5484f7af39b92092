import type { Resource } from '../operation';
import { del } from './delete.operation';
import { replaceAll } from './replaceAll.operation';
import { update } from './update.operation';

export const examPaper: Resource = {
	operations: { delete: del, replaceAll, update },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['examPaper'] } },
			options: [
				{
					name: 'Delete',
					value: 'delete',
					action: 'Delete papers of account',
					description: 'Take papers off the list of an account; exams already arranged go on',
				},
				{
					name: 'Replace All',
					value: 'replaceAll',
					action: 'Replace all papers of account',
					description: 'Make the paper list of an account exactly what is given here: other papers are removed',
				},
				{
					name: 'Update',
					value: 'update',
					action: 'Update papers of account',
					description:
						'Overwrite papers that an account has: fields left empty are cleared, and new times also move exams already arranged',
				},
			],
			default: 'replaceAll',
		},
		...del.description,
		...replaceAll.description,
		...update.description,
	],
};
