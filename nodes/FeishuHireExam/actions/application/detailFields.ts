import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { NAMES_QUERY } from '../../hire/applicationDetail';
import type { ItemParameters } from '../../parameters/itemParameters';
import { simplifyOutput, USER_ID_TYPES, userIdType } from '../fields';

/** What Feishu can add to an application: values of `options` without their `with_`. */
const RELATED_DATA: INodePropertyOptions[] = [
	{ name: 'Agency', value: 'agency', description: 'Headhunter who proposed the candidate' },
	{
		name: 'Career Site',
		value: 'portal',
		description: 'Which choice the job is for a campus candidate',
	},
	{ name: 'Employee', value: 'employee', description: 'Once the candidate has started to work' },
	{ name: 'Evaluations', value: 'evaluation', description: 'Of the resume' },
	{ name: 'Interviews', value: 'interview', description: 'With their scores' },
	{ name: 'Job', value: 'job', description: 'Its name and code' },
	{
		name: 'Offer',
		value: 'offer',
		description: 'Without pay, unless the app has the scope for it',
	},
	{ name: 'Referral', value: 'referral', description: 'Who recommended the candidate' },
	{ name: 'Talent', value: 'talent', description: 'Name, phone number and email of the candidate' },
];

/** How much of an application is returned. */
export const detailFields: INodeProperties[] = [
	simplifyOutput,
	{
		displayName: 'Related Data',
		name: 'relatedData',
		type: 'multiOptions',
		displayOptions: { show: { simplify: [false] } },
		options: RELATED_DATA,
		default: ['job', 'talent'],
		description:
			'What to return in addition to the application itself. Each kind needs a scope of its own, such as hire:job:readonly; Feishu leaves out what the app may not see.',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		displayOptions: { show: { simplify: [false] } },
		default: {},
		options: [userIdType(USER_ID_TYPES)],
	},
];

/** The query with which an item's applications are read. */
export function readDetailQuery(item: ItemParameters): IDataObject {
	if (item.optional('simplify', 'flag') === true) return NAMES_QUERY;
	const relatedData = item.choices(
		'relatedData',
		RELATED_DATA.map(({ value }) => String(value)),
	);
	return {
		options: relatedData.map((name) => `with_${name}`),
		user_id_type: item.optional('additionalFields.userIdType', 'text'),
	};
}
