import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { launchBrowser } from '../n8nHost/browser';
import { Editor } from '../n8nHost/editor';
import type { N8nApi } from '../n8nHost/n8nApi';
import { ROOT } from '../n8nHost/pack';
import { tell } from '../n8nHost/progress';
import { connectTriggers, plainWebhookUrls, provision, type Workflow } from '../n8nHost/provision';
import { LOGIN, setStage, type Stage } from '../n8nHost/stage';
import { type Sandbox, startSandbox } from '../sandbox';

const FOLDER = join(ROOT, 'docs', 'images');
const WINDOW = { width: 1400, height: 860 };
const FLOW = 'arrange-exam-when-created';
const WITHIN_MS = 30_000;

/** What people entered: all in one language, as a picture shows it. */
interface Scene {
	locale: string;
	/** Behind the name of a picture. */
	suffix: string;
	candidates: string[];
	account: string;
	result: { result: string; reports: object[]; details: object[] };
	/** What the names in the flows are called. */
	names: Record<string, string>;
}

type PlacedNode = Workflow['nodes'][number] & { position: [x: number, y: number] };

const CHINESE: Scene = {
	locale: 'zh-CN',
	suffix: '.zh-CN',
	candidates: ['张三', '李四', '王五'],
	account: '星辰科技',
	result: {
		result: '92.5',
		reports: [{ name: '张三的笔试报告.pdf', url: 'https://exam.example.com/reports/1.pdf' }],
		details: [{ name: '基本功', result: '优秀' }],
	},
	names: {
		'Arrange an exam when one is created': '创建笔试后安排笔试',
		'Feishu Hire Exam Trigger': '收到创建笔试事件',
		'Your exam system': '您的笔试系统',
		'Return exam arrangement': '回传笔试链接',
		'Return that it failed': '回传安排失败',
	},
};

const ENGLISH: Scene = {
	locale: 'en-US',
	suffix: '',
	candidates: ['Zhang San', 'Li Si', 'Wang Wu'],
	account: 'Star Technology',
	result: {
		result: '92.5',
		reports: [
			{ name: 'Exam report of Zhang San.pdf', url: 'https://exam.example.com/reports/1.pdf' },
		],
		details: [{ name: 'Basics', result: 'Excellent' }],
	},
	names: {},
};

/** Takes the pictures of the README in a real n8n and the sandbox, while real flows run there. */
async function main(): Promise<void> {
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-pictures-'));
	await mkdir(FOLDER, { recursive: true });
	const stage = await setStage(userFolder);
	const browser = await launchBrowser();
	try {
		const examples = await stage.api.get<Workflow[]>('/workflows');
		const flows = await Promise.all(
			examples.map(async ({ id }) => await stage.api.get<Workflow>(`/workflows/${id}`)),
		);
		const page = await newPage(browser, ENGLISH);
		const editor = new Editor(page, stage.n8n.url);
		await editor.signIn(LOGIN);
		for (const scene of [CHINESE, ENGLISH]) {
			const sandbox = await startSandbox();
			for (const flow of flows) await publishIn(stage.api, flow, scene);
			await play(stage, sandbox, scene);
			await pictureOfFlow(editor, scene);
			await pictureOfSandbox(browser, sandbox, scene);
			if (scene === ENGLISH) await picturesOfEditor(editor, sandbox);
			await sandbox.close();
		}
	} finally {
		await browser.close();
		await stage.stop();
		await rm(userFolder, { recursive: true, force: true });
	}
}

const newPage = async (browser: Browser, { locale }: Scene, deviceScaleFactor = 1.25) => {
	const page = await browser.newPage({ viewport: WINDOW, deviceScaleFactor, locale });
	page.setDefaultTimeout(WITHIN_MS);
	return page;
};

