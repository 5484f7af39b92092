/** The nodes in the editor of a real n8n, in a real browser, against the sandbox. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

import { launchBrowser } from '../../n8nHost/browser';
import { Editor } from '../../n8nHost/editor';
import type { Workflow } from '../../n8nHost/provision';
import { LOGIN, setStage, type Stage } from '../../n8nHost/stage';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import { eventually } from '../support/eventually';
import { createCredential } from '../support/flows';
import { callHire, PAPER } from '../support/sandbox';

jest.setTimeout(60_000);
// The editor saves while one works, and a click may come in between.
jest.retryTimes(1);

const API = '/open-apis/hire/v1';

let userFolder: string;
let stage: Stage;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	stage = await setStage(userFolder);
	browser = await launchBrowser();
	const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
	page.setDefaultTimeout(30_000);
	editor = new Editor(page, stage.n8n.url);
	await editor.signIn(LOGIN);
}, 15 * 60_000);

afterAll(async () => {
	await browser?.close();
	await stage?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

const optionsOf = ({ options = [] }: INodeProperties) => options as INodePropertyOptions[];

/** What the panel calls each operation. */
const ACTIONS = new Map(
	new FeishuHireExam().description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap((selector) =>
			optionsOf(selector).map(({ value, action }) => [
				`${String(selector.displayOptions?.show?.resource)}.${String(value)}`,
				action ?? '',
			]),
		),
);
const actionOf = (operation: string) => ACTIONS.get(operation) ?? '';

/** What the panel makes of the events. */
const TRIGGERS = new FeishuHireExamTrigger().description.properties
	.filter(({ name }) => name === 'events')
	.flatMap(optionsOf)
	.map(({ name }) => `On ${name.toLowerCase()}`);

describe('the panel of nodes', () => {
	beforeAll(async () => await editor.openNew());

	it.each(['feishu', 'exam', 'hire', '飞书', '笔试', '试卷'])(
		'finds the nodes by "%s"',
		async (text) => {
			await editor.search('what nobody has');
			await editor.panel
				.getByText('Feishu Hire Exam', { exact: true })
				.waitFor({ state: 'hidden' });
			await editor.search(text);
			for (const name of ['Feishu Hire Exam', 'Feishu Hire Exam Status']) {
				await editor.panel.getByText(name, { exact: true }).waitFor();
			}
		},
	);

	it('lists each operation and each event', async () => {
		await editor.openNode();
		const names = await editor.part('node-creator-item-name').allInnerTexts();
		expect(names.map((name) => name.trim()).sort()).toEqual(
			[...ACTIONS.values(), ...TRIGGERS].sort(),
		);
	});
});

/** An account with a paper, and an exam arranged with it. Nobody hears of them. */
async function arrange() {
	const { sandbox } = stage;
	await sandbox.setRequestUrls([]);
	const account = sandbox.bindAccount();
	account.papers.push(PAPER);
	const { examId } = sandbox.arrangeExam({ accountId: account.accountId, paperId: PAPER.id });
	return { account, examId };
}

/** What customers fill in when they add an account. */
const setFields = async (...keys: string[]) =>
	await callHire(stage.sandbox, '/eco_account_custom_fields', {
		scope: 2,
		custom_field_list: keys.map((key) => ({ key, name: { en_us: key }, is_required: false })),
	});

const zhangSan = () => {
	const found = stage.sandbox.state.applications.find(({ candidate }) => candidate.name === '张三');
	return found?.applicationId ?? '';
};

const seeWords = async (words: string | RegExp) =>
	await editor.output.getByText(words).first().waitFor();

/** A call that the sandbox has to receive, and what the output has to say. */
interface Outcome {
	method?: string;
	path: string;
	body?: object;
	output: string | RegExp;
}

