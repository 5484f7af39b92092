import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ItemParameters } from '../parameters/itemParameters';
import type { Field } from '../parameters/kinds';

export const examId = {
	displayName: 'Exam ID',
	name: 'examId',
	kind: 'id',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 7178536692385679677',
	description:
		"The exam_id in the trigger's output for 'Exam Created': 19 digits, as a string. The test_id of a candidate exam may be a different ID.",
} satisfies Field;

/** Read with `ItemParameters` like any ID; workflows may hold plain text here, too. */
export const applicationId = {
	displayName: 'Application ID',
	name: 'applicationId',
	kind: 'id',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		"ID of the candidate's application to a job: 19 digits, as a string. 'Get Many' of applications and of candidate exams returns it as application_id. The list shows names if the app has the scopes hire:talent:readonly and hire:job:readonly.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: {
				searchListMethod: 'searchApplications',
				searchable: true,
				slowLoadNotice: {
					message: 'Feishu allows 10 applications per second. If you have the ID, choose By ID.',
					timeout: 3000,
				},
			},
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 6891565253964859661',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '\\s*[0-9]{19}\\s*',
						errorMessage: 'An application ID has 19 digits',
					},
				},
			],
		},
	],
} satisfies Field;

const returnAll = {
	displayName: 'Return All',
	name: 'returnAll',
	kind: 'flag',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
} satisfies Field;

const limit = {
	displayName: 'Limit',
	name: 'limit',
	kind: 'positive',
	type: 'number',
	displayOptions: { show: { returnAll: [false] } },
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
} satisfies Field;

export const returnAllOrLimit: INodeProperties[] = [returnAll, limit];

/** How many results are wanted. */
export const readLimit = (item: ItemParameters): number =>
	item.optional(returnAll) === true ? Infinity : item.required(limit);

export const simplifyOutput = {
	displayName: 'Simplify',
	name: 'simplify',
	kind: 'flag',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
} satisfies Field;

/** Kinds of user ID that every call knows. */
export const USER_ID_TYPES: INodePropertyOptions[] = [
	{ name: 'Open ID', value: 'open_id', description: 'ID of the user in this app' },
	{
		name: 'Union ID',
		value: 'union_id',
		description: 'ID of the user in all apps of one developer',
	},
	{
		name: 'User ID',
		value: 'user_id',
		description: 'ID of the user in the tenant. Needs the scope contact:user.employee_id:readonly.',
	},
];

/** A selector of the kinds of user ID that a call knows. */
export const userIdTypeField = (options: INodePropertyOptions[]) =>
	({
		displayName: 'User ID Type',
		name: 'userIdType',
		kind: 'choice',
		type: 'options',
		options,
		default: 'open_id',
		description: `Type of the user IDs in this call and its response: ${options.map(({ value }) => value).join(', ')}`,
	}) satisfies Field;

export const userIdType = userIdTypeField(USER_ID_TYPES);

/** The kind of user ID that was chosen; Feishu's default, if none was. */
export const readUserIdType = (
	item: ItemParameters,
	field: ReturnType<typeof userIdTypeField>,
): string | undefined =>
	item.isBlank(field)
		? undefined
		: item.choice(
				field,
				field.options.map(({ value }) => String(value)),
			);
