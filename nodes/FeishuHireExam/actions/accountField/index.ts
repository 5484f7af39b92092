import type { Resource } from '../operation';
import { del } from './delete.operation';
import { replaceAll } from './replaceAll.operation';
import { update } from './update.operation';

export const accountField: Resource = {
	name: 'Exam Account Field',
	description: 'Fields that customers fill in when they add an exam account',
	operations: { replaceAll, update, delete: del },
	default: 'replaceAll',
};