/** Fills in the form of an operation as a user does. */
const FORMS: Record<string, () => Promise<Outcome>> = {
	async 'accountField.delete'() {
		await setFields('kept', 'gone');
		await editor.choose('Field Source', 'List');
		await editor.type('Field Keys', 'gone');
		const body = { custom_field_key_list: ['gone'] };
		return { path: '/eco_account_custom_fields/batch_delete', body, output: 'deleted' };
	},

	async 'accountField.replaceAll'() {
		await editor.choose('Field Source', 'Fields Below');
		await editor.more('Add Account Field');
		await editor.type('Field Key', 'account_key');
		await editor.type('Name (Chinese)', '密钥');
		await editor.type('Name (English)', 'Key');
		await editor.toggle('Required');
		const body = {
			custom_field_list: [
				{ key: 'account_key', name: { zh_cn: '密钥', en_us: 'Key' }, is_required: true },
			],
		};
		return { path: '/eco_account_custom_fields', body, output: 'success' };
	},

	async 'accountField.update'() {
		await setFields('token');
		await editor.choose('Field Source', 'Fields Below');
		await editor.more('Add Account Field');
		await editor.type('Field Key', 'token');
		await editor.type('Name (English)', 'Token');
		const body = { custom_field_list: [{ key: 'token', name: { en_us: 'Token' } }] };
		return {
			method: 'PATCH',
			path: '/eco_account_custom_fields/batch_update',
			body,
			output: 'success',
		};
	},

	async 'application.get'() {
		await editor.pick('Application ID', '张三');
		return { method: 'GET', path: `/applications/${zhangSan()}/get_detail`, output: zhangSan() };
	},

	async 'application.getAll'() {
		await editor.type('Limit', '2');
		return { method: 'GET', path: '/applications', output: '2 items' };
	},

	async 'attachment.get'() {
		const [{ attachmentId, name } = { attachmentId: '', name: '' }] =
			stage.sandbox.state.attachments;
		await editor.type('Attachment ID', attachmentId);
		return { method: 'GET', path: `/attachments/${attachmentId}`, output: name };
	},

	async 'attachment.upload'() {
		await editor.more('Add Field');
		await editor.type('File Name', '张三的报告.json');
		return { path: '/attachments', output: '张三的报告.json' };
	},

	async 'candidateExam.addResult'() {
		await editor.pick('Application ID', '张三');
		await editor.type('Exam Name', '春季测评');
		await editor.type('Score', '88.5');
		await editor.type('Operator ID', 'ou_f476cb099ac9227c9bae09ce46112579');
		const body = {
			application_id: zhangSan(),
			exam_resource_name: '春季测评',
			score: 88.5,
			operator_id: 'ou_f476cb099ac9227c9bae09ce46112579',
		};
		return { path: '/exams', body, output: /\d{19}/ };
	},

	async 'candidateExam.getAll'() {
		await arrange();
		await editor.type('Limit', '100');
		return { path: '/tests/search', output: PAPER.name };
	},

	async 'exam.returnArrangement'() {
		const { examId } = await arrange();
		await editor.type('Exam ID', examId);
		await editor.type('Exam URL', 'https://exam.example.com/take/1');
		const body = { result: 0, exam_login_info: { exam_url: 'https://exam.example.com/take/1' } };
		return { path: `/eco_exams/${examId}/login_info`, body, output: examId };
	},

	async 'exam.returnResult'() {
		const { examId } = await arrange();
		await editor.type('Exam ID', examId);
		await editor.type('Result', '92.5');
		await editor.more('Add Field', 'Reports');
		await editor.more('Add Report');
		await editor.type('Name', '张三的报告.pdf');
		await editor.type('URL', 'https://exam.example.com/reports/1.pdf');
		const report = { name: '张三的报告.pdf', url: 'https://exam.example.com/reports/1.pdf' };
		return {
			path: `/eco_exams/${examId}/update_result`,
			body: { result: '92.5', report_list: [report] },
			output: examId,
		};
	},

	async 'examPaper.delete'() {
		const { account } = await arrange();
		await editor.type('Account ID', account.accountId);
		await editor.choose('Paper Source', 'List');
		await editor.type('Paper IDs', PAPER.id);
		const body = { account_id: account.accountId, paper_id_list: [PAPER.id] };
		return { path: '/eco_exam_papers/batch_delete', body, output: account.accountId };
	},

	async 'examPaper.replaceAll'() {
		return { path: '/eco_exam_papers', ...(await fillInPaper()) };
	},

	async 'examPaper.update'() {
		return { method: 'PATCH', path: '/eco_exam_papers/batch_update', ...(await fillInPaper()) };
	},
};

