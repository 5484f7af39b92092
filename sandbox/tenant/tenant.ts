import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { newId } from '../ids';
import { FeishuError } from '../openApi/codes';
import type { UploadedFile } from '../openApi/uploads';
import { CustomFields } from './customFields';
import { JOBS, type Job, STAGES, type Stage } from './recruiting';

/** A text as the page shows it, in both its languages. */
export interface Text {
	zh: string;
	en: string;
}

/** `test_status` of 获取笔试列表. */
export const TEST_STATUS = {
	1: { zh: '未安排', en: 'Not arranged' },
	2: { zh: '未作答', en: 'Not answered' },
	3: { zh: '已作答', en: 'Answered' },
	4: { zh: '待阅卷', en: 'To be marked' },
	5: { zh: '通过', en: 'Passed' },
	6: { zh: '不通过', en: 'Failed' },
	7: { zh: '安排失败', en: 'Arrangement failed' },
} as const satisfies Record<number, Text>;

export type TestStatus = keyof typeof TEST_STATUS;

/** Status of an account in 飞书招聘-设置-生态对接. */
export const ACCOUNT_STATUS = {
	inactive: { zh: '未激活', en: 'Not activated' },
	active: { zh: '正常', en: 'Active' },
} as const satisfies Record<string, Text>;

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

/** A customer's account with a provider. `scope`: 1 background check, 2 exam. `usageList`: 1 社招, 2 校招. */
export interface Account {
	tenantKey: string;
	accountId: string;
	accountName: string;
	scope: 1 | 2;
	usageList: number[];
	customFieldList: Array<{ key: string; value: string }>;
	status: keyof typeof ACCOUNT_STATUS;
	papers: Paper[];
	createdAt: number;
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
}

/** A result typed in by hand through 添加笔试结果. */
export interface ManualResult {
	testId: string;
	applicationId: string;
	paperName: string;
	score: number;
	attachmentId?: string;
	operatorId: string;
	createdAt: number;
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
	scope?: 1 | 2;
	usageList?: number[];
	customFieldList?: Array<{ key: string; value: string }>;
}

export interface ExamInput {
	accountId: string;
	paperId: string;
	/** Whose exam; without it the application of `candidate`, or else the first one there is. */
	applicationId?: string;
	/** A candidate whose e-mail address is not known yet gets a new application. */
	candidate?: Partial<Candidate>;
}

/** A wish of the recruiter that can not be fulfilled; `status` is the HTTP status of the console API. */
export class RefusedError extends Error {
	constructor(
		readonly status: 400 | 404,
		message: string,
	) {
		super(message);
	}
}

const MOBILE = { code: '86', number: '13800000000' };

/** The candidates of a tenant. The first tenant's applications have the ids of the API pages' request examples. */
const SEED: Array<[applicationId: string, name: string, email: string, job: Job]> = [
	['6891565253964859661', '张三', 'zhangsan@example.com', JOBS.frontend],
	['7230753910687080000', '李四', 'lisi@example.com', JOBS.backend],
	['6920544531948800269', '王五', 'wangwu@example.com', JOBS.product],
];

/** A report that is there from the start; its id is that of the API pages' request examples. */
function seedReport(): Attachment {
	const text = '张三的笔试结果：60.5 / Exam result of Zhang San: 60.5\n';
	return {
		attachmentId: '6949805467799537964',
		name: '张三的笔试结果.txt',
		mime: 'text/plain; charset=utf-8',
		size: Buffer.byteLength(text),
		sha256: createHash('sha256').update(text).digest('hex'),
		open: () => Readable.from(text),
		createdAt: Date.now(),
	};
}

const newApplication = (
	tenantKey: string,
	candidate: Candidate,
	applicationId = newId(),
	job: Job = JOBS.frontend,
): Application => ({
	tenantKey,
	applicationId,
	talentId: newId(),
	job,
	candidate,
	stage: STAGES.exam,
	activeStatus: 1,
	lockStatus: 1,
	createdAt: Date.now(),
	updatedAt: Date.now(),
});

/** The exam part of one Feishu Hire tenant, and everything that may happen to it. */
export class State {
	readonly accounts: Account[] = [];
	readonly exams: Exam[] = [];
	readonly manualResults: ManualResult[] = [];
	/** By the scope of the accounts that have them. */
	readonly customFields = { 1: new CustomFields(), 2: new CustomFields() };
	readonly attachments: Attachment[] = [seedReport()];
	readonly applications: Application[];

	constructor(
		readonly tenantKey: string,
		isFirst: boolean,
	) {
		this.applications = SEED.map(([id, name, email, job]) =>
			newApplication(tenantKey, { name, email, mobile: MOBILE }, isFirst ? id : newId(), job),
		);
	}

	/** The customer adds an account with the provider, and fills in its fields. */
	bindAccount(input: AccountInput = {}): Account {
		const scope = input.scope ?? 2;
		const account: Account = {
			tenantKey: this.tenantKey,
			accountId: input.accountId ?? newId(),
			accountName: input.accountName || `Example account ${this.accounts.length + 1}`,
			scope,
			usageList: input.usageList ?? [1, 2],
			customFieldList:
				input.customFieldList ??
				this.customFields[scope].list.map(({ key }) => ({ key, value: `example ${key}` })),
			status: 'inactive',
			papers: [],
			createdAt: Date.now(),
		};
		this.accounts.push(account);
		return account;
	}

	/** The provider replaces all papers of an account (创建试卷列表), which makes the account usable. */
	replacePapers(accountId: string, papers: Paper[]) {
		const account = this.accountFor(accountId);
		account.papers = papers;
		if (papers.length > 0) account.status = 'active';
		this.moveExams(accountId, papers);
	}

