import { createPapers } from './ecoExamPapers';
import { loginInfo, updateResult } from './ecoExams';
import { createExam } from './exams';
import type { Operation } from './operation';
import { searchTests } from './tests';

/** Every business operation of the sandbox; all are POST below `/open-apis/hire/v1` and of rate limit tier 4. */
export const OPERATIONS: Operation[] = [updateResult, loginInfo, createExam, searchTests, createPapers];
