import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { launchBrowser } from './browser';
import { ROOT } from './pack';
import { tell } from './progress';
import { plainWebhookUrls } from './provision';
import { LOGIN, setStage, type Stage } from './stage';

const FOLDER = join(ROOT, 'docs', 'images');
const VIEWPORT = { width: 1400, height: 800 };

/** Takes the pictures of the README in a real n8n and the sandbox, after one whole flow has run there. */
async function main(): Promise<void> {
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-pictures-'));
	await mkdir(FOLDER, { recursive: true });
	const stage = await setStage(userFolder);
	const browser = await launchBrowser();
	try {
		await runFlow(stage);
		const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 1.5 });
		await pictureOfFlow(page, stage);
		await pictureOfSandbox(page, stage);
	} finally {
		await browser.close();
		await stage.stop();
		await rm(userFolder, { recursive: true, force: true });
	}
}

async function until(what: string, isSo: () => boolean): Promise<void> {
	for (let waited = 0; !isSo(); waited += 100) {
		if (waited > 15_000) throw new Error(`Not within 15 s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

async function runFlow({ sandbox, api }: Stage): Promise<void> {
	const account = sandbox.bindAccount();
	await until('papers', () => account.papers.length > 0);
	const paperId = account.papers[0]?.id ?? '';
	const first = sandbox.arrangeExam({ accountId: account.accountId, paperId });
	const [, { applicationId } = {}] = sandbox.state.applications;
	const second = sandbox.arrangeExam({ accountId: account.accountId, paperId, applicationId });
	await until('links', () => Boolean(first.arrangement && second.arrangement));
	const [resultUrl = ''] = await plainWebhookUrls(api);
	await fetch(resultUrl, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({
			examId: first.examId,
			result: '92.5',
			reports: [{ name: '张三的笔试结果.pdf', url: 'https://exam.example.com/reports/1.pdf' }],
			details: [{ name: '基本功', result: '优秀' }],
		}),
	});
}

async function pictureOfFlow(page: Page, { n8n }: Stage): Promise<void> {
	await page.goto(`${n8n.url}/signin`);
	await page.getByRole('textbox', { name: /email/i }).fill(LOGIN.email);
	await page.locator('input[type=password]').fill(LOGIN.password);
	await page.getByRole('button', { name: /sign in/i }).click();
	await page.waitForURL(/home/);
	await page.goto(`${n8n.url}/workflow/arrange-exam-when-created`);
	await page.getByText('Return exam arrangement').first().waitFor();
	await page.getByText('Production Checklist').locator('xpath=following::*[1]').click();
	await page.locator('[data-test-id=zoom-to-fit]').click();
	await page.waitForTimeout(1_500);
	await save(page, 'flow');
}

async function pictureOfSandbox(page: Page, { sandbox }: Stage): Promise<void> {
	await page.goto(sandbox.url);
	await page.getByText('exam.example.com').first().waitFor();
	await page.setViewportSize({ ...VIEWPORT, height: 1_050 });
	await save(page, 'sandbox');
}

async function save(page: Page, name: string): Promise<void> {
	await page.screenshot({ path: join(FOLDER, `${name}.png`) });
	tell(`docs/images/${name}.png`);
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
