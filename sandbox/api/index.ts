import { createAttachment, getAttachment } from './attachments';
import { createPapers } from './ecoExamPapers';
import { loginInfo, updateResult } from './ecoExams';
import { createExam } from './exams';
import type { Operation } from './operation';
import { searchTests } from './tests';

/** Every business operation of the sandbox, below `/open-apis/hire/v1`. */
export const OPERATIONS: Operation[] = [
	updateResult,
	loginInfo,
	createExam,
	searchTests,
	createPapers,
	createAttachment,
	getAttachment,
];
