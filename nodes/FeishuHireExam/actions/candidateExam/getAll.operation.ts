import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { searchExams } from '../../hire/examSearch';
import { simplifyExam } from '../../hire/simplifyExam';
import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { readLimit, readUserIdType, returnAllOrLimit, simplifyOutput, userIdType } from '../fields';
import type { Operation } from '../operation';

/** Feishu takes at most so many in one call. */
const APPLICATIONS_PER_CALL = 100;

const applicationIds = {
	displayName: 'Application IDs',
	name: 'applicationIds',
	kind: 'ids',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6920544531948800269, 6920544531948800270',
	description: 'Only exams of these applications: comma-separated, or a list from an expression',
} satisfies Field;

const startTimeMax = {
	displayName: 'Start Time Max',
	name: 'startTimeMax',
	kind: 'time',
	type: 'dateTime',
	default: '',
	description:
		"Only exams that start at this time or earlier (date and time, in the workflow's time zone unless it names another)",
} satisfies Field;

const startTimeMin = {
	displayName: 'Start Time Min',
	name: 'startTimeMin',
	kind: 'time',
	type: 'dateTime',
	default: '',
	description:
		"Only exams that start at this time or later (date and time, in the workflow's time zone unless it names another)",
} satisfies Field;

const properties: INodeProperties[] = [
	...returnAllOrLimit,
	simplifyOutput,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description: 'If empty, all exams are returned',
		options: [applicationIds, startTimeMax, startTimeMin],
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [userIdType],
	},
];

const LABELS = {
	application_id_list: 'Application IDs',
	test_start_time_min: 'Start Time Min',
	test_start_time_max: 'Start Time Max',
	user_id_type: 'User ID Type',
};

/** `POST tests/search` */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		action: 'Get many candidate exams',
		description: 'Get exams by application or start time, with status, score and report links',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const limit = readLimit(item);
		const simplify = item.optional(simplifyOutput) === true;
		const body = {
			test_start_time_min: item.filter(startTimeMin),
			test_start_time_max: item.filter(startTimeMax),
		};
		const ids = item.filter(applicationIds) ?? [];
		const qs = { user_id_type: readUserIdType(item, userIdType) };

		return {
			run: async (feishu) => {
				let exams: IDataObject[] = [];
				for (const group of groupsOf(ids, APPLICATIONS_PER_CALL)) {
					const search = { body: { ...body, application_id_list: group }, qs, labels: LABELS };
					exams = exams.concat(await searchExams(feishu, search, limit - exams.length));
					if (exams.length >= limit) break;
				}
				return simplify ? exams.map(simplifyExam) : exams;
			},
		};
	},
};

/** The list in groups of at most `size`; one group of nothing when the list is empty. */
function groupsOf(list: string[], size: number): Array<string[] | undefined> {
	if (list.length === 0) return [undefined];
	return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
		list.slice(index * size, (index + 1) * size),
	);
}
