import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';

import { launchBrowser } from '../n8nHost/browser';
import { Editor } from '../n8nHost/editor';
import { type Environment, OWNER, startEnvironment, USUAL_PORTS } from '../n8nHost/environment';
import type { N8nApi } from '../n8nHost/n8nApi';
import { ROOT } from '../n8nHost/pack';
import { print, runMain } from '../n8nHost/progress';
import { ensureCredential, useLongConnection } from '../n8nHost/provision';
import { waitFor } from '../n8nHost/waitFor';
import {
	activeWorkflows,
	waitForPublication,
	webhookNodeUrls,
	type Workflow,
} from '../n8nHost/workflows';
import { type Sandbox, startSandbox } from '../sandbox';
import { drawings } from './drawings';
import { CHINESE, ENGLISH, type Scene, translate } from './scenes';

const FOLDER = join(ROOT, 'docs', 'images');
const WINDOW = { width: 1400, height: 860 };
const WORKFLOW = 'arrange-exam-when-created';
const TIMEOUT_MS = 30_000;
/** READMEs load quickly. */
const MAX_BYTES = 150_000;

/** Draws Feishu's console, and takes pictures in a real n8n and the sandbox, while the example workflows run there. */
async function main(): Promise<void> {
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-pictures-'));
	await mkdir(FOLDER, { recursive: true });
	for (const [name, drawing] of drawings()) await writeFile(join(FOLDER, name), drawing);
	const environment = await startEnvironment(userFolder, {
		examples: true,
		preferredPorts: USUAL_PORTS,
	});
	const browser = await launchBrowser();
	try {
		await takePictures(environment, browser);
	} finally {
		await browser.close();
		await environment.stop();
		await rm(userFolder, { recursive: true, force: true });
	}
}

async function takePictures({ api, n8n }: Environment, browser: Browser): Promise<void> {
	const workflows = await activeWorkflows(api);
	const editor = new Editor(await newPage(browser, ENGLISH), n8n.url);
	await editor.signIn(OWNER);
	for (const scene of [CHINESE, ENGLISH]) {
		const sandbox = await startSandbox();
		try {
			// A workflow connects to the sandbox that its credential names when it is published.
			await ensureCredential(api, sandbox);
			for (const workflow of workflows) await publishTranslation(api, workflow, scene);
			await runWorkflows(api, sandbox, scene);
			await takeWorkflowPicture(editor, scene);
			await takeSandboxPicture(browser, sandbox, scene);
			if (scene === ENGLISH) await takeEditorPictures(editor, sandbox);
		} finally {
			await sandbox.close();
		}
	}
}

async function newPage(browser: Browser, { locale }: Scene, deviceScaleFactor = 1.25) {
	const page = await browser.newPage({ viewport: WINDOW, deviceScaleFactor, locale });
	page.setDefaultTimeout(TIMEOUT_MS);
	return page;
}

async function publishTranslation(api: N8nApi, workflow: Workflow, scene: Scene): Promise<void> {
	const { id } = workflow;
	// n8n starts a trigger anew only if its node changed, or if it was stopped.
	await api.post(`/workflows/${id}/deactivate`, {});
	const { versionId } = await api.get<Workflow>(`/workflows/${id}`);
	const translation = { ...translate(workflow, scene), versionId };
	const changed = await api.patch<Workflow>(`/workflows/${id}`, translation);
	await api.post(`/workflows/${id}/activate`, { versionId: changed.versionId });
	await waitForPublication(api, id);
}

/** Runs the example workflows, from a bound account to the result of an exam. */
async function runWorkflows(
	api: N8nApi,
	sandbox: Sandbox,
	{ candidates, account: accountName, result }: Scene,
): Promise<void> {
	const { applications } = sandbox.state;
	applications.forEach(({ candidate }, index) => (candidate.name = candidates[index] ?? ''));
	await useLongConnection(api, sandbox);
	const account = sandbox.bindAccount({ accountName });
	const { id: paperId } = await waitFor('papers', () => account.papers[0]);
	const exam = sandbox.arrangeExam({ accountId: account.accountId, paperId });
	await waitFor('the link', () => exam.arrangement);
	const [resultUrl = ''] = await webhookNodeUrls(api);
	await fetch(resultUrl, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ examId: exam.examId, ...result }),
	});
}

async function takeWorkflowPicture(editor: Editor, { suffix }: Scene): Promise<void> {
	await editor.open(`${WORKFLOW}/executions`);
	await editor.part('canvas-node-status-mark-success').first().waitFor();
	const checklist = editor.page.getByText('Production Checklist');
	if (await checklist.isVisible()) await checklist.locator('xpath=following::*[1]').click();
	await editor.part('zoom-to-fit').click();
	await save(editor.page, `flow${suffix}`);
}