async function fillInPaper() {
	const { account } = await arrange();
	await editor.type('Account ID', account.accountId);
	await editor.choose('Paper Source', 'Fields Below');
	await editor.more('Add Paper');
	await editor.type('Paper ID', PAPER.id);
	await editor.type('Paper Name', '秋季测评');
	await editor.type('Duration', '60');
	const body = {
		account_id: account.accountId,
		paper_list: [{ id: PAPER.id, name: '秋季测评', duration: 60 }],
	};
	return { body, output: account.accountId };
}

/** A canvas with a node that makes a file, chosen. */
async function openFlowWithFile() {
	const start = {
		id: 'start',
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		parameters: {},
		position: [0, 0],
	};
	const makeFile = {
		id: 'file',
		name: 'Make file',
		type: 'n8n-nodes-base.convertToFile',
		typeVersion: 1.1,
		parameters: { operation: 'toJson', options: {} },
		position: [220, 0],
	};
	const connections = { Start: { main: [[{ node: 'Make file', type: 'main', index: 0 }]] } };
	const { id } = await stage.api.post<{ id: string }>('/workflows', {
		name: 'With a file',
		nodes: [start, makeFile],
		connections,
	});
	await editor.open(id);
	await editor.canvasNode('Make file').click();
}

const openCanvas = async (operation: string) =>
	operation === 'attachment.upload' ? await openFlowWithFile() : await editor.clear();

describe('each operation lands on the canvas under its name, takes what is typed into its form, and runs', () => {
	beforeAll(async () => await editor.openNew());

	it.each([...ACTIONS])('%s: %s', async (operation, action) => {
		const fillIn = FORMS[operation];
		if (!fillIn) throw new Error(`Say in FORMS how the form of ${operation} is filled in`);
		await openCanvas(operation);
		await editor.add(action);
		const { method = 'POST', path, body, output } = await fillIn();
		stage.sandbox.calls.splice(0);
		expect(await editor.execute()).toContain('Node executed successfully');
		await seeWords(output);

		const calls = stage.sandbox.calls.filter((call) => call.path === `${API}${path}`);
		expect(calls).toMatchObject([{ method, status: 200, answer: { code: 0 } }]);
		if (body) expect(JSON.parse(calls[0]?.rawBody ?? '')).toMatchObject(body);
		await editor.close();
		expect(await editor.canvasNode(action).isVisible()).toBe(true);
	});
});

describe('a mistake is told in words', () => {
	beforeAll(async () => await editor.openNew());

	beforeEach(async () => {
		await editor.clear();
		await editor.add(actionOf('exam.returnResult'));
		await editor.type('Result', '92.5');
	});

	it('an exam that Feishu does not know', async () => {
		await editor.type('Exam ID', '7178536692385679677');
		await editor.execute();
		await seeWords('Feishu does not know this exam, or its state does not allow this');
		await seeWords(/Check 'Exam ID'.*Code 1002851.*Log ID [0-9A-F]{32}/);
	});

	it('a field that was left empty', async () => {
		expect(await editor.execute()).toContain('Parameter "Exam ID" is required');
	});

	it('a field whose expression gives nothing', async () => {
		await editor.typeExpression('Exam ID', '{{ $json.exam_id }}');
		await editor.execute();
		await seeWords("'Exam ID' is empty");
		await seeWords('check that the expression gives a value');
	});

	it('an ID that lost digits on its way', async () => {
		await editor.typeExpression('Exam ID', '{{ 7178536692385679677 }}');
		await editor.execute();
		await seeWords("'Exam ID' is the number 7178536692385679000, which is not exact");
		await seeWords('Hand it over as text');
	});
});

