import type { Resource } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const application: Resource = {
	name: 'Application',
	description: 'What candidates have applied for, and how far they are',
	operations: { get, getAll },
	default: 'getAll',
};
