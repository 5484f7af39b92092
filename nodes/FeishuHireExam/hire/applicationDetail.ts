import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { USER_ID_TYPES, simplifyOutput, userIdType } from '../actions/fields';
import type { ItemParameters } from '../parameters/itemParameters';
import { feishuRequest } from '../transport/client';
import type { Caller } from '../transport/client';
import { runPool } from '../transport/concurrency';

/** The page allows 10 calls a second and names no limit for the minute. */
const CEILINGS = { perSecond: 10, perMinute: 600 };

const DOES_NOT_EXIST = 1002201;

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
			'What to return beside the application itself. Each kind needs a scope of its own, such as hire:job:readonly; Feishu leaves out what the app may not see.',
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

/** What simplified applications are made of. */
export const NAMES_QUERY: IDataObject = { options: ['with_job', 'with_talent'] };

/** The query with which an item's applications are read. */
export function readDetailQuery(item: ItemParameters): IDataObject {
	if (item.optional('simplify', 'flag') === true) return NAMES_QUERY;
	return {
		options: item
			.choices(
				'relatedData',
				RELATED_DATA.map(({ value }) => String(value)),
			)
			.map((name) => `with_${name}`),
		user_id_type: item.optional('additionalFields.userIdType', 'text'),
	};
}

/**
 * `GET applications/:application_id/get_detail`, page
 * hire-v1/candidate-management/delivery-process-management/application/get_detail. Deleted ones do not exist for it.
 *
 * @throws NodeApiError as `feishuRequest` does.
 */
export async function readApplication(
	this: Caller,
	itemIndex: number,
	id: string,
	qs: IDataObject,
): Promise<IDataObject> {
	const { application_detail: application } = await feishuRequest.call(this, itemIndex, {
		method: 'GET',
		path: '/applications/:application_id/get_detail',
		page: 'ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get_detail',
		pathParameters: { application_id: id },
		qs,
		labels: {
			application_id: 'Application ID',
			options: 'Related Data',
			user_id_type: 'User ID Type',
		},
		ceilings: CEILINGS,
	});
	return (application ?? { basic_info: { id } }) as IDataObject;
}

const isMissing = (error: unknown): boolean =>
	error instanceof NodeApiError &&
	(error.context.data as IDataObject | undefined)?.code === DOES_NOT_EXIST;

/** Reads one that may not exist (any more): undefined then. */
export async function findApplication(
	this: Caller,
	itemIndex: number,
	id: string,
	qs: IDataObject,
): Promise<IDataObject | undefined> {
	return await readApplication
		.call(this, itemIndex, id, qs)
		.catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
}

/** Reads several side by side; the answer has their order, with undefined for those that do not exist (any more). */
export async function findApplications(
	this: Caller,
	itemIndex: number,
	ids: string[],
	qs: IDataObject,
): Promise<Array<IDataObject | undefined>> {
	const applications = new Array<IDataObject | undefined>(ids.length);
	await runPool([...ids.entries()], CEILINGS.perSecond, async ([index, id]) => {
		applications[index] = await findApplication.call(this, itemIndex, id, qs);
	});
	return applications;
}
