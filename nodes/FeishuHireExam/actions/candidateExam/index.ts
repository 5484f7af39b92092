import type { Resource } from '../operation';
import { addResult } from './addResult.operation';
import { getAll } from './getAll.operation';

export const candidateExam: Resource = {
	name: 'Candidate Exam',
	description: 'Exams as recruiters see them',
	operations: { getAll, addResult },
	default: 'getAll',
};
