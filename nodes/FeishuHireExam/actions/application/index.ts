import type { Resource } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const application: Resource = {
	name: 'Job Application',
	description: 'Job applications of candidates',
	operations: { getAll, get },
	default: 'getAll',
};