async function takeSandboxPicture(browser: Browser, sandbox: Sandbox, scene: Scene): Promise<void> {
	const page = await newPage(browser, scene, 1);
	await page.setViewportSize({ width: 1400, height: 1_600 });
	await page.goto(sandbox.url);
	const exams = page.locator('#exams');
	await exams.getByText('92.5').waitFor();
	const { y, height } = await boxOf(exams);
	await save(page, `sandbox${scene.suffix}`, { x: 0, y: 0, width: 1400, height: y + height + 12 });
	await page.close();
}

async function takeEditorPictures(editor: Editor, sandbox: Sandbox): Promise<void> {
	await editor.page.setViewportSize({ width: 1400, height: 1_000 });
	await takeTriggerPicture(editor);
	await takeActionPictures(editor, sandbox);
	await takeCredentialPicture(editor, sandbox);
	await editor.page.setViewportSize({ width: 1400, height: 1_330 });
	await takePanelPictures(editor);
}

async function takeTriggerPicture(editor: Editor): Promise<void> {
	const { page } = editor;
	await editor.openNew();
	await editor.add('On exam created');
	await page.getByText('When will this node trigger my flow?').click();
	await page.getByText('Webhook URLs').click();
	const form = await boxOf(editor.form);
	const output = await boxOf(editor.output);
	await save(page, 'trigger', { ...form, width: output.x - form.x });
}

async function takeActionPictures(editor: Editor, sandbox: Sandbox): Promise<void> {
	await editor.clear();
	await editor.add('Return exam result to recruiter');
	await editor.type('Exam ID', sandbox.state.exams[0]?.examId ?? '');
	await editor.type('Result', '95');
	await editor.addField('Add Field', 'Reports');
	await editor.addField('Add Report');
	await editor.type('Name', 'Exam report.pdf');
	await editor.type('URL', 'https://exam.example.com/reports/2.pdf');
	await editor.execute();
	await editor.closeNotifications();
	const output = await boxOf(editor.output);
	const { x } = await boxOf(editor.part('tab-params'));
	const fieldsAndOutput = { ...output, x, width: output.x + output.width - x };
	await save(editor.page, 'form', fieldsAndOutput);

	await editor.type('Exam ID', '7178536692385679677');
	await editor.execute();
	await editor.closeNotifications();
	await save(editor.page, 'error', fieldsAndOutput);
}

async function takeCredentialPicture(editor: Editor, { url, app }: Sandbox): Promise<void> {
	await editor.newCredential();
	await editor.choose('Platform', 'Custom');
	await editor.type('Base URL', url);
	await editor.type('App ID', app.appId);
	await editor.type('App Secret', 'wrong');
	await editor.part('credential-save-button').click();
	await editor.credential.getByText('More details').click();
	await editor.closeNotifications();
	const dialog = await boxOf(editor.credential);
	const appId = await boxOf(editor.field('App ID'));
	const clip = { ...dialog, height: appId.y + appId.height + 12 - dialog.y };
	await save(editor.page, 'credential', clip);
}

async function takePanelPictures(editor: Editor): Promise<void> {
	await editor.openNew();
	await editor.search('笔试');
	await editor.panel.getByText('Feishu Hire Exam', { exact: true }).waitFor();
	await save(editor.page, 'search', { ...(await boxOf(editor.panel)), height: 310 });
	await editor.openNode();
	await save(editor.panel, 'actions');
}

type Box = { x: number; y: number; width: number; height: number };

async function boxOf(part: Locator): Promise<Box> {
	const box = await part.boundingBox();
	if (!box) throw new Error(`Not visible: ${String(part)}`);
	// Without what shows through at the edges.
	return { x: box.x + 2, y: box.y + 2, width: box.width - 4, height: box.height - 4 };
}

async function save(what: Page | Locator, name: string, clip?: Box): Promise<void> {
	// Pictures are looked at before they are committed: this only waits for animations to end.
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	const screenshot = await what.screenshot(clip && { clip });
	// A palette of 256 colors takes less than half the space.
	const picture = await sharp(screenshot).png({ palette: true, effort: 10 }).toBuffer();
	if (picture.length >= MAX_BYTES) throw new Error(`${name}.png has ${picture.length} bytes`);
	await writeFile(join(FOLDER, `${name}.png`), picture);
	print(`docs/images/${name}.png`);
}

runMain(main);
