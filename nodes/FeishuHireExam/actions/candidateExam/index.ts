import type { Resource } from '../operation';
import { addResult } from './addResult.operation';
import { getAll } from './getAll.operation';

export const candidateExam: Resource = {
	operations: { addResult, getAll },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['candidateExam'] } },
			options: [
				{
					name: 'Add Result',
					value: 'addResult',
					action: 'Add exam result to application',
					description:
						'Record the score of an exam that was taken elsewhere, with its report if there is one: each call adds one more result',
				},
				{
					name: 'Get Many',
					value: 'getAll',
					action: 'Get many candidate exams',
					description: 'Find exams by application or start time, with their status, score and links to reports',
				},
			],
			default: 'getAll',
		},
		...addResult.description,
		...getAll.description,
	],
};
