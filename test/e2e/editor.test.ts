/** The nodes in the editor of a real n8n, in a real browser, against the sandbox. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

import { launchBrowser } from '../../n8nHost/browser';
import { Editor } from '../../n8nHost/editor';
import { type Environment, OWNER, startEnvironment } from '../../n8nHost/environment';
import { waitFor } from '../../n8nHost/waitFor';
import type { Workflow } from '../../n8nHost/workflows';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import type { Exam } from '../../sandbox';
import { callHire, PAPER } from '../support/sandbox';
import { createCredential, feishuTrigger, publish, returnLink } from '../support/workflows';

const API = '/open-apis/hire/v1';

/** n8n takes an execution for that of the workflow when it ends before the editor knows which node it was for. */
const SUCCESS = /(Node|Workflow) executed successfully/;

let userFolder: string;
let environment: Environment;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	environment = await startEnvironment(userFolder);
	browser = await launchBrowser();
	const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
	page.setDefaultTimeout(30_000);
	editor = new Editor(page, environment.n8n.url);
	await editor.signIn(OWNER);
});

afterAll(async () => {
	await browser?.close();
	await environment?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

const optionsOf = ({ options = [] }: INodeProperties) => options as INodePropertyOptions[];

/** The name of each operation in the nodes panel. */
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

/** The names of the events in the nodes panel. */
const TRIGGERS = new FeishuHireExamTrigger().description.properties
	.filter(({ name }) => name === 'events')
	.flatMap(optionsOf)
	.map(({ name }) => `On ${name.toLowerCase()}`);

describe('the nodes panel', () => {
	beforeAll(async () => await editor.openNew());

	const NODES = ['Feishu Hire Exam', 'Feishu Hire Exam Status'];

	it.each([
		...['feishu', 'exam', 'hire', 'result', '飞书', '笔试', '试卷'].map((text) => ({
			text,
			names: NODES,
		})),
		...['成绩', '报告', '链接', '安排', '候选人'].map((text) => ({ text, names: NODES })),
		...['link', '附件', '账号', '字段'].map((text) => ({ text, names: NODES.slice(0, 1) })),
	])('finds by "$text": $names', async ({ text, names }) => {
		await editor.search('no node has this name');
		await editor.panel.getByText('Feishu Hire Exam', { exact: true }).waitFor({ state: 'hidden' });
		await editor.search(text);
		for (const name of names) await editor.panel.getByText(name, { exact: true }).waitFor();
	});

	it('says for the node and its trigger, which share an entry, what the actions do', async () => {
		await editor.search('Feishu Hire Exam');
		await editor.panel.getByText(/^Return exam links and results/).waitFor();
	});

	it('lists each operation and each event', async () => {
		await editor.openNode();
		const names = await editor.part('node-creator-item-name').allInnerTexts();
		expect(names.map((name) => name.trim()).sort()).toEqual(
			[...ACTIONS.values(), ...TRIGGERS].sort(),
		);
	});
});

/** An account with a paper, and an exam arranged with it, without sending events. */
async function arrange() {
	const { sandbox } = environment;
	sandbox.removeRequestUrl();
	const account = sandbox.bindAccount();
	account.papers.push(PAPER);
	const { examId } = sandbox.arrangeExam({ accountId: account.accountId, paperId: PAPER.id });
	return { account, examId };
}

/** Sets the account fields, which customers fill in when they add an account. */
const setFields = async (...keys: string[]) =>
	await callHire(environment.sandbox, '/eco_account_custom_fields', {
		scope: 2,
		custom_field_list: keys.map((key) => ({ key, name: { en_us: key }, is_required: false })),
	});

const zhangSan = () => {
	const found = environment.sandbox.state.applications.find(
		({ candidate }) => candidate.name === '张三',
	);
	return found?.applicationId ?? '';
};

const expectInOutput = async (text: string | RegExp) =>
	await editor.output.getByText(text).first().waitFor();

/** A call that the sandbox has to receive, and a text that the output has to show. */
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
		await editor.addField('Add Account Field');
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
		await editor.addField('Add Account Field');
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
		await editor.chooseFromList('Application ID', '张三');
		return { method: 'GET', path: `/applications/${zhangSan()}/get_detail`, output: zhangSan() };
	},

	async 'application.getAll'() {
		await editor.type('Limit', '2');
		return { method: 'GET', path: '/applications', output: '2 items' };
	},

	async 'attachment.get'() {
		const [{ attachmentId, name } = { attachmentId: '', name: '' }] =
			environment.sandbox.state.attachments;
		await editor.type('Attachment ID', attachmentId);
		return { method: 'GET', path: `/attachments/${attachmentId}`, output: name };
	},

	async 'attachment.upload'() {
		await editor.addField('Add Field');
		await editor.type('File Name', '张三的报告.json');
		return { path: '/attachments', output: '张三的报告.json' };
	},

	async 'candidateExam.addResult'() {
		await editor.chooseFromList('Application ID', '张三');
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
		await editor.addField('Add Field', 'Reports');
		await editor.addField('Add Report');
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
	await editor.addField('Add Paper');
	await editor.type('Paper ID', PAPER.id);
	await editor.type('Paper Name', '秋季测评');
	await editor.type('Duration', '60');
	const body = {
		account_id: account.accountId,
		paper_list: [{ id: PAPER.id, name: '秋季测评', duration: 60 }],
	};
	return { body, output: account.accountId };
}

/** Opens a workflow with a node that makes a file, and selects this node. */
async function openWorkflowWithFile() {
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
	const { id } = await environment.api.post<{ id: string }>('/workflows', {
		name: 'With a file',
		nodes: [start, makeFile],
		connections,
	});
	await editor.open(id);
	await editor.canvasNode('Make file').click();
}

const openCanvas = async (operation: string) =>
	operation === 'attachment.upload' ? await openWorkflowWithFile() : await editor.clear();

describe('each operation is added to the canvas under its name, takes what a user enters, and runs', () => {
	beforeAll(async () => await editor.openNew());

	it.each([...ACTIONS])('%s: %s', async (operation, action) => {
		const fillIn = FORMS[operation];
		if (!fillIn) throw new Error(`Add ${operation} to FORMS: how a user fills in its form`);
		await openCanvas(operation);
		await editor.add(action);
		const { method = 'POST', path, body, output } = await fillIn();
		environment.sandbox.calls.splice(0);
		expect(await editor.execute()).toMatch(SUCCESS);
		await expectInOutput(output);

		const calls = environment.sandbox.calls.filter((call) => call.path === `${API}${path}`);
		expect(calls).toMatchObject([{ method, status: 200, answer: { code: 0 } }]);
		if (body) expect(JSON.parse(calls[0]?.rawBody ?? '')).toMatchObject(body);
		await editor.close();
		expect(await editor.canvasNode(action).isVisible()).toBe(true);
	});
});

describe('an error in the editor explains', () => {
	beforeAll(async () => await editor.openNew());

	beforeEach(async () => {
		await editor.clear();
		await editor.add(actionOf('exam.returnResult'));
		await editor.type('Result', '92.5');
	});

	it('an exam that Feishu does not know', async () => {
		await editor.type('Exam ID', '7178536692385679677');
		await editor.execute();
		await expectInOutput('Feishu does not know this exam, or its state does not allow this');
		await expectInOutput(/Check 'Exam ID'.*Code 1002851.*Log ID [0-9A-F]{32}/);
	});

	it('an empty required field', async () => {
		expect(await editor.execute()).toContain('Parameter "Exam ID" is required');
	});

	it('an expression without a value', async () => {
		await editor.typeExpression('Exam ID', '{{ $json.exam_id }}');
		await editor.execute();
		await expectInOutput("'Exam ID' is empty");
		await expectInOutput('check that the expression returns a value');
	});

	it('an ID that lost digits as a number', async () => {
		await editor.typeExpression('Exam ID', '{{ 7178536692385679677 }}');
		await editor.execute();
		await expectInOutput("'Exam ID' is the number 7178536692385679000, which is not exact");
		await expectInOutput('Pass it as a string');
	});
});

describe('the credential test in the editor', () => {
	it('explains a failure, and confirms a valid credential', async () => {
		const { url, app } = environment.sandbox;
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
		// n8n closes a credential that passed its test, and shows the result when it is opened again.
		await editor.credential.waitFor({ state: 'hidden' });
		await editor.part('credential-edit-button').click();
		await editor.credential.getByText('Connection tested successfully').waitFor();

		await editor.type('App Secret', 'wrong again');
		await editor.part('credential-save-button').click();
		await editor.credential.getByText('Couldn’t connect with these settings').waitFor();
	});
});

describe('a test of the long connection in the editor', () => {
	it('shows an event, and takes none from the workflow that is published', async () => {
		const { sandbox, api } = environment;
		sandbox.removeRequestUrl();
		const credential = await createCredential(api, sandbox);
		const trigger = { delivery: 'longConnection', events: ['examCreated'] };
		const id = await publish(
			api,
			'production',
			[feishuTrigger('production', trigger), returnLink],
			credential,
		);
		await waitFor('a connection', () => sandbox.longConnection.clients.length === 1);
		sandbox.setLongConnection();
		const { accountId, papers } = sandbox.bindAccount();
		papers.push(PAPER);

		await editor.openNew();
		await editor.add('On exam created');
		await editor.chooseCredential('Feishu sandbox');
		await editor.page.getByText('Webhook URLs').waitFor();
		await editor.choose('Receive Events By', 'Long Connection');
		await editor.page.getByText('Webhook URLs').waitFor({ state: 'hidden' });
		let hasEnded = false;
		const result = editor.execute().finally(() => (hasEnded = true));
		const exams: Exam[] = [];
		const isArranged = ({ arrangement }: Exam) => arrangement?.result === 0;
		// Nothing tells when the test has joined: so events come until it has one.
		while (!hasEnded) {
			const exam = sandbox.arrangeExam({ accountId, paperId: PAPER.id });
			exams.push(exam);
			await waitFor('the link', () => isArranged(exam));
		}
		expect(await result).toMatch(SUCCESS);
		await expectInOutput(new RegExp(exams.map(({ examId }) => examId).join('|')));
		expect(exams.every(isArranged)).toBe(true);
		expect(sandbox.longConnection.clients).toHaveLength(1);
		await api.post(`/workflows/${id}/deactivate`, {});
		sandbox.removeLongConnection();
		await api.delete(`/credentials/${credential}`);
	});
});

describe('a workflow built in the editor', () => {
	it('is published, connected on the page of the sandbox, and runs successfully', async () => {
		const { sandbox } = environment;
		await arrange();
		const examUrl = 'https://exam.example.com/take/{{ $json.exam_id }}';
		await editor.openNew();
		await editor.add('On exam created');
		await editor.chooseCredential('Feishu sandbox');
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.form
			.getByText(/Receive events through persistent connection.*Request URL.*publish a version/s)
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
		// n8n publishes what it has saved, which it does a moment after the last change.
		await waitFor('the saved workflow', async () => {
			const { pathname } = new URL(editor.page.url());
			const { nodes } = await environment.api.get<Workflow>(
				pathname.replace('/workflow/', '/workflows/'),
			);
			return nodes.some(({ parameters }) => parameters.examUrl === `=${examUrl}`);
		});
		await editor.publish();
		await editor.page.getByText('Published', { exact: true }).waitFor();
		await editor.page.getByText('Now tell Feishu how to send events').waitFor();
		await editor.page.getByRole('button', { name: 'Got it' }).click();

		const page = await browser.newPage({ locale: 'en-US' });
		await page.goto(sandbox.url);
		const connection = page.getByRole('region', { name: 'Connection' });
		await connection.getByLabel('Request URL').fill(url);
		await connection.getByRole('button', { name: 'Check and save' }).click();
		await connection.getByText('Connected', { exact: true }).waitFor();
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

	it('is not activated with a credential that has no keys, and the editor explains why', async () => {
		await createCredential(environment.api, environment.sandbox, {
			verificationToken: '',
			encryptKey: '',
		});
		await editor.openNew();
		await editor.add('On exam created');
		await editor.chooseCredential('Sandbox');
		await editor.close();
		await editor.publish();
		await editor.notification
			.getByText('The credential has neither an Encrypt Key nor a Verification Token')
			.waitFor();
	});
});
