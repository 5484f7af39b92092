import type { Resource } from '../operation';
import { returnArrangement } from './returnArrangement.operation';
import { returnResult } from './returnResult.operation';

export const exam: Resource = {
	operations: { returnArrangement, returnResult },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['exam'] } },
			options: [
				{
					name: 'Return Arrangement',
					value: 'returnArrangement',
					action: 'Return exam arrangement to recruiter',
					description: 'Tell the recruiter the link of an exam, or that it could not be arranged',
				},
				{
					name: 'Return Result',
					value: 'returnResult',
					action: 'Return exam result to recruiter',
					description: 'Hand over the score, the reports and the ratings of a finished exam, in place of what was returned before',
				},
			],
			default: 'returnArrangement',
		},
		...returnArrangement.description,
		...returnResult.description,
	],
};
