import { accountField } from './accountField';
import { application } from './application';
import { attachment } from './attachment';
import { candidateExam } from './candidateExam';
import { exam } from './exam';
import { examPaper } from './examPaper';
import type { Operation, Resource } from './operation';

/** All that the node can do, by the value of its resource selector, in the order of their labels. */
export const resources: Record<string, Resource> = {
	candidateExam,
	exam,
	accountField,
	examPaper,
	attachment,
	application,
};

/** The operation behind the two selectors; undefined when there is none of these names. */
export function findOperation(resource: string, operation: string): Operation | undefined {
	if (!Object.hasOwn(resources, resource)) return undefined;
	const operations = resources[resource]?.operations ?? {};
	return Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}
