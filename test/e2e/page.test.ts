/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The sandbox's page in a real browser, with Feishu's SDK in the part of a workflow. */
import * as lark from '@larksuiteoapi/node-sdk';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { findChromium, launchBrowser } from '../../n8nHost/browser';
import { waitFor } from '../../n8nHost/waitFor';
import { type Sandbox, startSandbox } from '../../sandbox';
import { EVENT_TYPES } from '../../sandbox/events/catalogue';
import { CODES } from '../../sandbox/openApi/codes';
import { FAULT_KINDS } from '../../sandbox/openApi/faults';
import { OPERATIONS } from '../../sandbox/openApi/operations';
import { TOKEN_ENDPOINTS } from '../../sandbox/openApi/tokenEndpoints';
import { REASONS } from '../../sandbox/reasons';
import { ACCOUNT_STATUSES, TEST_STATUS } from '../../sandbox/tenant/entities';
import { responseTo, useLongConnectionClients } from '../support/longConnection';
import { arrangeExam, callHire, PAPER, startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

jest.setTimeout(60_000);

const PHONE = { width: 390, height: 844 };
const ZH = { locale: 'zh-CN' };
const EN = { locale: 'en-US' };
const LINK =
	'https://exam.example.com/s/1?candidate=7178536692385679677-abcdefghijklmnopqrstuvwxyz0123456789';

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

/** A workflow: what it returns to Feishu goes through the SDK. */
function workflowOf({ url, app }: Sandbox) {
	const { appId, appSecret } = app;
	const { hire } = new lark.Client({
		appId,
		appSecret,
		domain: url,
		logger: silent,
		cache: new lark.DefaultCache(),
	});
	return {
		pushPapers: (accountId: string, papers = [PAPER]) =>
			hire.ecoExamPaper.create({ data: { account_id: accountId, paper_list: papers } }),
		returnLink: (examId: string, login: { username?: string; password?: string } = {}) =>
			hire.ecoExam.loginInfo({
				path: { exam_id: examId },
				data: { result: 0, msg: 'success', exam_login_info: { exam_url: LINK, ...login } },
			}),
		returnResult: (examId: string, result: string) =>
			hire.ecoExam.updateResult({
				path: { exam_id: examId },
				data: {
					result,
					report_list: [{ name: '报告.pdf', url: 'https://exam.example.com/reports/1.pdf' }],
					detail_list: [{ name: '基本功', result: '优秀' }],
				},
			}),
	};
}

/** An account with a paper, and an exam of 张三 in each state. */
async function fill(sandbox: Sandbox) {
	const workflow = workflowOf(sandbox);
	const { accountId } = sandbox.bindAccount({
		accountName: '示例账号',
		customFieldList: [{ key: 'key', value: 'hidden-1' }],
	});
	const papers = Array.from({ length: 8 }, (_, at) => ({
		...PAPER,
		id: `paper-${at}`,
		duration: 60,
		question_count: 20,
	}));
	// A time that Feishu takes and no calendar has.
	await workflow.pushPapers(
		accountId,
		papers.map((paper) => ({ ...paper, start_time: '1', end_time: '99999999999999999999' })),
	);
	const [waiting, failed, linked, answered, marked] = Array.from({ length: 5 }, () =>
		sandbox.arrangeExam({ accountId, paperId: 'paper-1' }),
	) as [Exam, Exam, Exam, Exam, Exam];
	for (const { examId } of [linked, answered, marked])
		await workflow.returnLink(examId, { username: 'u-1', password: 'pass-1' });
	for (const { examId } of [answered, marked]) await workflow.returnResult(examId, '92.5');
	await callHire(sandbox, `/eco_exams/${failed.examId}/login_info`, {
		result: 5001,
		exam_login_info: { exam_url: '' },
	});
	await callHire(sandbox, `/eco_exams/${failed.examId}/update_result`, { result: 1 });
	await callHire(sandbox, '/exams', {
		application_id: sandbox.state.applications[0]?.applicationId,
		exam_resource_name: '试卷',
		score: 88.5,
		operator_id: '1',
	});
	sandbox.markExam(marked.examId, 'passed');
	return { workflow, accountId, waiting, linked, answered };
}

type Exam = ReturnType<Sandbox['arrangeExam']>;

describe('the page', () => {
	let browser: Browser | undefined;
	afterAll(() => browser?.close());

	const clock = new TestClock();
	const sandbox = useSandbox({ clock });
	const { connectPlain } = useLongConnectionClients(sandbox);

	const started: Array<{ close(): Promise<void> }> = [];
	const pageErrors: string[] = [];
	afterEach(async () => {
		await Promise.all(started.splice(0).map((one) => one.close()));
		await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
		expect(pageErrors.splice(0)).toEqual([]);
	});

	/** Opens the page and waits for the sandbox's state. */
	async function open(options: BrowserContextOptions): Promise<Page> {
		browser ??= await launchBrowser();
		const context = await browser.newContext({
			viewport: { width: 1280, height: 900 },
			...options,
		});
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		page.on('pageerror', (error) => pageErrors.push(error.message));
		page.on('console', (message) => {
			if (/Content.Security.Policy/i.test(message.text())) pageErrors.push(message.text());
		});
		await page.goto(sandbox().url);
		await page.locator('main .card').first().waitFor();
		return page;
	}

	async function receiver(...args: Parameters<typeof startReceiver>) {
		const receiving = await startReceiver(...args);
		started.push(receiving);
		return receiving;
	}

	/** Lets the app receive events: in clear, by a receiver that gives what it gets. */
	async function subscribe() {
		sandbox().app.encryptKey = '';
		const receiving = await receiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		await sandbox().setRequestUrl(receiving.url);
		return receiving;
	}

	const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

	const shown = (page: Page) => page.evaluate(() => document.body.innerText);

	/** A page that was not loaded again keeps what was put on its window. */
	const markLoad = (page: Page) =>
		page.evaluate(() => Object.assign(window, { isFirstLoad: true }));
	const isFirstLoad = (page: Page) => page.evaluate(() => 'isFirstLoad' in window);

	describe('texts', () => {
		type Texts = { [key: string]: string | Texts };
		const flatten = (texts: Texts, prefix = ''): Array<[string, string]> =>
			Object.entries(texts).flatMap(([key, text]) =>
				typeof text === 'string'
					? [[prefix + key, text] as [string, string]]
					: flatten(text, `${prefix}${key}.`),
			);

		async function read(page: Page) {
			// As text: the compiler would make a require of the import.
			const load = async (language: string) =>
				new Map(
					flatten(
						await page.evaluate<Texts>(
							`import('/texts/${language}.js').then((texts) => texts.default)`,
						),
					),
				);
			return { zh: await load('zh'), en: await load('en') };
		}

		it('has the same keys and values in both languages', async () => {
			const { zh, en } = await read(await open(ZH));
			expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
			const placeholders = (text = '') => [...new Set(text.match(/\{\w+\}/g))].sort();
			for (const [key, text] of zh) {
				expect([key, text.trim()]).not.toEqual([key, '']);
				expect([key, placeholders(text)]).toEqual([key, placeholders(en.get(key))]);
			}
		});

		it('names every error code, fault, event, status and reason of the sandbox', async () => {
			const { zh } = await read(await open(ZH));
			const codes = Object.keys(CODES).map((code) => `codes.${code}`);
			const faults = FAULT_KINDS.map((kind) => `faults.${kind}.name`);
			const others = Object.entries({
				events: Object.keys(EVENT_TYPES),
				reasons: Object.keys(REASONS),
				examStatus: Object.values(TEST_STATUS),
				accountStatus: ACCOUNT_STATUSES,
			}).flatMap(([group, names]) => names.map((name) => `${group}.${name}`));
			expect([...codes, ...faults, ...others].filter((key) => !zh.has(key))).toEqual([]);
		});

		it('names every operation of the sandbox', async () => {
			const { zh } = await read(await open(ZH));
			const keys = [...OPERATIONS, ...TOKEN_ENDPOINTS].map(({ name }) => `operations.${name}`);
			expect(new Set(keys).size).toBe(keys.length);
			expect(keys.filter((key) => !zh.has(key))).toEqual([]);
		});
	});

	it('shows a fresh sandbox, and what to do first', async () => {
		const page = await open(ZH);
		expect(await page.title()).toBe('飞书招聘 · 笔试沙箱');
		expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
		for (const text of [
			'还没有账号',
			'还没有笔试',
			'还没有事件',
			'还没有调用',
			'第一步：接入您的工作流。',
		]) {
			await page.getByText(text, { exact: true }).waitFor();
		}
		for (const name of ['张三', '李四', '王五'])
			await page.getByRole('button', { name: `为${name}安排笔试` }).waitFor();

		await page.getByRole('button', { name: '为李四安排笔试' }).click();
		await page.getByRole('dialog', { name: '安排笔试' }).getByText('还没有可用的试卷').waitFor();
		await page
			.getByRole('dialog', { name: '安排笔试' })
			.getByRole('button', { name: '绑定账号' })
			.click();
		await page.getByRole('dialog', { name: '绑定账号' }).waitFor();
	});

	it('continues arranging an exam once there are papers', async () => {
		const page = await open(ZH);
		await page.getByRole('button', { name: '为李四安排笔试' }).click();
		const dialog = page.getByRole('dialog', { name: '安排笔试' });
		await dialog.getByText('还没有可用的试卷').waitFor();
		sandbox().bindAccount().papers.push(PAPER);
		await dialog.getByRole('button', { name: '确定安排' }).click();
		await card(page, '笔试').getByRole('article', { name: '李四 · 春季测评' }).waitFor();
	});

	it('completes a whole workflow without a reload', async () => {
		await subscribe();
		const workflow = workflowOf(sandbox());
		const page = await open(ZH);
		await markLoad(page);

		await card(page, '笔试账号').getByRole('button', { name: '绑定账号' }).click();
		const binding = page.getByRole('dialog', { name: '绑定账号' });
		expect(await binding.getByLabel('账号名称').inputValue()).toBe('示例账号 1');
		await binding.getByLabel('账号名称').fill('星辰科技');
		await binding.getByLabel('社招').uncheck();
		await binding.getByRole('button', { name: '确定绑定' }).click();
		await card(page, '笔试账号').getByText('未激活').waitFor();
		const [account] = sandbox().state.accounts;
		expect(account).toMatchObject({ accountName: '星辰科技', scope: 2, usageList: [2] });

		await workflow.pushPapers(account?.accountId ?? '', [
			PAPER,
			{ id: 'paper-2', name: '秋季测评' },
		]);
		await page.getByRole('status').getByText('「星辰科技」的试卷已更新').waitFor();
		await card(page, '笔试账号').getByText('正常').waitFor();
		await card(page, '笔试账号').getByText('秋季测评').waitFor();

		await page.getByRole('button', { name: '为李四安排笔试' }).click();
		const arranging = page.getByRole('dialog', { name: '安排笔试' });
		await arranging.getByLabel('试卷').selectOption('秋季测评');
		await arranging.getByRole('button', { name: '确定安排' }).click();
		const exam = card(page, '笔试').getByRole('article', { name: '李四 · 秋季测评' });
		await exam.getByText('等待工作流回传笔试链接').waitFor();
		const { examId } = sandbox().state.exams[0] as Exam;

		await workflow.returnLink(examId, { username: 'lisi', password: 'pass-1' });
		await exam.getByRole('link', { name: LINK }).waitFor();
		await page.getByRole('status').getByText('已收到李四的笔试链接').waitFor();
		await exam.getByText('未作答').waitFor();
		expect(await shown(page)).not.toContain('pass-1');
		await exam.getByRole('button', { name: '显示登录密码' }).click();
		await exam.getByText('pass-1').waitFor();
		await exam.getByRole('button', { name: '复制笔试链接' }).click();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(LINK);

		await workflow.returnResult(examId, '92.5');
		await exam.getByText('92.5').waitFor();
		await exam.getByRole('link', { name: '报告.pdf' }).waitFor();
		await exam.getByText('基本功 · 优秀').waitFor();
		await workflow.returnResult(examId, '95');
		await exam.getByText('95', { exact: true }).waitFor();

		await exam.getByRole('button', { name: '不通过：李四' }).click();
		await exam.getByText('阅卷时间').waitFor();
		expect(await exam.getByRole('button', { name: /通过/ }).count()).toBe(0);
		expect(sandbox().state.exams[0]?.status).toBe(6);
		expect(await isFirstLoad(page)).toBe(true);
	});

	it('arranges an exam for a new candidate', async () => {
		await fill(sandbox());
		const page = await open(EN);
		await page.getByRole('button', { name: 'Arrange exam for 张三' }).click();
		const dialog = page.getByRole('dialog', { name: 'Arrange exam' });
		await dialog
			.getByRole('combobox', { name: 'Candidate', exact: true })
			.selectOption('New candidate');
		await dialog.getByLabel('Name').fill('Ann Lee');
		await dialog.getByLabel('Email').fill('ann@example.com');
		await dialog.getByLabel('Mobile number').fill('13900000000');
		await dialog.getByRole('button', { name: 'Arrange', exact: true }).click();
		await card(page, 'Exams')
			.getByRole('article', { name: /^Ann Lee/ })
			.waitFor();
		expect(sandbox().state.exams.at(-1)?.candidate).toEqual({
			name: 'Ann Lee',
			email: 'ann@example.com',
			mobile: { code: '86', number: '13900000000' },
		});
		await page.getByRole('button', { name: 'Arrange exam for Ann Lee' }).waitFor();
	});

	describe('guides a user', () => {
		const nextAction = (page: Page, role: 'button' | 'link', name: string) =>
			page.getByRole('region', { name: '走一遍笔试流程' }).getByRole(role, { name, exact: true });

		it('who connects over the long connection', async () => {
			const page = await open(ZH);
			await page.getByText('触发器选 Long Connection 并发布').waitFor();
			await nextAction(page, 'link', '查看接入信息').waitFor();
			const { close } = await connectPlain();
			await nextAction(page, 'button', '开启长连接').click();
			await nextAction(page, 'button', '绑定账号').waitFor();
			close();
			await page.getByText('长连接已断开。').waitFor();
		});

		it('who has a store app to the request URL only', async () => {
			sandbox().app.appType = 'store';
			const page = await open(ZH);
			await page.getByText('再把触发器的 Production URL 填到这里').waitFor();
			expect(await shown(page)).not.toContain('触发器选 Long Connection');
		});

		it('who binds an account and arranges an exam before events can be received', async () => {
			const page = await open(ZH);
			await card(page, '笔试账号').getByRole('button', { name: '绑定账号' }).click();
			const binding = page.getByRole('dialog', { name: '绑定账号' });
			await binding.getByText('尚未接入工作流，飞书不会推送事件').waitFor();
			await binding.getByRole('button', { name: '确定绑定' }).click();
			await card(page, '笔试账号').getByText('绑定时还不能接收事件').waitFor();

			await subscribe();
			await page.getByText('请再绑定一个账号。', { exact: true }).waitFor();
			await nextAction(page, 'button', '绑定账号').click();
			expect(await binding.getByText('尚未接入工作流').count()).toBe(0);
			await binding.getByRole('button', { name: '确定绑定' }).click();
			await card(page, '笔试账号').getByText('还没有试卷，等待工作流推送').waitFor();
			await nextAction(page, 'link', '查看事件').waitFor();

			sandbox().removeRequestUrl();
			const { accountId, papers } = sandbox().bindAccount();
			papers.push(PAPER);
			sandbox().arrangeExam({ accountId, paperId: PAPER.id });
			await card(page, '笔试').getByText('安排时还不能接收事件').waitFor();
			await subscribe();
			await page.getByText('请再安排一场笔试。', { exact: true }).waitFor();
			await nextAction(page, 'button', '安排笔试').waitFor();
		});

		it('whose exam could not be arranged', async () => {
			await subscribe();
			const { examId } = await arrangeExam(sandbox());
			await callHire(sandbox(), `/eco_exams/${examId}/login_info`, {
				result: 5001,
				exam_login_info: { exam_url: '' },
			});
			const page = await open(ZH);
			await page.getByText('工作流未能安排这场笔试。').waitFor();
			await nextAction(page, 'button', '安排笔试').waitFor();
		});

		it('to the exam to mark in a long list', async () => {
			await subscribe();
			const { accountId, examId } = await arrangeExam(sandbox());
			await workflowOf(sandbox()).returnLink(examId);
			await workflowOf(sandbox()).returnResult(examId, '92.5');
			for (let exams = 0; exams < 20; exams += 1)
				sandbox().arrangeExam({ accountId, paperId: PAPER.id });
			const page = await open(ZH);
			const marking = page.getByRole('button', { name: '不通过：张三' });
			const isInView = async () => {
				const box = await marking.boundingBox();
				return box !== null && box.y > 0 && box.y + box.height < 900;
			};
			expect(await isInView()).toBe(false);
			await nextAction(page, 'link', '去阅卷').click();
			await waitFor('the exam to mark in view', isInView);
			expect(await page.evaluate(() => document.activeElement?.id)).toBe(`exam-${examId}`);
		});
	});

	describe('takes an exam', () => {
		/** A workflow that takes results with a webhook. */
		async function resultWebhook() {
			const workflow = workflowOf(sandbox());
			const answers: Array<{ status: number; body: string }> = [];
			const { url, received } = await receiver(({ rawBody }) => {
				const { examId, result } = JSON.parse(rawBody) as { examId: string; result: string };
				const answer = answers.shift();
				if (!answer) void workflow.returnResult(examId, result);
				return answer ?? { status: 200, body: '{}' };
			});
			return { url, received, answers };
		}

		it('in the candidate’s place, and remembers the webhook', async () => {
			await subscribe();
			const { examId } = await arrangeExam(sandbox());
			await workflowOf(sandbox()).returnLink(examId);
			const { url, received, answers } = await resultWebhook();
			answers.push({ status: 404, body: '{}' }, { status: 422, body: '{"error":"已阅卷"}' });

			const page = await open(ZH);
			await page
				.getByRole('region', { name: '走一遍笔试流程' })
				.getByRole('button', { name: '参加笔试' })
				.click();
			const dialog = page.getByRole('dialog', { name: '参加笔试' });
			await dialog.getByText('张三 · 春季测评').waitFor();
			const address = dialog.getByLabel('接收结果的地址');
			expect(await address.inputValue()).toBe('http://127.0.0.1:5678/webhook/exam-result');
			await dialog.getByLabel('笔试结果').fill('85');
			await address.fill(url);
			const submit = dialog.getByRole('button', { name: '交卷' });
			await submit.click();
			await dialog.getByText('请确认接收结果的工作流已发布').waitFor();
			await submit.click();
			await dialog.getByText('工作流没有接收结果（状态码 422）：已阅卷').waitFor();
			await submit.click();
			await dialog.waitFor({ state: 'hidden' });

			const exam = card(page, '笔试').getByRole('article', { name: '张三 · 春季测评' });
			await exam.getByText('85', { exact: true }).waitFor();
			expect(await exam.getByRole('button', { name: '参加笔试' }).count()).toBe(0);
			expect(received).toHaveLength(3);
			const { reports, ...rest } = JSON.parse(received[2]?.rawBody ?? '') as {
				reports: Array<{ name: string; url: string }>;
			};
			expect(rest).toMatchObject({
				examId,
				result: '85',
				details: [{ name: '综合能力', result: '优秀' }],
			});
			const [report] = reports;
			expect(report?.name).toBe('笔试报告');
			expect(await (await fetch(report?.url ?? '')).text()).toContain('笔试报告示例');

			const another = sandbox().arrangeExam({
				accountId: sandbox().state.accounts[0]?.accountId ?? '',
				paperId: PAPER.id,
				candidate: { email: 'lisi@example.com' },
			});
			await workflowOf(sandbox()).returnLink(another.examId);
			await card(page, '笔试').getByRole('button', { name: '李四参加笔试' }).click();
			expect(await address.inputValue()).toBe(url);
			expect(await dialog.getByLabel('笔试结果').inputValue()).toBe('90');
		});

		it('whose result the workflow returns later', async () => {
			await subscribe();
			const { examId } = await arrangeExam(sandbox());
			await workflowOf(sandbox()).returnLink(examId);
			const { url, answers } = await resultWebhook();
			answers.push({ status: 200, body: '{"message":"Workflow was started"}' });
			const page = await open(EN);
			await page.getByRole('button', { name: 'Take exam for 张三' }).click();
			const dialog = page.getByRole('dialog', { name: 'Take exam' });
			await dialog.getByLabel('URL that receives results').fill(url);
			await dialog.getByRole('button', { name: 'Submit exam' }).click();
			await page.getByRole('status').getByText('Exam submitted.').waitFor();
			await card(page, 'Exams').getByText('Waiting for the result').waitFor();
		});
	});

	it('preselects the account that was bound last', async () => {
		for (const accountName of ['星辰科技', '云帆教育'])
			sandbox().bindAccount({ accountName }).papers.push(PAPER);
		const page = await open(ZH);
		await page.getByRole('button', { name: '为李四安排笔试' }).click();
		const dialog = page.getByRole('dialog', { name: '安排笔试' });
		const [first, second] = sandbox().state.accounts;
		const account = dialog.getByLabel('笔试账号');
		expect(await account.inputValue()).toBe(second?.accountId);
		sandbox()
			.bindAccount({ accountName: '晨光测评' })
			.papers.push({ id: 'paper-2', name: '秋季测评' });
		await account.locator('option').nth(2).waitFor({ state: 'attached' });
		expect(await account.inputValue()).toBe(second?.accountId);
		expect(await dialog.getByLabel('试卷').inputValue()).toBe(PAPER.id);
		await account.selectOption('星辰科技');
		await dialog.getByRole('button', { name: '确定安排' }).click();
		await card(page, '笔试').getByRole('article').waitFor();
		expect(sandbox().state.exams[0]?.accountId).toBe(first?.accountId);
	});

	it('moves a candidate, deletes an application and another candidate, and pushes an event of each', async () => {
		sandbox().app.encryptKey = '';
		const { url, received } = await receiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		await sandbox().setRequestUrl(url);
		const page = await open(ZH);
		const candidates = card(page, '候选人');
		for (const summary of await candidates.locator('summary').all()) await summary.click();
		await candidates.getByRole('button', { name: '将张三转移到面试' }).click();
		await candidates.getByRole('button', { name: '将张三转移到笔试' }).waitFor();
		for (const name of ['删除李四的投递', '删除候选人王五']) {
			await candidates.getByRole('button', { name }).click();
			await candidates.getByRole('button', { name }).waitFor({ state: 'detached' });
		}
		expect(
			sandbox().state.applications.map(({ candidate, stage }) => [candidate.name, stage.en_name]),
		).toEqual([['张三', 'Interview']]);
		const types = () =>
			received.map(
				({ rawBody }) =>
					(JSON.parse(rawBody) as { header?: { event_type: string } }).header?.event_type,
			);
		await until(() => types().length === 4);
		expect(types().slice(1)).toEqual([
			'hire.application.stage_changed_v1',
			'hire.application.deleted_v1',
			'hire.talent.deleted_v1',
		]);
	});

	it('shows a store app: tenants to choose from, and a ticket on request', async () => {
		sandbox().app.appType = 'store';
		sandbox().app.encryptKey = '';
		const [, tenantKey = ''] = sandbox().app.tenantKeys;
		const page = await open(ZH);
		await page.getByRole('button', { name: '立即推送' }).click();
		await page.getByRole('alert').getByText('还没有请求地址，请先填写。').waitFor();
		const { url } = await receiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		await sandbox().setRequestUrl(url);
		await page.getByRole('button', { name: '立即推送' }).click();
		await page.getByRole('status').getByText('已推送 app_ticket').waitFor();
		await card(page, '推送的事件').locator('summary', { hasText: 'app_ticket 事件' }).click();
		await card(page, '推送的事件')
			.getByText(/"app_ticket": "(…|••••••)"/)
			.waitFor();

		await card(page, '笔试账号').getByRole('button', { name: '绑定账号' }).click();
		await page
			.getByRole('dialog')
			.getByRole('combobox', { name: 'Tenant Key' })
			.selectOption(tenantKey);
		await page.getByRole('dialog').getByRole('button', { name: '确定绑定' }).click();
		await page.getByRole('article', { name: '示例账号 1' }).getByText(tenantKey).waitFor();
		const [account] = sandbox().state.accounts;
		expect(account?.tenantKey).toBe(tenantKey);
		account?.papers.push(PAPER);

		// A candidate of the first tenant has no papers to choose from, one of the second has.
		await page.getByRole('button', { name: '为张三安排笔试' }).first().click();
		await page.getByRole('dialog').getByText('还没有可用的试卷').waitFor();
		await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
		await page.getByRole('button', { name: '为张三安排笔试' }).last().click();
		await page.getByRole('dialog').getByRole('button', { name: '确定安排' }).click();
		await card(page, '笔试').getByRole('article').waitFor();
		expect(sandbox().state.exams[0]?.tenantKey).toBe(tenantKey);
	});

	it('saves and removes the request URL, and tells why one does not pass the check', async () => {
		sandbox().app.encryptKey = '';
		const { url } = await receiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		const rejected = await receiver(() => ({ status: 404, body: '' }));
		const page = await open(ZH);
		const connection = card(page, '接入信息');
		const save = async (url: string) => {
			await connection.getByLabel('请求地址').fill(url);
			await connection.getByRole('button', { name: '校验并保存' }).click();
		};
		await save(rejected.url);
		await connection.getByRole('alert').getByText('对方返回了状态码 404').waitFor();
		expect(await connection.getByLabel('请求地址').inputValue()).toBe(rejected.url);
		await rejected.close();
		await save(rejected.url);
		await connection.getByRole('alert').getByText('无法连接该地址').waitFor();
		await save('ftp://example.com');
		await connection
			.getByRole('alert')
			.getByText('请填写以 http:// 或 https:// 开头的地址')
			.waitFor();

		await save(url);
		await connection.getByText('已接入', { exact: true }).waitFor();
		expect(await connection.getByRole('alert').count()).toBe(0);
		await card(page, '推送的事件').getByText('校验通过').waitFor();
		await connection.getByRole('button', { name: '移除', exact: true }).click();
		await connection.getByText('尚未接入').waitFor();
	});

	it('warns of a test URL, and goes back to the production URL', async () => {
		const { url } = await subscribe();
		const testUrl = url.replace('/webhook', '/webhook-test/1/webhook');
		await sandbox().setRequestUrl(testUrl);
		const page = await open(ZH);
		const connection = card(page, '接入信息');
		await connection.getByText('这是 Test URL').waitFor();
		await connection.getByRole('button', { name: '换成 Production URL' }).click();
		await connection.getByText('这是 Test URL').waitFor({ state: 'detached' });
		await connection.getByText(url.replace('/webhook', '/webhook/1/webhook')).waitFor();
	});

	it('names the URL that an event was sent to, and the keys to check', async () => {
		const { url } = await subscribe();
		const rejecting = await receiver(() => ({ status: 401, body: '' }));
		sandbox().bindAccount();
		const page = await open(ZH);
		const events = card(page, '推送的事件');
		await events
			.locator('summary', { hasText: '账号绑定' })
			.getByText(`发送至 ${url}`, { exact: true })
			.waitFor();
		const connection = card(page, '接入信息');
		await connection.getByText('凭证与订阅方式').click();
		await connection.getByLabel('请求地址').fill(rejecting.url);
		await connection.getByRole('button', { name: '校验并保存' }).click();
		await connection
			.getByRole('alert')
			.getByText('请核对 n8n 凭证中的 Encrypt Key 与 Verification Token')
			.waitFor();
		await events
			.locator('summary', { hasText: '校验未通过' })
			.getByText(`发送至 ${rejecting.url}`, { exact: true })
			.waitFor();
	});

	it('switches to the long connection once a client is connected, and shows what goes over it', async () => {
		const page = await open(ZH);
		const connection = card(page, '接入信息');
		const longConnection = (isOn: boolean) =>
			connection.getByRole('switch', { name: '使用长连接接收事件', checked: isOn });
		await connection.getByText('没有已连接的客户端').waitFor();
		await longConnection(false).click();
		await connection.getByRole('alert').getByText('未检测到长连接').waitFor();

		const { deviceId, frames, send, close } = await connectPlain();
		await connection.getByText(`客户端 ${deviceId}`).waitFor();
		await longConnection(false).click();
		await longConnection(true).waitFor();
		await connection.getByText('已接入', { exact: true }).waitFor();
		expect(await connection.getByRole('alert').count()).toBe(0);

		sandbox().bindAccount({ accountName: '星辰科技' });
		await until(() => frames().length === 1);
		for (const frame of frames()) send(responseTo(frame));
		const events = card(page, '推送的事件');
		await events
			.locator('summary', { hasText: '账号绑定 · 星辰科技' })
			.getByText('通过长连接发送')
			.click();
		await events.getByText(`已送达 · 客户端 ${deviceId}`).waitFor();
		await events.getByText('长连接', { exact: true }).waitFor();

		close();
		await connection.getByText('没有已连接的客户端').waitFor();
		await connection.getByText('尚未接入').waitFor();
		await longConnection(true).click();
		await longConnection(false).waitFor();
	});

	it('opens calls, without their tokens and passwords', async () => {
		const { linked } = await fill(sandbox());
		const page = await open(EN);
		const calls = card(page, 'Calls received');
		await calls.getByText('Field validation failed', { exact: true }).click();
		const details = calls.locator('details[open]');
		await details.getByText('"result should be of type string"').waitFor();
		await details.getByText('/update_result').waitFor();
		await calls.getByText('Field validation failed', { exact: true }).click();

		await calls.getByRole('button', { name: /older/ }).click();
		await calls.locator('summary', { hasText: 'Get tenant_access_token' }).last().click();
		await details.getByText('"tenant_access_token": "••••••"').waitFor();
		const returned = calls.locator('summary', { hasText: 'Return exam arrangement · 张三' });
		for (const summary of await returned.all()) await summary.click();
		await details.getByText(linked.examId).first().waitFor();
		await details.getByText('"password": "••••••"').first().waitFor();
		const text = await shown(page);
		for (const secret of ['pass-1', 'hidden-1', '"t-']) expect(text).not.toContain(secret);
	});

	it('opens events, readable in spite of encryption, with their retries', async () => {
		let status = 200;
		const { app } = sandbox();
		const { encryptKey } = app;
		const { url } = await receiver(({ rawBody }) => ({ status, body: rawBody }));
		app.encryptKey = '';
		await sandbox().setRequestUrl(url);
		app.encryptKey = encryptKey;
		status = 500;
		sandbox().bindAccount({ accountName: '星辰科技' });
		await until(() => sandbox().deliveries.length === 2);
		await clock.advance(15_000);
		await until(() => sandbox().deliveries.length === 3);

		const page = await open(ZH);
		const events = card(page, '推送的事件');
		await events.locator('summary', { hasText: '账号绑定 · 星辰科技' }).click();
		await events.getByText('"account_name": "星辰科技"').waitFor();
		await events.getByText('第 2 次').waitFor();
		await events.getByText('对方返回了状态码 500').first().waitFor();
		await events.getByText('等待重试').waitFor();
		await events.getByText('实际发送的内容（已加密）').click();
		await events.getByText('X-Lark-Signature').waitFor();
		await events.getByText('"encrypt"').waitFor();
	});

	it('switches faults on and off', async () => {
		const { workflow, linked, answered } = await fill(sandbox());
		const page = await open(ZH);
		const faults = card(page, '故障演练');
		const system = faults.getByRole('switch', { name: '飞书系统错误（500）' });
		await system.click();
		await faults.getByRole('switch', { name: '飞书系统错误（500）', checked: true }).waitFor();
		await expect(workflow.returnResult(linked.examId, '1')).rejects.toThrow('500');
		await card(page, '收到的接口调用').getByText('系统错误').first().waitFor();

		await faults.getByLabel('下 1 次').check();
		await faults.getByRole('switch', { name: '访问凭证（access token）失效' }).first().click();
		await faults.getByText('还剩 1 次').waitFor();
		await system.click();
		await until(() => sandbox().calls.length > 0);
		await faults.locator('[role=switch][aria-checked=true]').first().waitFor();
		await expect(workflow.returnResult(linked.examId, '1')).rejects.toThrow('400');
		await page.getByText('故障演练中').first().waitFor({ state: 'detached' });
		expect(await workflow.returnResult(answered.examId, '96')).toMatchObject({ code: 0 });

		await faults.getByText('更多故障').click();
		await faults.getByRole('switch', { name: '网关错误（502）' }).click();
		await faults.getByText('还剩 1 次').waitFor();
		await faults.getByRole('switch', { name: '网关错误（502）' }).click();
		await page.getByText('故障演练中').first().waitFor({ state: 'detached' });
	});

	it('uses the language of the browser, switches it and keeps the choice', async () => {
		const page = await open(EN);
		await page.getByRole('heading', { name: 'Feishu Hire · Exam sandbox' }).waitFor();
		await page.getByRole('button', { name: '中文' }).click();
		await page.getByRole('heading', { name: '飞书招聘 · 笔试沙箱' }).waitFor();
		expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
		await page.reload();
		await page.getByRole('heading', { name: '飞书招聘 · 笔试沙箱' }).waitFor();
		expect(await page.getByRole('button', { name: '中文' }).getAttribute('aria-pressed')).toBe(
			'true',
		);
	});

	describe('uses one language', () => {
		/** Opens everything there is. */
		async function openAll(page: Page) {
			await page.locator('details').first().waitFor();
			for (;;) {
				const closed = page.locator('details:not([open]) > summary');
				if ((await closed.count()) === 0) break;
				await closed.first().click();
			}
		}

		/** The page's own words: without the switch of languages, bodies, values and what people typed. */
		const ownWords = (page: Page) =>
			page.evaluate(() => {
				const copy = document.body.cloneNode(true) as HTMLElement;
				for (const element of copy.querySelectorAll('.languages, pre, dd .value, dd a, .value'))
					element.remove();
				return [
					copy.textContent ?? '',
					...[...copy.querySelectorAll('[aria-label]')].map((element) =>
						element.getAttribute('aria-label'),
					),
				].join('\n');
			});

		it('Chinese, except for names that are English everywhere', async () => {
			await fill(sandbox());
			const page = await open(ZH);
			await openAll(page);
			const known = [
				...[
					'HR',
					'n8n',
					'npm start',
					'Feishu App API',
					'Platform',
					'Custom',
					'Base URL',
					'App ID',
					'App Secret',
				],
				...[
					'tenant_access_token',
					'Verification Token',
					'Encrypt Key',
					'Production URL',
					'Test URL',
					'Webhook URLs',
					'Webhook',
					'Receive Events By',
					'Long Connection',
					'Execute step',
					'Forward a result',
					'access token',
					'Log ID',
					'HTTP',
					'Retry-After',
					'ID',
				],
				...['(POST|GET) /\\S+', 'https?://\\S*', '\\S+@example\\.com', 'paper-\\d', 'u-1', 'key'],
			];
			const words = (await ownWords(page)).replace(new RegExp(known.join('|'), 'g'), '');
			expect(words.match(/[a-z]{2,}/gi)).toBeNull();
		});

		it('English, except for names that people entered', async () => {
			await fill(sandbox());
			const page = await open(EN);
			await openAll(page);
			const given = /张三|李四|王五|春季测评|示例账号|报告\.pdf|基本功|优秀|试卷/g;
			expect((await ownWords(page)).replace(given, '').match(/\p{Script=Han}+/gu)).toBeNull();
		});
	});

	describe('by keyboard', () => {
		const focused = (page: Page) =>
			page.evaluate(() => {
				const element = document.activeElement;
				return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
			});

		async function tabTo(page: Page, name: string) {
			for (let presses = 0; presses < 200; presses += 1) {
				await page.keyboard.press('Tab');
				if ((await focused(page)) === name) return;
			}
			throw new Error(`Tab does not reach "${name}"`);
		}

		it('reaches everything that can be used', async () => {
			await fill(sandbox());
			const page = await open(ZH);
			const usable = await page.evaluate(() => {
				const all = [...document.querySelectorAll('a[href], button, input, select, summary, pre')];
				// Of radio buttons Tab reaches the chosen one, arrow keys the others.
				return all.filter(
					(element) => element.checkVisibility() && !element.matches('[type=radio]:not(:checked)'),
				).length;
			});
			const reached = new Set<number>();
			for (let presses = 0; presses < usable; presses += 1) {
				await page.keyboard.press('Tab');
				reached.add(
					await page.evaluate(() =>
						[...document.querySelectorAll('*')].indexOf(document.activeElement as Element),
					),
				);
			}
			expect(reached.size).toBe(usable);
		});

		it('binds, arranges, opens and marks', async () => {
			const workflow = workflowOf(sandbox());
			const page = await open(EN);
			await tabTo(page, 'Bind account');
			await page.keyboard.press('Enter');
			await page.keyboard.type('Acme');
			await page.keyboard.press('Enter');
			await card(page, 'Exam accounts').getByText('Acme').waitFor();
			await page.getByRole('dialog').waitFor({ state: 'hidden' });
			expect(await focused(page)).toBe('Bind account');
			const [account] = sandbox().state.accounts;
			await workflow.pushPapers(account?.accountId ?? '');
			await card(page, 'Exam accounts').getByText(PAPER.name).waitFor();

			await tabTo(page, 'Arrange exam for 王五');
			await page.keyboard.press('Enter');
			await tabTo(page, 'Arrange');
			await page.keyboard.press('Enter');
			await card(page, 'Exams').getByRole('article').waitFor();
			const { examId, candidate } = sandbox().state.exams[0] as Exam;
			expect(candidate.name).toBe('王五');
			await workflow.returnResult(examId, '80');
			await page.getByRole('button', { name: 'Passed: 王五' }).waitFor();
			await tabTo(page, 'Passed: 王五');
			await page.keyboard.press('Space');
			await card(page, 'Exams').getByText('Marked', { exact: true }).waitFor();
			// The button is gone; the focus stays in its exam.
			expect(await page.evaluate(() => document.activeElement?.localName)).toBe('article');

			const call = card(page, 'Calls received').locator('summary').first();
			await call.focus();
			await page.keyboard.press('Enter');
			await card(page, 'Calls received').getByText('"result": "80"').waitFor();
		});
	});

	it('keeps focus, open entries and unfinished input when updates arrive', async () => {
		const { workflow, linked } = await fill(sandbox());
		const page = await open(ZH);
		const call = card(page, '收到的接口调用').locator('details').first();
		await call.locator('summary').click();
		await page.getByText('凭证与订阅方式').waitFor();
		const field = card(page, '接入信息').getByLabel('请求地址');
		await field.fill('http://half');
		await page.getByRole('button', { name: '为张三安排笔试' }).click();
		const dialog = page.getByRole('dialog', { name: '安排笔试' });
		await dialog.getByRole('combobox', { name: '候选人' }).selectOption('新的候选人');
		await dialog.getByLabel('姓名').fill('钱');

		await workflow.returnResult(linked.examId, '77');
		await card(page, '笔试').getByText('77', { exact: true }).waitFor({ state: 'attached' });
		await page.keyboard.type('七');
		expect(await dialog.getByLabel('姓名').inputValue()).toBe('钱七');
		expect(await dialog.getByRole('combobox', { name: '候选人' }).inputValue()).toBe('new');
		expect(await field.inputValue()).toBe('http://half');
		expect(await card(page, '收到的接口调用').locator('details[open]').count()).toBe(1);
	});

	it.each([
		['zh', ZH],
		['en', EN],
	])('fits a phone (%s)', async (_language, options) => {
		const page = await open({ ...options, viewport: PHONE });
		const width = () => page.evaluate(() => document.documentElement.scrollWidth);
		expect(await width()).toBe(PHONE.width);
		await fill(sandbox());
		await page.getByText('88.5').waitFor();
		for (const id of ['events', 'calls']) {
			const entry = page.locator(`#${id} summary`).first();
			if (await entry.count()) await entry.click();
		}
		expect(await width()).toBe(PHONE.width);
		// Nothing is cut: no element hides a part of its content, but those for screen readers alone.
		const cut = await page.evaluate(() =>
			[...document.querySelectorAll('body *')]
				.filter(
					(element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1,
				)
				.filter((element) => getComputedStyle(element).overflowX !== 'visible')
				.map((element) => element.outerHTML.slice(0, 80)),
		);
		expect(cut).toEqual([]);
		await page.locator('.candidate button.primary').first().click();
		const box = await page.getByRole('dialog').boundingBox();
		expect(box && box.x >= 0 && box.x + box.width <= PHONE.width).toBe(true);
	});

	it('shows that the sandbox has stopped, and recovers when it is back', async () => {
		const page = await open(ZH);
		await markLoad(page);
		const field = card(page, '接入信息').getByLabel('请求地址');
		await field.fill('http://half');
		const port = Number(new URL(sandbox().url).port);
		await sandbox().close();
		await page.getByRole('alert').getByText('沙箱没有响应。').first().waitFor();
		await page.getByText('已断开').waitFor();

		await card(page, '笔试账号').getByRole('button', { name: '绑定账号' }).click();
		const dialog = page.getByRole('dialog', { name: '绑定账号' });
		await dialog.getByRole('button', { name: '确定绑定' }).click();
		await dialog.getByText('沙箱没有响应。').waitFor();

		started.push(await startSandbox({ port }));
		await page.getByRole('status').getByText('沙箱已恢复').waitFor();
		await page.getByText('已断开').waitFor({ state: 'detached' });
		await dialog.getByRole('button', { name: '确定绑定' }).click();
		await card(page, '笔试账号').getByText('示例账号 1').waitFor();
		expect(await field.inputValue()).toBe('http://half');
		expect(await isFirstLoad(page)).toBe(true);
	});
});

describe('findChromium', () => {
	it('says how to install it when there is none', () => {
		expect(() => findChromium('', ['/nowhere/chromium'])).toThrow(
			/there is none.*npx playwright-core install.*CHROMIUM/,
		);
		expect(() => findChromium('/nowhere/chromium')).toThrow(
			/CHROMIUM says \/nowhere\/chromium, but nothing is there/,
		);
		expect(findChromium(process.execPath)).toBe(process.execPath);
	});
});
