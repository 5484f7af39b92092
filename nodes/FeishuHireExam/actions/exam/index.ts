import type { Resource } from '../operation';
import { returnArrangement } from './returnArrangement.operation';
import { returnResult } from './returnResult.operation';

export const exam: Resource = {
	name: 'Exam',
	description: 'Exams that run in your exam system',
	operations: { returnArrangement, returnResult },
	default: 'returnArrangement',
};
