import type { Resource } from '../operation';
import { del } from './delete.operation';
import { replaceAll } from './replaceAll.operation';
import { update } from './update.operation';

export const examPaper: Resource = {
	name: 'Exam Paper',
	description: 'Exam papers that recruiters can choose from',
	operations: { replaceAll, update, delete: del },
	default: 'replaceAll',
};