	/** The provider overwrites papers that are there (更新试卷列表). Feishu does not say how it refuses others. */
	updatePapers(accountId: string, papers: Paper[]) {
		const account = this.accountFor(accountId);
		const known = new Set(account.papers.map(({ id }) => id));
		const unknown = papers.find(({ id }) => !known.has(id));
		if (unknown)
			throw new FeishuError(1002002, { msg: `param error: there is no paper ${unknown.id}` });
		const updates = new Map(papers.map((paper) => [paper.id, paper]));
		account.papers = account.papers.map((paper) => updates.get(paper.id) ?? paper);
		this.moveExams(accountId, papers);
	}

	/** The provider takes papers away (删除试卷列表); unknown ones are no error, and exams go on. */
	deletePapers(accountId: string, paperIds: string[]) {
		const account = this.accountFor(accountId);
		account.papers = account.papers.filter(({ id }) => !paperIds.includes(id));
	}

	/** The recruiter arranges an exam. */
	arrangeExam({ accountId, paperId, applicationId, candidate }: ExamInput): Exam {
		const account = this.accounts.find((known) => known.accountId === accountId);
		if (!account) throw new RefusedError(404, `There is no account ${accountId}`);
		if (account.scope !== 2) throw new RefusedError(400, `Account ${accountId} is not for exams`);
		const paper = account.papers.find(({ id }) => id === paperId);
		if (!paper) throw new RefusedError(404, `Account ${accountId} has no paper ${paperId}`);
		const application = this.applicationFor(applicationId, candidate);

		const exam: Exam = {
			tenantKey: this.tenantKey,
			examId: newId(),
			testId: newId(),
			accountId,
			paper: { ...paper },
			applicationId: application.applicationId,
			candidate: application.candidate,
			status: 1,
			createdAt: Date.now(),
		};
		this.exams.push(exam);
		return exam;
	}

	/** The provider returns the link, or says that it could not arrange the exam. Refused once there is a result. */
	returnArrangement(examId: string, arrangement: Arrangement) {
		const exam = this.exams.find((known) => known.examId === examId);
		if (!exam || exam.result) throw new FeishuError(1002851);
		exam.arrangement = arrangement;
		exam.status = arrangement.result === 0 ? 2 : 7;
	}

	/** The provider returns a result, which replaces the former one. Refused once the exam is marked. */
	returnResult(examId: string, result: ExamResult) {
		const exam = this.exams.find((known) => known.examId === examId);
		if (exam?.markedAt) throw new FeishuError(1002855);
		if (!exam || exam.status === 7) throw new FeishuError(1002851);
		exam.result = result;
		exam.status = 3;
	}

	/** The recruiter marks an answered exam (阅卷). */
	markExam(examId: string, verdict: 'passed' | 'failed'): Exam {
		const exam = this.exams.find((known) => known.examId === examId);
		if (!exam) throw new RefusedError(404, `There is no exam ${examId}`);
		if (!exam.result) throw new RefusedError(400, `Exam ${examId} has no result yet`);
		exam.status = verdict === 'passed' ? 5 : 6;
		exam.markedAt = Date.now();
		return exam;
	}

	/** The recruiter moves an application to another stage of the process. */
	moveApplication(application: Application, stage: Stage) {
		application.stage = stage;
		application.updatedAt = Date.now();
	}

	/** The recruiter deletes an application, or a candidate with all that is theirs. */
	deleteApplications(doomed: (application: Application) => boolean) {
		const kept = this.applications.filter((application) => !doomed(application));
		this.applications.splice(0, Infinity, ...kept);
	}

	/** Somebody adds a result by hand (添加笔试结果); adding it twice gives two. */
	addResult(result: Omit<ManualResult, 'testId' | 'createdAt'>): ManualResult {
		const { applicationId, attachmentId } = result;
		if (!this.application(applicationId)) throw new FeishuError(1002002);
		if (attachmentId && !this.attachment(attachmentId)) throw new FeishuError(1002002);
		const added = { ...result, testId: newId(), createdAt: Date.now() };
		this.manualResults.push(added);
		return added;
	}

	/** An app uploads a file (创建附件). */
	addAttachment(file: UploadedFile): Attachment {
		const attachment = { ...file, attachmentId: newId(), createdAt: Date.now() };
		this.attachments.push(attachment);
		return attachment;
	}

	attachment(attachmentId: string) {
		return this.attachments.find((known) => known.attachmentId === attachmentId);
	}

	application(applicationId: string) {
		return this.applications.find((known) => known.applicationId === applicationId);
	}

	private accountFor(accountId: string): Account {
		const account = this.accounts.find((candidate) => candidate.accountId === accountId);
		if (!account) throw new FeishuError(1002002);
		return account;
	}

	/** New times of a paper also count for exams arranged with it, even if it was deleted in between. */
	private moveExams(accountId: string, papers: Paper[]) {
		const changes = new Map(papers.map((paper) => [paper.id, paper]));
		for (const exam of this.exams) {
			const change = exam.accountId === accountId && changes.get(exam.paper.id);
			if (change)
				exam.paper = { ...exam.paper, startTime: change.startTime, endTime: change.endTime };
		}
	}

	private applicationFor(applicationId?: string, candidate?: Partial<Candidate>): Application {
		if (applicationId) {
			const known = this.application(applicationId);
			if (!known) throw new RefusedError(404, `There is no application ${applicationId}`);
			return known;
		}
		const [first] = this.applications;
		if (!candidate && first) return first;

		const { name = '赵六', email = 'zhaoliu@example.com', mobile = MOBILE } = candidate ?? {};
		const known = this.applications.find((application) => application.candidate.email === email);
		if (known) return known;
		const application = newApplication(this.tenantKey, { name, email, mobile });
		this.applications.push(application);
		return application;
	}
}
