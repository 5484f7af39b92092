import type { IDataObject } from 'n8n-workflow';

import type { FeishuClient } from '../transport/client';
import { requestAllItems } from '../transport/pagination';
import type { FeishuCall } from '../transport/send';

/** What to search for, and how the editor calls the fields of the search. */
export interface ExamSearch {
	body: IDataObject;
	qs?: IDataObject;
	labels: FeishuCall['labels'];
}

/**
 * `POST tests/search`, page hire-v1/candidate-management/delivery-process-management/exam/search: the exams that
 * recruiters see, up to `limit` (Infinity for all), each once.
 *
 * @throws NodeApiError as `FeishuClient.request` does
 */
export async function searchExams(
	feishu: FeishuClient,
	{ body, qs, labels }: ExamSearch,
	limit = Infinity,
): Promise<IDataObject[]> {
	const call: FeishuCall = {
		method: 'POST',
		path: '/tests/search',
		docsPath: 'server-docs/hire-v1/candidate-management/delivery-process-management/exam/search',
		qs,
		body,
		labels,
	};
	return await requestAllItems(feishu, call, limit, (exam) => exam.test_id ?? exam);
}
