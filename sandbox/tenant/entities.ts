import type { Readable } from 'node:stream';

import type { Job, Stage } from './recruiting';

/** `test_status` of 获取笔试列表. */
export const TEST_STATUS = {
	notArranged: 1,
	notAnswered: 2,
	answered: 3,
	toBeMarked: 4,
	passed: 5,
	failed: 6,
	arrangementFailed: 7,
} as const;

export type TestStatus = (typeof TEST_STATUS)[keyof typeof TEST_STATUS];

/** Status of an account in 飞书招聘-设置-生态对接. */
export const ACCOUNT_STATUSES = ['inactive', 'active'] as const;

/** What an account is for: 背调 or 笔试. */
export const ACCOUNT_SCOPE = { backgroundCheck: 1, exam: 2 } as const;

export type AccountScope = (typeof ACCOUNT_SCOPE)[keyof typeof ACCOUNT_SCOPE];

export interface Paper {
	id: string;
	name: string;
	/** Minutes. */
	duration?: number;
	questionCount?: number;
	/** Milliseconds as text; empty or absent: no limit. */
	startTime?: string;
	endTime?: string;
}

/** A customer's account with a provider. `usageList`: 1 社招, 2 校招. */
export interface Account {
	tenantKey: string;
	accountId: string;
	accountName: string;
	scope: AccountScope;
	usageList: number[];
	customFieldList: Array<{ key: string; value: string }>;
	status: (typeof ACCOUNT_STATUSES)[number];
	papers: Paper[];
	createdAt: number;
	/** Whether the app was notified of it: not while it had no way to receive events. */
	isEventPushed: boolean;
}

export interface Candidate {
	name: string;
	email: string;
	/** Country code without `+`. */
	mobile: { code: string; number: string };
}

/** A candidate's application (投递) for a job. */
export interface Application {
	tenantKey: string;
	applicationId: string;
	talentId: string;
	job: Job;
	candidate: Candidate;
	stage: Stage;
	/** 1 活跃, 2 非活跃. */
	activeStatus: 1 | 2;
	/** 1 未锁定, 2 锁定在其他职位, 3 锁定在当前职位. */
	lockStatus: 1 | 2 | 3;
	createdAt: number;
	updatedAt: number;
}

/** What 回传笔试安排结果 sent last. */
export interface Arrangement {
	/** 0: arranged; else the provider's own failure code. */
	result: number;
	message: string;
	examUrl: string;
	username?: string;
	password?: string;
}

/** What 回传笔试结果 sent last. */
export interface ExamResult {
	result: string;
	/** Milliseconds as text. */
	resultTime?: string;
	reports: Array<{ name: string; url: string; answerTime?: string }>;
	details: Array<{ id?: string; name: string; result: string }>;
	receivedAt: number;
}

/** What comes out when a candidate takes an exam. */
export interface ExamAnswers {
	result: string;
	reports?: Array<{ name: string; url: string }>;
	details?: Array<{ id?: string; name: string; result: string }>;
}

/** An exam a recruiter arranged with a provider. */
export interface Exam {
	tenantKey: string;
	examId: string;
	/** Its id in 获取笔试列表. Feishu does not say that it equals `examId`, so here it does not. */
	testId: string;
	accountId: string;
	paper: Paper;
	applicationId: string;
	candidate: Candidate;
	/** Feishu does not say when an exam starts whose paper has no start: here at its creation, or never with this. */
	hasNoStart?: boolean;
	status: TestStatus;
	arrangement?: Arrangement;
	result?: ExamResult;
	markedAt?: number;
	createdAt: number;
	/** Whether the app was notified of it: not while it had no way to receive events. */
	isEventPushed: boolean;
}

/** A result entered by hand through 添加笔试结果. */
export interface ManualResult {
	testId: string;
	applicationId: string;
	paperName: string;
	score: number;
	attachmentId?: string;
	operatorId: string;
	createdAt: number;
}

/** A file that was uploaded. */
export interface UploadedFile {
	name: string;
	mime: string;
	/** Bytes. */
	size: number;
	/** Of the bytes, hexadecimal. */
	sha256: string;
	open: () => Readable;
}

/** A file of the type 通用附件. */
export interface Attachment extends UploadedFile {
	attachmentId: string;
	createdAt: number;
}

export interface AccountInput {
	/** Default: the first tenant. */
	tenantKey?: string;
	accountId?: string;
	accountName?: string;
	scope?: AccountScope;
	usageList?: number[];
	customFieldList?: Array<{ key: string; value: string }>;
}

export interface ExamInput {
	accountId: string;
	paperId: string;
	/** Default: the application of `candidate`, or else the first one. */
	applicationId?: string;
	/** A candidate whose email address is unknown gets a new application. */
	candidate?: Partial<Candidate>;
}