describe('a credential', () => {
	it('says what is wrong with it, and that it is right', async () => {
		const { url, app } = stage.sandbox;
		await editor.openNew();
		await editor.add(actionOf('exam.returnResult'));
		await editor.newCredential();
		await editor.choose('Platform', 'Custom');
		await editor.type('Base URL', url);
		await editor.type('App ID', app.appId);
		await editor.type('App Secret', 'wrong');
		await editor.part('credential-save-button').click();
		await editor.credential.getByText('Couldn’t connect with these settings').waitFor();
		await editor.credential.getByText('More details').click();
		await editor.credential
			.getByText(/The App Secret is wrong\. Copy it again from 'Credentials & Basic Info'/)
			.waitFor();

		await editor.type('App Secret', app.appSecret);
		await editor.part('credential-save-button').click();
		// n8n closes what has passed, and tells more when it is opened again.
		await editor.credential.waitFor({ state: 'hidden' });
		await editor.part('credential-edit-button').click();
		await editor.credential.getByText('Connection tested successfully').waitFor();

		await editor.type('App Secret', 'wrong again');
		await editor.part('credential-save-button').click();
		await editor.credential.getByText('Couldn’t connect with these settings').waitFor();
	});
});

describe('a flow made in the editor', () => {
	it('is published, connected on the page of the sandbox, and runs to the green check marks', async () => {
		const { sandbox } = stage;
		await arrange();
		const examUrl = 'https://exam.example.com/take/{{ $json.exam_id }}';
		await editor.openNew();
		await editor.add('On exam created');
		await editor.chooseCredential('Feishu sandbox');
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.form
			.getByText(/Publish this workflow\..*Request URL.*publish a version of the app/s)
			.waitFor();
		await editor.page.getByText('Webhook URLs').click();
		await editor.form.getByRole('radio', { name: 'Production URL' }).click();
		const url = (await editor.form.getByText(/^http.*\/webhook\//).innerText()).trim();
		await editor.close();

		await editor.add(actionOf('exam.returnArrangement'));
		await editor.chooseCredential('Feishu sandbox');
		await editor.typeExpression('Exam ID', '{{ $json.exam_id }}');
		await editor.typeExpression('Exam URL', examUrl);
		await editor.close();
		// n8n publishes what it has saved, and saves a moment after the last change.
		await eventually('the saved flow', async () => {
			const { pathname } = new URL(editor.page.url());
			const { nodes } = await stage.api.get<Workflow>(
				pathname.replace('/workflow/', '/workflows/'),
			);
			return nodes.some(({ parameters }) => parameters.examUrl === `=${examUrl}`) || undefined;
		});
		await editor.publish();
		await editor.page.getByText('Published', { exact: true }).waitFor();
		await editor.page.getByText('Now tell Feishu where to send events').waitFor();
		await editor.page.getByRole('button', { name: 'Got it' }).click();

		const page = await browser.newPage({ locale: 'en-US' });
		await page.goto(sandbox.url);
		const connection = page.getByRole('region', { name: 'Connection' });
		await connection.getByLabel('Request URL').fill(url);
		await connection.getByRole('button', { name: 'Check and add' }).click();
		await connection.getByText('Connected (1)').waitFor();
		await page.getByRole('button', { name: 'Arrange exam for 张三' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Arrange', exact: true }).click();
		await page
			.getByRole('link', { name: /^https:\/\/exam\.example\.com\/take\/\d{19}$/ })
			.first()
			.waitFor();
		await page.close();

		await editor.part('radio-button-executions').click();
		await editor.page.getByText('Succeeded').first().waitFor();
		for (const name of ['Feishu Hire Exam Trigger', actionOf('exam.returnArrangement')]) {
			await editor
				.canvasNode(name)
				.locator('[data-test-id=canvas-node-status-mark-success]')
				.waitFor();
		}
		expect(sandbox.state.exams.at(-1)).toMatchObject({ arrangement: { result: 0 } });
	});

	it('is not published with a credential that has no keys, and the editor says why', async () => {
		await createCredential(stage.api, stage.sandbox, { verificationToken: '', encryptKey: '' });
		await editor.openNew();
		await editor.add('On exam created');
		await editor.chooseCredential('Sandbox');
		await editor.close();
		await editor.publish();
		await editor.note
			.getByText('The credential has neither an Encrypt Key nor a Verification Token')
			.waitFor();
	});
});
