import type { Resource } from '../operation';
import { replaceAll } from './replaceAll.operation';

export const examPaper: Resource = {
	operations: { replaceAll },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['examPaper'] } },
			options: [
				{
					name: 'Replace All',
					value: 'replaceAll',
					action: 'Replace all papers of account',
					description: 'Make the paper list of an account exactly what is given here',
				},
			],
			default: 'replaceAll',
		},
		...replaceAll.description,
	],
};
