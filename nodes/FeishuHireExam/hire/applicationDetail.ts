import { NodeApiError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';

import type { FeishuClient } from '../transport/client';
import { runConcurrently } from '../transport/concurrency';

/** The page allows 10 calls per second and names no limit per minute. */
const LIMITS = { perSecond: 10, perMinute: 600 };

const DOES_NOT_EXIST = 1002201;

/** The query for what simplified applications are made of. */
export const NAMES_QUERY: IDataObject = { options: ['with_job', 'with_talent'] };

/**
 * `GET applications/:application_id/get_detail`, page
 * hire-v1/candidate-management/delivery-process-management/application/get_detail. Deleted ones do not exist for it.
 *
 * @throws NodeApiError as `FeishuClient.request` does
 */
export async function getApplication(
	feishu: FeishuClient,
	id: string,
	qs: IDataObject,
): Promise<IDataObject> {
	const { application_detail: application } = await feishu.request({
		method: 'GET',
		path: '/applications/:application_id/get_detail',
		docsPath: 'ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get_detail',
		pathParameters: { application_id: id },
		qs,
		labels: {
			application_id: 'Application ID',
			options: 'Related Data',
			user_id_type: 'User ID Type',
		},
		limits: LIMITS,
	});
	return (application ?? { basic_info: { id } }) as IDataObject;
}

const isMissing = (error: unknown): boolean =>
	error instanceof NodeApiError &&
	(error.context.data as IDataObject | undefined)?.code === DOES_NOT_EXIST;

/** Reads one that may not exist, or not any more: undefined then. */
export async function findApplication(
	feishu: FeishuClient,
	id: string,
	qs: IDataObject,
): Promise<IDataObject | undefined> {
	return await getApplication(feishu, id, qs).catch((error: Error) =>
		isMissing(error) ? undefined : Promise.reject(error),
	);
}

/** Reads several side by side, in their order; undefined for those that do not exist, or not any more. */
export async function findApplications(
	feishu: FeishuClient,
	ids: string[],
	qs: IDataObject,
): Promise<Array<IDataObject | undefined>> {
	const applications = new Array<IDataObject | undefined>(ids.length);
	await runConcurrently([...ids.entries()], LIMITS.perSecond, async ([index, id]) => {
		applications[index] = await findApplication(feishu, id, qs);
	});
	return applications;
}