async function until(what: string, isSo: () => boolean): Promise<void> {
	for (let waited = 0; !isSo(); waited += 100) {
		if (waited > WITHIN_MS) throw new Error(`Not within ${WITHIN_MS / 1000} s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** The examples speak both languages: notes in paragraphs, what they send in one text after the other. */
function inLanguageOf({ locale, names }: Scene, text: string): string {
	const isChinese = locale === 'zh-CN';
	const paragraphs = text.split('\n\n');
	const own = paragraphs.filter((paragraph) => /\p{Script=Han}/u.test(paragraph) === isChinese);
	const notes = text.startsWith('=') || paragraphs.length === 1 ? text : own.join('\n\n');
	const single = notes.replace(/(\p{Script=Han}+) ([A-Z][\w -]+)/gu, isChinese ? '$1' : '$2');
	return Object.entries(names).reduce((known, [from, to]) => known.replaceAll(from, to), single);
}

/** A note in one language needs half the room; the one above the flow stays where it ends. */
function shrinkNote(node: PlacedNode): PlacedNode {
	if (node.type !== 'n8n-nodes-base.stickyNote') return node;
	const { parameters, position } = node;
	const [x, y] = position;
	const height = Number(parameters.height);
	const less = Math.round(height * 0.4);
	return {
		...node,
		parameters: { ...parameters, height: height - less },
		position: [x, y < 0 ? y + less : y],
	};
}

/** Publishes an example as it is in one language. */
async function publishIn(api: N8nApi, flow: Workflow, scene: Scene): Promise<void> {
	const { id, name, connections } = flow;
	const nodes = (flow.nodes as PlacedNode[]).map(shrinkNote);
	const translated = JSON.parse(
		JSON.stringify({ name, nodes, connections }),
		(_key, value: unknown) =>
			typeof value === 'string' ? inLanguageOf(scene, value) : renameKeys(value, scene.names),
	) as object;
	const { versionId } = await api.get<Workflow>(`/workflows/${id}`);
	const changed = await api.patch<Workflow>(`/workflows/${id}`, { ...translated, versionId });
	await api.post(`/workflows/${id}/activate`, { versionId: changed.versionId });
	const isUnderWay = async () =>
		(await api.get<{ status: string }>(`/workflows/${id}/publication-status`)).status ===
		'in_progress';
	while (await isUnderWay()) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Connections name their nodes in keys, too. */
const renameKeys = (value: unknown, names: Record<string, string>) =>
	value && typeof value === 'object' && !Array.isArray(value)
		? Object.fromEntries(
				Object.entries(value).map(([key, member]) => [names[key] ?? key, member as unknown]),
			)
		: value;

/** From a bound account to a result: the flows do their part. */
async function play(
	{ api }: Stage,
	sandbox: Sandbox,
	{ candidates, account: accountName, result }: Scene,
) {
	const { applications } = sandbox.state;
	applications.forEach(({ candidate }, index) => (candidate.name = candidates[index] ?? ''));
	await provision(api, sandbox);
	await connectTriggers(api, sandbox);
	const account = sandbox.bindAccount({ accountName });
	await until('papers', () => account.papers.length > 0);
	const [{ id: paperId } = { id: '' }] = account.papers;
	const exam = sandbox.arrangeExam({ accountId: account.accountId, paperId });
	await until('link', () => Boolean(exam.arrangement));
	const [resultUrl = ''] = await plainWebhookUrls(api);
	await fetch(resultUrl, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ examId: exam.examId, ...result }),
	});
}

async function pictureOfFlow(editor: Editor, { suffix }: Scene): Promise<void> {
	await editor.open(`${FLOW}/executions`);
	await editor.part('canvas-node-status-mark-success').first().waitFor();
	const checklist = editor.page.getByText('Production Checklist');
	if (await checklist.isVisible()) await checklist.locator('xpath=following::*[1]').click();
	await editor.part('zoom-to-fit').click();
	await save(editor.page, `flow${suffix}`);
}

async function pictureOfSandbox(browser: Browser, sandbox: Sandbox, scene: Scene): Promise<void> {
	const page = await newPage(browser, scene, 1);
	await page.setViewportSize({ width: 1400, height: 1_600 });
	await page.goto(sandbox.url);
	const exams = page.locator('#exams');
	await exams.getByText('92.5').waitFor();
	const { y, height } = await boxOf(exams);
	await save(page, `sandbox${scene.suffix}`, { x: 0, y: 0, width: 1400, height: y + height + 12 });
	await page.close();
}

async function boxOf(part: Locator): Promise<Box> {
	const box = await part.boundingBox();
	if (!box) throw new Error(`Not to be seen: ${String(part)}`);
	// Without what shines through at the edges.
	return { x: box.x + 2, y: box.y + 2, width: box.width - 4, height: box.height - 4 };
}

async function picturesOfEditor(editor: Editor, sandbox: Sandbox): Promise<void> {
	const { page } = editor;
	await page.setViewportSize({ width: 1400, height: 1_000 });
	await editor.openNew();
	await editor.add('On exam created');
	await page.getByText('When will this node trigger my flow?').click();
	await page.getByText('Webhook URLs').click();
	const form = await boxOf(editor.form);
	const output = await boxOf(editor.output);
	await save(page, 'trigger', { ...form, width: output.x - form.x });

	await editor.clear();
	await editor.add('Return exam result to recruiter');
	await editor.type('Exam ID', sandbox.state.exams[0]?.examId ?? '');
	await editor.type('Result', '95');
	await editor.more('Add Field', 'Reports');
	await editor.more('Add Report');
	await editor.type('Name', 'Exam report.pdf');
	await editor.type('URL', 'https://exam.example.com/reports/2.pdf');
	await editor.execute();
	await editor.closeNotes();
	const { x } = await boxOf(editor.part('tab-params'));
	const fieldsAndOutput = { ...output, x, width: output.x + output.width - x };
	await save(page, 'form', fieldsAndOutput);

	await editor.type('Exam ID', '7178536692385679677');
	await editor.execute();
	await editor.closeNotes();
	await save(page, 'error', fieldsAndOutput);

	await editor.newCredential();
	await editor.choose('Platform', 'Custom');
	await editor.type('Base URL', sandbox.url);
	await editor.type('App ID', sandbox.app.appId);
	await editor.type('App Secret', 'wrong');
	await editor.part('credential-save-button').click();
	await editor.credential.getByText('More details').click();
	await editor.closeNotes();
	const dialog = await boxOf(editor.credential);
	const appId = await boxOf(editor.field('App ID'));
	await save(page, 'credential', { ...dialog, height: appId.y + appId.height + 12 - dialog.y });

	await page.setViewportSize({ width: 1400, height: 1_330 });
	await editor.openNew();
	await editor.search('笔试');
	await editor.panel.getByText('Feishu Hire Exam', { exact: true }).waitFor();
	await save(page, 'search', { ...(await boxOf(editor.panel)), height: 310 });
	await editor.openNode();
	await save(editor.panel, 'actions');
}

type Box = { x: number; y: number; width: number; height: number };

async function save(what: Page | Locator, name: string, clip?: Box): Promise<void> {
	// Until nothing moves any more.
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	await what.screenshot({ path: join(FOLDER, `${name}.png`), ...(clip && { clip }) });
	tell(`docs/images/${name}.png`);
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
