import type { Resource } from '../operation';
import { returnArrangement } from './returnArrangement.operation';
import { returnResult } from './returnResult.operation';

export const exam: Resource = {
	name: 'Exam',
	description: 'Exams that your exam system holds',
	operations: { returnArrangement, returnResult },
	default: 'returnArrangement',
};
