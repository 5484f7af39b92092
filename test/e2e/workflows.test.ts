import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { type Environment, startEnvironment } from '../../n8nHost/environment';
import { ROOT } from '../../n8nHost/pack';
import { waitFor } from '../../n8nHost/waitFor';
import {
	publishWorkflow,
	waitForPublication,
	webhookNodeUrls,
	type Workflow,
} from '../../n8nHost/workflows';
import type { Account, Candidate, Exam } from '../../sandbox';
import { executions, hasEnded } from '../support/executions';
import { connect, connectReceiver } from '../support/workflows';

const FOLDER = join(ROOT, 'workflows');
const PAPERS = [
	{
		id: 'paper-2026-spring',
		name: '春季校招笔试 Spring campus exam',
		duration: 60,
		questionCount: 40,
	},
	{ id: 'paper-2026-logic', name: '逻辑测评 Logic assessment', duration: 30, questionCount: 25 },
];

let userFolder: string;
let environment: Environment;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	// Imports every workflow there is, under its file's name, and publishes it.
	environment = await startEnvironment(userFolder, { examples: true });
});

afterAll(async () => {
	await environment?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

const ARRANGE = 'Arrange an exam when one is created';

/** How many executions a workflow has had so far. */
const executionsOf = async (name: string) =>
	(await executions(environment, userFolder)).filter(({ workflow }) => workflow === name).length;

type Json = Record<string, unknown>;
type Node = Workflow['nodes'][number];

interface Ended {
	status: string;
	error?: string;
	/** The items of each node that ran, by its name and output. */
	outputs: Record<string, Json[][]>;
}

interface ExecutionData {
	resultData: {
		error?: { message: string };
		runData: Record<string, Array<{ data?: { main: Array<Array<{ json: Json }> | null> } }>>;
	};
}

/** An execution once it is over, as the editor shows it. */
async function ended(executionId: string): Promise<Ended> {
	const { status, data } = await waitFor('the end of the execution', async () => {
		const execution = await environment.api.get<{ status: string; data: string }>(
			`/executions/${executionId}`,
		);
		return hasEnded(execution) && execution;
	});
	// n8n writes the data of an execution with this package.
	const { parse } = createRequire(`${environment.host.modules}/`)('flatted') as {
		parse(text: string): ExecutionData;
	};
	const { error, runData } = parse(data).resultData;
	const outputs = Object.entries(runData).map(([node, [run]]) => [
		node,
		(run?.data?.main ?? []).map((items) => (items ?? []).map(({ json }) => json)),
	]);
	return { status, error: error?.message, outputs: Object.fromEntries(outputs) };
}

/** Runs a workflow from its trigger, as the editor's Execute button does. */
async function run(file: string, trigger: string): Promise<Ended> {
	const start = { triggerToStartFrom: { name: trigger } };
	const { executionId } = await environment.api.post<{ executionId: string }>(
		`/workflows/${file}/run`,
		start,
	);
	return await ended(executionId);
}

/** Binds an account and waits until it has papers. */
async function bindAccount(): Promise<Account> {
	const account = environment.sandbox.bindAccount({});
	await waitFor('papers in the account', () => account.papers.length > 0);
	return account;
}

const arrangeExam = ({ accountId }: Account, candidate?: Partial<Candidate>) =>
	environment.sandbox.arrangeExam({ accountId, paperId: 'paper-2026-logic', candidate });

/** Arranges an exam and waits for its link. */
async function arrangedExam(account: Account): Promise<Exam> {
	const exam = arrangeExam(account);
	await waitFor('the link', () => exam.arrangement);
	return exam;
}

/** Posts a result to a workflow, as an exam system does. */
async function postResult(body: object, path = 'exam-result') {
	const urls = await webhookNodeUrls(environment.api);
	const url = urls.find((one) => one.endsWith(`/${path}`)) ?? '';
	const headers = { 'content-type': 'application/json' };
	const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
	return { status: response.status, answer: (await response.json()) as unknown };
}

/** Does something without sending events. */
function withoutEvents<T>(action: () => T): T {
	const { sandbox } = environment;
	sandbox.removeLongConnection();
	try {
		return action();
	} finally {
		sandbox.setLongConnection();
	}
}

/** Changes nodes of a workflow and publishes it. */
async function publishChanged(id: string, change: (node: Node) => Node): Promise<void> {
	const { api } = environment;
	const { nodes, versionId } = await api.get<Workflow>(`/workflows/${id}`);
	const body = { versionId, nodes: nodes.map(change) };
	const changed = await api.patch<Workflow>(`/workflows/${id}`, body);
	await api.post(`/workflows/${id}/activate`, { versionId: changed.versionId });
	const { status } = await waitForPublication(api, id);
	expect({ id, status }).toEqual({ id, status: 'published' });
}

const isTrigger = ({ type }: Node) => type.endsWith('.feishuHireExamTrigger');

/** Turns the Feishu triggers of workflows on or off, and publishes these workflows. */
async function setTriggers(ids: string[], disabled: boolean): Promise<void> {
	for (const id of ids)
		await publishChanged(id, (node) => (isTrigger(node) ? { ...node, disabled } : node));
}

const connectedClients = () => environment.sandbox.longConnection.clients.length;

/** The workflows that `receive-all-events` calls, and that `exam-provider` combines. */
const HANDLERS = ['sync-papers-when-account-bound', 'arrange-exam-when-created'];
const PROVIDER = 'exam-provider';

describe('every example workflow', () => {
	it('is imported and published, but for the one that combines others, with nodes that n8n knows', async () => {
		const { api } = environment;
		const files = (await readdir(FOLDER)).map((file) => basename(file, '.json'));
		const workflows = await api.get<Workflow[]>('/workflows');
		expect(workflows.map(({ id }) => id).sort()).toEqual(files.sort());

		const response = await fetch(`${environment.n8n.url}/types/nodes.json`, {
			headers: api.headers,
		});
		const types = ((await response.json()) as Array<{ name: string }>).map(({ name }) => name);
		for (const file of files) {
			const { nodes } = await api.get<Workflow>(`/workflows/${file}`);
			expect(types).toEqual(expect.arrayContaining(nodes.map(({ type }) => type)));
			const { status } = await waitForPublication(api, file);
			const expected = file === PROVIDER ? 'not_published' : 'published';
			expect({ file, status }).toEqual({ file, status: expected });
		}
	});
});

describe('daily-exam-report', () => {
	async function report() {
		const { status, outputs } = await run('daily-exam-report', 'Every morning');
		expect({ status, items: outputs['Send to your channel']?.[0]?.length }).toEqual({
			status: 'success',
			items: 1,
		});
		return String(outputs['Send to your channel']?.[0]?.[0]?.text).split('\n');
	}

	it('reports that there are no exams', async () => {
		expect(await report()).toEqual([
			expect.stringMatching(/^笔试日报 Exams on \d{4}-\d{2}-\d{2}$/),
			'没有笔试 None',
		]);
	});

	it('counts the exams of each state', async () => {
		const { sandbox } = environment;
		const account = await bindAccount();
		withoutEvents(() => arrangeExam(account));
		withoutEvents(() => arrangeExam(account));
		await arrangedExam(account);
		const exam = await arrangedExam(account);
		await postResult({ examId: exam.examId, result: '90' });
		sandbox.markExam(exam.examId, 'passed');
		expect((await report()).slice(1)).toEqual([
			'未安排 Not Arranged: 2',
			'未作答 Not Answered: 1',
			'通过 Passed: 1',
		]);
	});
});

describe('forward-result', () => {
	it('returns the result that the exam system posts, and responds with the outcome', async () => {
		const exam = await arrangedExam(await bindAccount());
		const reports = [{ name: 'Report', url: 'https://exam.example.com/report.pdf' }];
		const details = [{ id: 'basics', name: '基本功', result: '优秀' }];
		expect(await postResult({ examId: exam.examId, result: '90', reports, details })).toEqual({
			status: 200,
			answer: { taken: true, exam_id: exam.examId },
		});
		expect(exam.result).toMatchObject({ result: '90', reports, details });

		environment.sandbox.markExam(exam.examId, 'passed');
		expect(await postResult({ examId: exam.examId, result: '91' })).toMatchObject({
			status: 422,
			answer: {
				taken: false,
				error: 'The exam has already been marked',
				details: { code: 1002855 },
			},
		});
	});
});

describe('forward-results-from-spreadsheet', () => {
	interface Download {
		fileName: string;
		data: { data: number[] };
	}

	/** Uploads a file as the form's page does, up to the last page. */
	async function upload(name: string, content: string | Uint8Array<ArrayBuffer>) {
		const form = new FormData();
		form.append('field-0', new Blob([content]), name);
		const submitted = await fetch(`${environment.n8n.url}/form/exam-results`, {
			method: 'POST',
			body: form,
		});
		const { formWaitingUrl } = (await submitted.json()) as { formWaitingUrl: string };
		const statusUrl = new URL(formWaitingUrl);
		statusUrl.pathname += '/n8n-execution-status';
		const status = await waitFor('the end of the form', async () => {
			const text = await (await fetch(statusUrl)).text();
			return hasEnded({ status: text }) && text;
		});
		const page = status === 'form-waiting' ? await (await fetch(formWaitingUrl)).text() : '';
		const [, files = '%5B%5D'] = /decodeURIComponent\("(.*?)"\)/.exec(page) ?? [];
		const [download] = JSON.parse(decodeURIComponent(files)) as Download[];
		if (page) await fetch(formWaitingUrl, { method: 'POST' });
		const { pathname } = new URL(formWaitingUrl);
		return { page, download, execution: await ended(basename(pathname)) };
	}

	it.each([
		['without a byte order mark', ''],
		['with the byte order mark that Excel writes', '\uFEFF'],
	])(
		'returns the results of a CSV file %s, and offers the failed rows for download',
		async (_case, mark) => {
			const account = await bindAccount();
			const first = await arrangedExam(account);
			const second = await arrangedExam(account);
			const third = await arrangedExam(account);
			const rows = [
				'exam_id,姓名,result,report_url',
				`${first.examId},张三,92.5,https://exam.example.com/report.pdf`,
				`${second.examId},李四,60,`,
				'7409407070437140673,王五,70,',
				`${third.examId},赵六,,`,
				'7.40941E+18,,80,',
			];
			const { page, download, execution } = await upload('results.csv', mark + rows.join('\r\n'));

			expect(first.result).toMatchObject({
				result: '92.5',
				reports: [{ name: 'Exam report', url: 'https://exam.example.com/report.pdf' }],
			});
			expect(second.result).toMatchObject({ result: '60', reports: [] });
			expect(execution.status).toBe('success');
			expect(execution.outputs['Row with its reason']).toEqual([
				[
					{
						exam_id: '7409407070437140673',
						姓名: '王五',
						result: '70',
						reason: expect.stringMatching(/does not know.* 1002851/),
					},
					{
						exam_id: third.examId,
						姓名: '赵六',
						reason: expect.stringMatching(/^'Result' is empty\. Fill it in/),
					},
					{
						exam_id: '7.40941E+18',
						result: '80',
						reason: expect.stringMatching(/a number that was rounded/),
					},
				],
			]);
			expect(page).toContain('Taken: 2. Not taken: 3;');
			expect(page).toContain('已接收 2 行，未接收 3 行');
			expect(download?.fileName).toBe('rows-that-failed.xlsx');

			// The downloaded file can be uploaded again: each ID keeps all its digits.
			const again = await upload('rows-that-failed.xlsx', Buffer.from(download?.data.data ?? []));
			expect(again.execution.outputs['Read XLSX']).toEqual(
				execution.outputs['Row with its reason'],
			);
			expect(again.page).toContain('Taken: 0. Not taken: 3;');
		},
	);

	const hostModule = (name: string): unknown => createRequire(`${environment.host.modules}/`)(name);

	/** A table as people keep it: text and numbers, a sum, a number for an ID, a row of blanks, an empty row. */
	const personalTable = ([first, second, third]: [Exam, Exam, Exam]) => ({
		rows: [
			['exam_id', '姓名', 'result', 'report_url'],
			[first.examId, '张三', '优秀', 'https://exam.example.com/报告.pdf'],
			[` ${second.examId} `, '李四', 33.3 + 33.3 + 33.3, ''],
			[],
			[Number(third.examId), '王五', 70, ''],
			[' ', '', '', ''],
			[third.examId, '赵六', 200 / 3, ''],
		],
		results: ['优秀', '99.9', undefined],
		reasons: [
			/^'Exam ID' is .*(not exact|rounded)|does not know.*ends in zeros/,
			/^'Exam ID' is empty/,
			/^'Result' is "66\.66666666666667", a number with more than 10 decimals/,
		],
	});

	const exams = async (): Promise<[Exam, Exam, Exam]> => {
		const account = await bindAccount();
		return [await arrangedExam(account), await arrangedExam(account), await arrangedExam(account)];
	};

	const reasonsOf = ({ outputs }: Ended) =>
		(outputs['Row with its reason']?.[0] ?? []).map(({ reason }) => reason);

	it('names each row of a table that is not right: XLSX', async () => {
		interface Xlsx {
			utils: {
				aoa_to_sheet(rows: unknown[][]): Record<string, { f?: string }>;
				book_new(): object;
				book_append_sheet(book: object, sheet: object): void;
			};
			write(book: object, options: object): Buffer<ArrayBuffer>;
		}
		const { utils, write } = hostModule('@e965/xlsx') as Xlsx;
		const arranged = await exams();
		const { rows, results, reasons } = personalTable(arranged);
		const sheet = utils.aoa_to_sheet(rows);
		if (sheet.C3) sheet.C3.f = '33.3+33.3+33.3';
		const book = utils.book_new();
		utils.book_append_sheet(book, sheet);

		const file = write(book, { type: 'buffer', bookType: 'xlsx' });
		const { execution } = await upload('results.xlsx', file);
		expect(arranged.map(({ result }) => result?.result)).toEqual(results);
		expect(reasonsOf(execution)).toEqual(
			reasons.map((reason) => expect.stringMatching(reason) as unknown),
		);
	});

	it.each(['utf8', 'gbk'])(
		'names each row of a table that is not right: CSV in %s',
		async (encoding) => {
			const { encode } = hostModule('iconv-lite') as {
				encode(text: string, encoding: string): Buffer<ArrayBuffer>;
			};
			const arranged = await exams();
			const { rows, results, reasons } = personalTable(arranged);
			const csv = rows.map((row) => row.join(',')).join('\r\n');
			const { execution } = await upload('results.csv', encode(csv, encoding));
			// In CSV a number has become text: what Feishu gets is what is written there.
			expect(arranged.map(({ result }) => result?.result)).toEqual([
				results[0],
				String(33.3 + 33.3 + 33.3),
				String(200 / 3),
			]);
			expect(reasonsOf(execution)).toEqual(
				reasons.slice(0, 2).map((reason) => expect.stringMatching(reason) as unknown),
			);
			expect(execution.outputs['Row with its reason']?.[0]?.[0]).toMatchObject({ 姓名: '王五' });
		},
	);

	it('shows the completion page when no row failed', async () => {
		const exam = await arrangedExam(await bindAccount());
		const { page, execution } = await upload('results.csv', `exam_id,result\n${exam.examId},88`);
		expect(exam.result).toMatchObject({ result: '88' });
		expect({ page, status: execution.status }).toEqual({ page: '', status: 'success' });
		const form = await (await fetch(`${environment.n8n.url}/form/exam-results`)).text();
		expect(form).toContain('飞书招聘已接收所有行');
	});
});

describe('sync-papers-when-account-bound and nightly-paper-sync', () => {
	const syncAll = async () => await run('nightly-paper-sync', 'Every night');

	/** Binds accounts and waits until they are in the table that the nightly workflow reads. */
	async function bindAccounts(): Promise<[Account, Account]> {
		const accounts: [Account, Account] = [await bindAccount(), await bindAccount()];
		await waitFor('the accounts in the table', async () => {
			const [rows = []] = (await syncAll()).outputs['Bound accounts'] ?? [];
			const noted = rows.map(({ account_id }) => account_id);
			return accounts.every(({ accountId }) => noted.includes(accountId));
		});
		return accounts;
	}

	it('return the papers when an account is bound, and every night for all accounts', async () => {
		const accounts = await bindAccounts();
		for (const account of accounts) {
			expect(account.papers).toEqual(PAPERS);
			account.papers = [{ id: 'outdated', name: 'Outdated' }];
		}
		expect(await syncAll()).toMatchObject({ status: 'success' });
		for (const { papers } of accounts) expect(papers).toEqual(PAPERS);
	});

	it('return the papers of each account when several are bound at once', async () => {
		const { sandbox } = environment;
		const accounts = Array.from({ length: 5 }, () => sandbox.bindAccount({}));
		await waitFor('papers in the accounts', () =>
			accounts.every(({ papers }) => papers.length === PAPERS.length),
		);
		for (const { papers } of accounts) expect(papers).toEqual(PAPERS);
	});

	it('report an account that no longer exists, and still update the others', async () => {
		const [gone, kept] = await bindAccounts();
		const { accountId } = gone;
		gone.accountId = 'gone';
		kept.papers = [];
		expect(await syncAll()).toMatchObject({
			status: 'error',
			error: expect.stringMatching(`^${accountId}: [^;]+$`),
		});
		expect(kept.papers).toEqual(PAPERS);
		gone.accountId = accountId;
	});
});

describe('arrange-exam-when-created', () => {
	it('returns the link', async () => {
		const { examId, arrangement } = await arrangedExam(await bindAccount());
		expect(arrangement).toMatchObject({
			result: 0,
			examUrl: `https://exam.example.com/take/${examId}`,
		});
	});

	it('returns a failure with the reason when the exam system refuses', async () => {
		const exam = arrangeExam(await bindAccount(), { name: '赵六', email: '' });
		expect(await waitFor('the failure', () => exam.arrangement)).toEqual({
			result: 1,
			message: '候选人没有邮箱 The candidate has no e-mail address',
			examUrl: '',
		});
		expect(exam.status).toBe(7);
	});

	it('returns the outcome of each exam of a burst, with several events in one execution', async () => {
		const EXAMS = 60;
		const account = await bindAccount();
		const before = await executionsOf(ARRANGE);
		const exams = Array.from({ length: EXAMS }, (_, at) =>
			arrangeExam(account, { name: `候选人 ${at}`, email: at % 3 ? 'zhang.san@example.com' : '' }),
		);
		await waitFor('the outcomes', () => exams.every(({ arrangement }) => arrangement));
		expect(exams.map(({ arrangement }) => arrangement?.examUrl)).toEqual(
			exams.map(({ examId }, at) => (at % 3 ? `https://exam.example.com/take/${examId}` : '')),
		);
		expect((await executionsOf(ARRANGE)) - before).toBeLessThan(EXAMS);
	});

	it('returns a failure when the exam system is called by HTTP Request and refuses the connection', async () => {
		const { api, sandbox } = environment;
		const account = await bindAccount();
		const original = await api.get<Workflow>('/workflows/arrange-exam-when-created');
		// Over the long connection, the original would get the exam too.
		const byWebhook = ({ parameters }: Workflow['nodes'][number]) => ({
			webhookId: 'nobody-answers',
			parameters: { ...parameters, delivery: 'webhook' },
		});
		const nodes = original.nodes.map((node) =>
			node.name === 'Your exam system'
				? {
						...node,
						type: 'n8n-nodes-base.httpRequest',
						typeVersion: 4.2,
						parameters: { url: 'http://127.0.0.1:9' },
					}
				: { ...node, ...(node.webhookId && byWebhook(node)) },
		);
		const { connections, settings } = original;
		const copy = { name: 'Nobody answers', nodes, connections, settings };
		const id = await publishWorkflow(api, copy);
		await waitForPublication(api, id);
		await connect(api, sandbox, 'nobody-answers');
		try {
			const exam = arrangeExam(account);
			expect(await waitFor('the failure', () => exam.arrangement)).toMatchObject({
				result: 1,
				message: expect.stringContaining('ECONNREFUSED'),
			});
		} finally {
			await api.post(`/workflows/${id}/deactivate`, {});
			sandbox.setLongConnection();
		}
	});
});

describe('the examples that receive events', () => {
	const RECEIVER = 'receive-all-events';
	const NAME = 'Connect an exam system end to end';
	const CALLERS = ['Sync papers', 'Arrange exam'];
	const FAILURE = '候选人没有邮箱 The candidate has no e-mail address';

	/** What each of them does, once for each event that Feishu sends for it. */
	const EXAMPLES: Record<string, { events: string[]; check: () => Promise<void> }> = {
		'sync-papers-when-account-bound': { events: ['accountBound'], check: syncPapers },
		'arrange-exam-when-created': {
			events: ['accountBound', 'examCreated', 'examCreated'],
			check: returnLinkAndFailure,
		},
		[PROVIDER]: {
			events: ['accountBound', 'examCreated', 'examCreated', 'accountBound'],
			check: runWholeWay,
		},
	};
	const testsOf = (files: string[]) =>
		Object.entries(EXAMPLES)
			.map(([file, example]) => ({ file, ...example }))
			.filter(({ file }) => files.includes(file));

	async function syncPapers(): Promise<void> {
		const { papers } = await bindAccount();
		expect(papers).toEqual(PAPERS);
	}

	async function returnLinkAndFailure(): Promise<void> {
		const account = await bindAccount();
		const { examId, arrangement } = await arrangedExam(account);
		expect(arrangement?.examUrl).toBe(`https://exam.example.com/take/${examId}`);
		await refusedExam(account);
	}

	/** Arranges an exam that the exam system refuses, and waits for the failure. */
	async function refusedExam(account: Account): Promise<Exam> {
		const exam = arrangeExam(account, { name: '赵六', email: '' });
		expect(await waitFor('the failure', () => exam.arrangement)).toMatchObject({
			result: 1,
			message: FAILURE,
		});
		return exam;
	}

	/** From the papers of an account to the result of an exam; then each of these fails, with an alert. */
	async function runWholeWay(): Promise<void> {
		const { sandbox } = environment;
		const before = new Set((await ownExecutions()).map(({ id }) => id));
		const arrangedByOther = await executionsOf(ARRANGE);
		const account = await bindAccount();
		expect(account.papers).toEqual(PAPERS);
		const exam = await arrangedExam(account);
		const { examId } = exam;
		expect(exam.arrangement?.examUrl).toBe(`https://exam.example.com/take/${examId}`);
		const reports = [{ name: 'Report', url: 'https://exam.example.com/report.pdf' }];
		const details = [{ id: 'basics', name: '基本功', result: '优秀' }];
		expect(await postResult({ examId, result: '90', reports, details }, 'exam-finished')).toEqual({
			status: 200,
			answer: { taken: true, exam_id: examId },
		});
		expect(exam.result).toMatchObject({ result: '90', reports, details });

		sandbox.markExam(examId, 'passed');
		expect(await postResult({ examId, result: '91' }, 'exam-finished')).toMatchObject({
			status: 422,
			answer: { taken: false, error: 'The exam has already been marked' },
		});
		const refused = await refusedExam(account);

		const scopes = sandbox.app.scopes;
		sandbox.app.scopes = scopes.filter((scope) => scope !== 'hire:exam');
		try {
			const unsynced = sandbox.bindAccount({});
			const written = await alertsSince(before, 3);
			expect(written).toHaveLength(3);
			for (const [subject, reason] of [
				[`笔试 Exam: ${examId}`, 'The exam has already been marked'],
				[`笔试 Exam: ${refused.examId}`, FAILURE],
				[
					`账号 Account: ${unsynced.accountId}`,
					'The app lacks a scope that this call needs. .*hire:exam',
				],
			]) {
				expect(written).toContainEqual([
					'笔试工作流执行失败 Exam workflow failed',
					subject,
					expect.stringMatching(`^原因 Reason: .*${reason}`),
				]);
			}
		} finally {
			sandbox.app.scopes = scopes;
		}
		expect(await executionsOf(ARRANGE)).toBe(arrangedByOther);
	}

	/** The executions of the example that combines others. */
	const ownExecutions = async () =>
		(await executions(environment, userFolder)).filter(({ workflow }) => workflow === NAME);

	/** The alerts of later executions, once there are as many as expected. */
	const alertsSince = async (before: Set<number>, count: number) =>
		await waitFor(`${count} alerts`, async () => {
			const later = (await ownExecutions()).filter(
				(execution) => !before.has(execution.id) && hasEnded(execution),
			);
			const all = await Promise.all(later.map(async ({ id }) => await ended(String(id))));
			const texts = all.flatMap(({ outputs }) => outputs['Send to your channel']?.[0] ?? []);
			return texts.length >= count && texts.map(({ text }) => String(text).split('\n'));
		});

	/** Has an example do its work, and expects its events to have come in one way only. */
	async function expectWork(
		{ events, check }: (typeof EXAMPLES)[string],
		way: Partial<Record<'url' | 'deviceId', unknown>>,
	): Promise<void> {
		const { sandbox } = environment;
		const before = new Set(sandbox.deliveries);
		await check();
		const received = () =>
			sandbox.deliveries.filter((delivery) => !before.has(delivery) && !delivery.failure);
		await waitFor('the last response', () => received().length === events.length);
		expect(received().map(({ name, url, deviceId }) => ({ name, url, deviceId }))).toEqual(
			events.map((name) => ({ name, ...way })),
		);
	}

	/** Has `receive-all-events` receive all events, and call these workflows, whose own triggers are off. */
	async function receiveByWebhook(files: string[], change: (node: Node) => Node) {
		await setTriggers(files, true);
		await waitFor('the end of the long connection', () => connectedClients() === 0);
		await publishChanged(RECEIVER, change);
		await connectReceiver(environment.api, environment.sandbox);
	}

	async function receiveByLongConnection(files: string[]) {
		await setTriggers(files, false);
		await waitFor('the long connection', () => connectedClients() === 1);
		environment.sandbox.setLongConnection();
	}

	const BY_LONG_CONNECTION = { deviceId: expect.any(String) as unknown };
	const BY_WEBHOOK = { url: expect.stringMatching(/\/webhook$/) as unknown };
	const unchanged = (node: Node) => node;

	it('are all here', async () => {
		const { api, exampleIds } = environment;
		const receives = async (file: string) =>
			(await api.get<Workflow>(`/workflows/${file}`)).nodes.some(isTrigger);
		const files = [...exampleIds.keys()];
		const found = await Promise.all(files.map(async (file) => (await receives(file)) && file));
		expect(found.filter(Boolean).sort()).toEqual([...Object.keys(EXAMPLES), RECEIVER].sort());
	});

	describe('and do one thing each', () => {
		const tests = testsOf(HANDLERS);

		it.each(tests)('$file, over the long connection', async (example) => {
			await expectWork(example, BY_LONG_CONNECTION);
		});

		// As the note of `receive-all-events` says.
		describe('behind receive-all-events', () => {
			beforeAll(async () => await receiveByWebhook(HANDLERS, unchanged));
			afterAll(async () => await receiveByLongConnection(HANDLERS));

			it.each(tests)('$file, by webhook', async (example) => {
				await expectWork(example, BY_WEBHOOK);
			});
		});
	});

	// As its note says: it is published in place of the workflows that it combines.
	describe('and combine these', () => {
		const tests = testsOf([PROVIDER]);

		beforeAll(async () => {
			await setTriggers(HANDLERS, true);
			await waitFor('the end of the long connection', () => connectedClients() === 0);
			await publishChanged(PROVIDER, unchanged);
			await waitFor('the long connection', () => connectedClients() === 1);
		});
		afterAll(async () => {
			await environment.api.post(`/workflows/${PROVIDER}/deactivate`, {});
			await waitFor('the end of the long connection', () => connectedClients() === 0);
			await receiveByLongConnection(HANDLERS);
		});

		it.each(tests)('$file, over the long connection', async (example) => {
			await expectWork(example, BY_LONG_CONNECTION);
		});

		describe('behind receive-all-events', () => {
			let original: Node[];

			beforeAll(async () => {
				({ nodes: original } = await environment.api.get<Workflow>(`/workflows/${RECEIVER}`));
				const workflowId = { __rl: true, mode: 'list', value: PROVIDER };
				await receiveByWebhook([PROVIDER], (node) =>
					CALLERS.includes(node.name)
						? { ...node, parameters: { ...node.parameters, workflowId } }
						: node,
				);
			});
			afterAll(async () => {
				await publishChanged(RECEIVER, (node) => original.find(({ id }) => id === node.id) ?? node);
				await receiveByLongConnection([PROVIDER]);
			});

			it.each(tests)('$file, by webhook', async (example) => {
				await expectWork(example, BY_WEBHOOK);
			});
		});
	});
});

describe('alert-exams-not-arranged', () => {
	it('writes an alert for an exam that has not been arranged for half an hour', async () => {
		const account = await bindAccount();
		const exam = withoutEvents(() => arrangeExam(account));
		exam.createdAt -= 31 * 60_000;
		const { status, outputs } = await run(
			'alert-exams-not-arranged',
			'Feishu Hire Exam Status Trigger',
		);
		expect(status).toBe('success');
		expect(String(outputs['Send to your channel']?.[0]?.[0]?.text).split('\n')).toEqual([
			'笔试未安排 Exam not arranged',
			'试卷 Paper: 逻辑测评 Logic assessment',
			`投递 Application: ${exam.applicationId}`,
			expect.stringMatching(/^开始时间 Start: \d{4}-\d{2}-\d{2} \d{2}:\d{2}$/),
		]);
	});
});
