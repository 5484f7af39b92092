import type { IDataObject } from 'n8n-workflow';

import { toIso } from './isoTime';

/** Values of `test_status` on the page hire-v1/candidate-management/delivery-process-management/exam/search. */
const TEST_STATUSES: Readonly<Record<number, string>> = {
	1: 'Not Arranged',
	2: 'Not Answered',
	3: 'Answered',
	4: 'To Be Marked',
	5: 'Passed',
	6: 'Not Passed',
	7: 'Arrangement Failed',
};

/** The text of a `test_status`; null for one that is not documented. */
export const statusText = (status: unknown): string | null => TEST_STATUSES[Number(status)] ?? null;

/** The ten fields of an exam that workflows use: flat, with texts of statuses and times in ISO 8601 (UTC). */
export function simplifyExam(exam: IDataObject): IDataObject {
	const schedule = (exam.test_schedule ?? {}) as IDataObject;
	return {
		test_id: exam.test_id,
		application_id: exam.application_id,
		talent_id: exam.talent_id,
		test_paper_name: exam.test_paper_name,
		test_status: exam.test_status,
		test_status_text: statusText(exam.test_status),
		score: exam.score ?? null,
		start_time: toIso(schedule.start_time),
		test_complete_time: toIso(exam.test_complete_time),
		report_url_list: exam.report_url_list ?? [],
	};
}
