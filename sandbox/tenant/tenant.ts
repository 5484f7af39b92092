import type { Clock } from '../clock';
import { newId } from '../ids';
import { FeishuError } from '../openApi/codes';
import { RefusedError } from '../reasons';
import { Accounts } from './accounts';
import { Applications } from './applications';
import {
	type Arrangement,
	type Attachment,
	type Exam,
	type ExamInput,
	type ExamResult,
	type ManualResult,
	type Paper,
	TEST_STATUS,
	type UploadedFile,
} from './entities';
import { seededReport } from './seed';

/** The exam part of one Feishu Hire tenant, and all that may happen to it. */
export class Tenant {
	readonly accounts: Accounts;

	readonly applications: Applications;

	readonly exams: Exam[] = [];

	readonly manualResults: ManualResult[] = [];

	readonly attachments: Attachment[];

	constructor(
		readonly tenantKey: string,
		isFirst: boolean,
		private readonly clock: Clock,
	) {
		this.accounts = new Accounts(tenantKey, clock);
		this.applications = new Applications(tenantKey, isFirst, clock);
		this.attachments = [seededReport(clock.now())];
	}

	/** 创建试卷列表. New times of a paper also count for exams arranged with it, even if it was deleted in between. */
	replacePapers(accountId: string, papers: Paper[]): void {
		this.accounts.replacePapers(accountId, papers);
		this.rescheduleExams(accountId, papers);
	}

	/** 更新试卷列表. */
	updatePapers(accountId: string, papers: Paper[]): void {
		this.accounts.updatePapers(accountId, papers);
		this.rescheduleExams(accountId, papers);
	}

	/** The recruiter arranges an exam. */
	arrangeExam(input: ExamInput): Exam {
		const { accountId, paperId } = input;
		const paper = this.accounts.paperFor(accountId, paperId);
		const { applicationId, candidate } = this.applications.resolve(input);
		const exam: Exam = {
			tenantKey: this.tenantKey,
			examId: newId(),
			testId: newId(),
			accountId,
			paper: { ...paper },
			applicationId,
			candidate,
			status: TEST_STATUS.notArranged,
			createdAt: this.clock.now(),
			isEventPushed: false,
		};
		this.exams.push(exam);
		return exam;
	}

	/** 回传笔试安排结果: a link, or that the exam could not be arranged. Refused once there is a result. */
	returnArrangement(examId: string, arrangement: Arrangement): void {
		const exam = this.exam(examId);
		if (!exam || exam.result) throw new FeishuError(1002851);
		exam.arrangement = arrangement;
		exam.status =
			arrangement.result === 0 ? TEST_STATUS.notAnswered : TEST_STATUS.arrangementFailed;
	}

	/** 回传笔试结果: replaces the former result. Refused once the exam is marked. */
	returnResult(examId: string, result: Omit<ExamResult, 'receivedAt'>): void {
		const exam = this.exam(examId);
		if (exam?.markedAt) throw new FeishuError(1002855);
		if (!exam || exam.status === TEST_STATUS.arrangementFailed) throw new FeishuError(1002851);
		exam.result = { ...result, receivedAt: this.clock.now() };
		exam.status = TEST_STATUS.answered;
	}

	/** The recruiter marks an answered exam (阅卷). */
	markExam(examId: string, verdict: 'passed' | 'failed'): Exam {
		const exam = this.exam(examId);
		if (!exam) throw new RefusedError('examNotFound', { examId });
		if (!exam.result) throw new RefusedError('resultMissing', { examId });
		exam.status = TEST_STATUS[verdict];
		exam.markedAt = this.clock.now();
		return exam;
	}

	/** 添加笔试结果: each call adds one, also when it is repeated. */
	addResult(result: Omit<ManualResult, 'testId' | 'createdAt'>): ManualResult {
		const { applicationId, attachmentId } = result;
		if (!this.applications.find(applicationId)) throw new FeishuError(1002002);
		if (attachmentId && !this.attachment(attachmentId)) throw new FeishuError(1002002);
		const added = { ...result, testId: newId(), createdAt: this.clock.now() };
		this.manualResults.push(added);
		return added;
	}

	/** 创建附件. */
	addAttachment(file: UploadedFile): Attachment {
		const attachment = { ...file, attachmentId: newId(), createdAt: this.clock.now() };
		this.attachments.push(attachment);
		return attachment;
	}

	attachment(attachmentId: string): Attachment | undefined {
		return this.attachments.find((known) => known.attachmentId === attachmentId);
	}

	private exam(examId: string): Exam | undefined {
		return this.exams.find((known) => known.examId === examId);
	}

	private rescheduleExams(accountId: string, papers: Paper[]): void {
		const updates = new Map(papers.map((paper) => [paper.id, paper]));
		for (const exam of this.exams) {
			const update = exam.accountId === accountId && updates.get(exam.paper.id);
			if (update)
				exam.paper = { ...exam.paper, startTime: update.startTime, endTime: update.endTime };
		}
	}
}
