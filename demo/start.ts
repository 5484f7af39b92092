import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { answers, logFileIn } from '../n8nHost/n8n';
import { tell } from '../n8nHost/progress';
import { plainWebhookUrls } from '../n8nHost/provision';
import { LOGIN, setStage, type Stage } from '../n8nHost/stage';
import type { Sandbox } from '../sandbox';

const DATA = join(__dirname, 'data');
const ADDRESS_FILE = join(DATA, 'address');

async function main(): Promise<void> {
	await refuseSecondStart();
	const stage = await setStage(DATA);
	await writeFile(ADDRESS_FILE, stage.n8n.url);
	const [resultUrl] = await plainWebhookUrls(stage.api);
	tell(welcome(stage));
	const stopTelling = tellHowToPostResults(stage.sandbox, resultUrl);

	const reason = await Promise.race([
		signalled(),
		stage.n8n.ended.then(() => 'n8n ended by itself' as const),
	]);
	stopTelling();
	await rm(ADDRESS_FILE);
	if (reason !== 'signal') {
		await stage.stop();
		throw new Error(reason);
	}
	tell('\nStopping n8n and the sandbox …');
	await stage.stop();
	tell('Stopped. Your workflows and executions are kept in demo/data.');
}

/** Two n8n on one database would destroy it. */
async function refuseSecondStart(): Promise<void> {
	const address = await readFile(ADDRESS_FILE, 'utf8').catch(() => undefined);
	if (address && (await answers(`${address}/healthz`))) {
		throw new Error(
			`It is running already: ${address} (if that is something else, delete ${ADDRESS_FILE}).`,
		);
	}
}

async function signalled(): Promise<'signal'> {
	return await new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
			process.on(signal, () => resolve('signal'));
	});
}

function welcome({ n8n, sandbox }: Stage): string {
	return `
The demo is running.

  Feishu Hire sandbox   ${sandbox.url}
  n8n                   ${n8n.url}
                        e-mail    ${LOGIN.email}
                        password  ${LOGIN.password}

What to do first:
  1. In the sandbox, bind an account. The workflow "Sync papers when an account is bound" runs,
     and the papers appear there.
  2. Arrange an exam with one of these papers. "Arrange an exam when one is created" runs,
     and the exam's link appears.
  3. In n8n, open ${n8n.url}/home/executions and click an execution to see each step with its data.
  4. Post a result as an exam system would: after each arranged exam, the command is printed here.

Log of n8n: ${n8n.logFile}
Ctrl-C stops everything.
`;
}

/** Prints a ready-made command for each exam as soon as its link has arrived. */
function tellHowToPostResults(sandbox: Sandbox, resultUrl: string | undefined): () => void {
	if (!resultUrl) return () => undefined;
	const told = new Set<string>();
	const timer = setInterval(() => {
		for (const { examId, arrangement } of sandbox.state.exams) {
			if (!arrangement || told.has(examId)) continue;
			told.add(examId);
			tell(`Exam ${examId} is arranged. Post its result:\n\n${curl(resultUrl, examId)}\n`);
		}
	}, 1_000);
	return () => clearInterval(timer);
}

function curl(url: string, examId: string): string {
	const body = {
		examId,
		result: '90',
		reports: [{ name: 'Report', url: 'https://exam.example.com/report.pdf' }],
	};
	return `  curl -X POST ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(
			`\nThe demo could not go on. ${error instanceof Error ? error.message : String(error)}`,
		);
		const log = logFileIn(DATA);
		if (existsSync(log)) console.error(`\nLog of n8n: ${log}`);
		process.exit(1);
	},
);
