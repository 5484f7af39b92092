import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { NAMES_QUERY } from '../../hire/applicationDetail';
import type { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { readUserIdType, simplifyOutput, userIdType } from '../fields';

/** What Feishu can add to an application: values of `options` without their `with_`. */
const RELATED_DATA: INodePropertyOptions[] = [
	{ name: 'Agency', value: 'agency', description: 'Headhunter who referred the candidate' },
	{
		name: 'Career Site',
		value: 'portal',
		description: 'Preference rank of the job for a campus candidate',
	},
	{
		name: 'Employee',
		value: 'employee',
		description: 'Available once the candidate has been onboarded',
	},
	{ name: 'Evaluations', value: 'evaluation', description: 'Evaluations of the resume' },
	{ name: 'Interviews', value: 'interview', description: 'Interviews with their scores' },
	{ name: 'Job', value: 'job', description: 'Name and code of the job' },
	{
		name: 'Offer',
		value: 'offer',
		description: 'Without salary, unless the app has the scope for it',
	},
	{ name: 'Referral', value: 'referral', description: 'Who recommended the candidate' },
	{ name: 'Talent', value: 'talent', description: 'Name, phone number and email of the candidate' },
];

const relatedDataField = {
	displayName: 'Related Data',
	name: 'relatedData',
	kind: 'choices',
	type: 'multiOptions',
	displayOptions: { show: { simplify: [false] } },
	options: RELATED_DATA,
	default: ['job', 'talent'],
	description:
		'What to return in addition to the application itself. Each kind of data needs its own scope, such as hire:job:readonly. Feishu leaves out data that the app has no scope for.',
} satisfies Field;

/** How much of an application is returned. */
export const detailFields: INodeProperties[] = [
	simplifyOutput,
	relatedDataField,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		displayOptions: { show: { simplify: [false] } },
		default: {},
		options: [userIdType],
	},
];

/** The query with which an item's applications are read. */
export function readDetailQuery(item: ItemParameters): IDataObject {
	if (item.optional(simplifyOutput) === true) return NAMES_QUERY;
	const relatedData = item.choices(
		relatedDataField,
		RELATED_DATA.map(({ value }) => String(value)),
	);
	return {
		options: relatedData.map((name) => `with_${name}`),
		user_id_type: readUserIdType(item, userIdType),
	};
}
