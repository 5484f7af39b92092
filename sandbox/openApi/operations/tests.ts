import { type Exam, type ManualResult, TEST_STATUS, type TestStatus } from '../../tenant/entities';
import type { Tenant } from '../../tenant/tenant';
import { FeishuError } from '../codes';
import { integer, text, time } from './fields';
import { type Operation, userIdType } from './operation';

/** One item of 获取笔试列表. Every time is milliseconds as text. */
export interface TestItem {
	test_id: string;
	application_id: string;
	talent_id?: string;
	job_id?: string;
	test_paper_id?: string;
	test_paper_name: string;
	test_paper_source_id: string;
	test_paper_source_name: { zh_cn: string; en_us: string };
	/** 1 accepted, 2 declined, 3 no answer yet. */
	reply_status: 1 | 3;
	test_status: TestStatus;
	test_schedule: { start_time?: string; end_time?: string };
	test_complete_time?: string;
	report_url_list: string[];
	result_detail_list: Array<{ subject: string; result: string }>;
	result_upload_time?: string;
	score?: string;
	score_submit_time?: string;
	reviewer?: string;
	review_created_at?: string;
	created_at: string;
}

const REVIEWER = 'ou_266ed047ed37f24554e5a0afdbb15556';

const ms = (at: number | undefined) => (at === undefined ? undefined : String(at));

const startOf = ({ paper, createdAt, hasNoStart }: Exam) =>
	paper.startTime ?? (hasNoStart ? undefined : String(createdAt));

/** The same as a number, without writing it out: a long list is searched with each page. */
const startTimeOf = ({ paper, createdAt, hasNoStart }: Exam): number =>
	paper.startTime === undefined && !hasNoStart ? createdAt : Number(paper.startTime);

function fromExam(exam: Exam): Omit<TestItem, 'talent_id' | 'job_id'> {
	const { paper, result } = exam;
	return {
		test_id: exam.testId,
		application_id: exam.applicationId,
		test_paper_id: paper.id,
		test_paper_name: paper.name,
		test_paper_source_id: exam.accountId,
		test_paper_source_name: { zh_cn: '笔试服务商', en_us: 'Exam provider' },
		reply_status: result ? 1 : 3,
		test_status: exam.status,
		test_schedule: { start_time: startOf(exam), end_time: paper.endTime },
		test_complete_time:
			result && (result.reports[0]?.answerTime ?? result.resultTime ?? ms(result.receivedAt)),
		report_url_list: result?.reports.map(({ url }) => url) ?? [],
		result_detail_list:
			result?.details.map(({ name, result: verdict }) => ({ subject: name, result: verdict })) ??
			[],
		score: result?.result,
		score_submit_time: ms(exam.markedAt),
		reviewer: exam.markedAt ? REVIEWER : undefined,
		review_created_at: ms(exam.markedAt),
		created_at: String(exam.createdAt),
	};
}

function fromManualResult(manual: ManualResult): Omit<TestItem, 'talent_id' | 'job_id'> {
	const at = String(manual.createdAt);
	return {
		test_id: manual.testId,
		application_id: manual.applicationId,
		test_paper_name: manual.paperName,
		test_paper_source_id: '0',
		test_paper_source_name: { zh_cn: '手动录入', en_us: 'Added by hand' },
		reply_status: 1,
		test_status: TEST_STATUS.answered,
		test_schedule: { start_time: at },
		report_url_list: [],
		result_detail_list: [],
		result_upload_time: at,
		score: String(manual.score),
		created_at: at,
	};
}

/** What can be listed, before it becomes an item: of a long list, a page needs few items. */
interface Entry {
	applicationId: string;
	/** NaN when there is none, which is in no range. */
	startTime: number;
	createdAt: number;
	item: () => Omit<TestItem, 'talent_id' | 'job_id'>;
}

/** Exams arranged with a provider and results added by hand, oldest first. */
function entries(tenant: Tenant): Entry[] {
	const exams = tenant.exams.map((exam): Entry => ({
		applicationId: exam.applicationId,
		startTime: startTimeOf(exam),
		createdAt: exam.createdAt,
		item: () => fromExam(exam),
	}));
	const manualResults = tenant.manualResults.map((manual): Entry => ({
		applicationId: manual.applicationId,
		startTime: manual.createdAt,
		createdAt: manual.createdAt,
		item: () => fromManualResult(manual),
	}));
	return [...exams, ...manualResults].sort((a, b) => a.createdAt - b.createdAt);
}

function toItem({ applicationId, item }: Entry, tenant: Tenant): TestItem {
	const application = tenant.applications.find(applicationId);
	return { ...item(), talent_id: application?.talentId, job_id: application?.job.id };
}

/** Everything 获取笔试列表 can show, oldest first. */
export const listTests = (tenant: Tenant): TestItem[] =>
	entries(tenant).map((entry) => toItem(entry, tenant));

const toPageToken = (offset: number) => Buffer.from(JSON.stringify({ offset })).toString('base64');

function toOffset(pageToken: string): number {
	try {
		const { offset } = JSON.parse(Buffer.from(pageToken, 'base64').toString()) as {
			offset: unknown;
		};
		if (Number.isSafeInteger(offset) && Number(offset) >= 0) return Number(offset);
	} catch {
		// Not ours: refused below.
	}
	throw new FeishuError(1002002, { msg: 'param error: invalid page_token' });
}

interface SearchBody {
	application_id_list?: string[];
	test_start_time_min?: string;
	test_start_time_max?: string;
}

/** 获取笔试列表: https://open.feishu.cn/document/server-docs/hire-v1/candidate-management/delivery-process-management/exam/search */
export const searchTests: Operation = {
	name: 'searchTests',
	path: '/tests/search',
	scopes: ['hire:exam', 'hire:exam:readonly'],
	successMsg: 'ok',
	query: {
		type: 'object',
		properties: {
			page_token: text,
			// The page documents the maximum only.
			page_size: { ...integer, minimum: 1, maximum: 100 },
			user_id_type: userIdType('open_id', 'union_id', 'user_id'),
		},
	},
	body: {
		type: 'object',
		properties: {
			application_id_list: { type: 'array', maxItems: 100, items: text },
			test_start_time_min: text,
			test_start_time_max: text,
		},
	},
	handle({ query, body }, tenant) {
		const {
			application_id_list: ids = [],
			test_start_time_min,
			test_start_time_max,
		} = body as SearchBody;
		const min = time(test_start_time_min);
		const max = time(test_start_time_max);
		if (Number(min) > Number(max)) throw new FeishuError(1002002);

		const found = entries(tenant).filter(
			({ applicationId, startTime }) =>
				(ids.length === 0 || ids.includes(applicationId)) &&
				(min === undefined || startTime >= Number(min)) &&
				(max === undefined || startTime <= Number(max)),
		);
		const offset = query.page_token ? toOffset(String(query.page_token)) : 0;
		const end = offset + Number(query.page_size ?? 10);
		const has_more = end < found.length;
		const items = found.slice(offset, end).map((entry) => toItem(entry, tenant));
		return { items, has_more, ...(has_more && { page_token: toPageToken(end) }) };
	},
};
