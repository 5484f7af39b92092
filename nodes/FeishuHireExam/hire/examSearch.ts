import type { IDataObject } from 'n8n-workflow';

import type { Caller, FeishuCall } from '../transport/client';
import { feishuRequestItems } from '../transport/pagination';

export interface ExamSearch {
	/** Filters, by Feishu's names. Without any, Feishu lists all exams. */
	body?: FeishuCall['body'];
	qs?: FeishuCall['qs'];
	/** The most exams to read; all when left out. */
	limit?: number;
	/** Labels of the fields that the filters come from, by Feishu's names, for errors. */
	labels?: FeishuCall['labels'];
}

/** One without an ID counts as an exam of its own. */
const testIdOf = (exam: IDataObject) => exam.test_id ?? exam;

/**
 * `POST tests/search`, all pages: the exams of candidates, as Feishu lists them, each once.
 *
 * @throws NodeApiError as `feishuRequestItems` does.
 */
export async function searchExams(
	this: Caller,
	itemIndex: number,
	{ body = {}, qs, limit = Infinity, labels = {} }: ExamSearch,
): Promise<IDataObject[]> {
	const call = {
		method: 'POST' as const,
		path: '/tests/search',
		page: 'server-docs/hire-v1/candidate-management/delivery-process-management/exam/search',
		qs,
		body,
		labels,
	};
	return await feishuRequestItems.call(this, itemIndex, call, limit, testIdOf);
}
