import { getApplicationDetail, listApplications } from './applications';
import { createAttachment, getAttachment } from './attachments';
import {
	createCustomFields,
	deleteCustomFields,
	updateCustomFields,
} from './ecoAccountCustomFields';
import { createPapers, deletePapers, updatePapers } from './ecoExamPapers';
import { loginInfo, updateResult } from './ecoExams';
import { createExam } from './exams';
import type { Operation } from './operation';
import { searchTests } from './tests';

/** The operations below `/open-apis/hire/v1`. */
export const OPERATIONS: Operation[] = [
	updateResult,
	loginInfo,
	createExam,
	searchTests,
	createPapers,
	updatePapers,
	deletePapers,
	createCustomFields,
	updateCustomFields,
	deleteCustomFields,
	listApplications,
	getApplicationDetail,
	createAttachment,
	getAttachment,
];
