import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Environment, OWNER, startEnvironment, USUAL_PORTS } from '../n8nHost/environment';
import { isReachable, logFileIn } from '../n8nHost/n8n';
import { print, runMain } from '../n8nHost/progress';
import { webhookNodeUrls } from '../n8nHost/workflows';
import type { Sandbox } from '../sandbox';

const DATA = join(__dirname, 'data');
const ADDRESS_FILE = join(DATA, 'address');
const POLL_INTERVAL_MS = 1_000;

async function main(): Promise<void> {
	await refuseSecondStart();
	const environment = await startEnvironment(DATA, { examples: true, preferredPorts: USUAL_PORTS });
	const { api, n8n, sandbox } = environment;
	try {
		await writeFile(ADDRESS_FILE, n8n.url);
		print(welcome(environment));
		const [resultUrl] = await webhookNodeUrls(api);
		if (resultUrl) sandbox.examSystem.resultUrl = resultUrl;
		const stopPrinting = printResultCommands(sandbox, resultUrl);
		const reason = await Promise.race([stopSignal(), n8n.ended.then(() => 'ended' as const)]);
		stopPrinting();
		if (reason === 'ended') throw new Error('n8n has ended.');
		print('\nStopping n8n and the sandbox …');
	} finally {
		await rm(ADDRESS_FILE, { force: true });
		await environment.stop();
	}
	print('Stopped. Your workflows and executions are kept in demo/data.');
}

/** Two n8n processes on one database would corrupt it. */
async function refuseSecondStart(): Promise<void> {
	const address = await readFile(ADDRESS_FILE, 'utf8').catch(() => undefined);
	if (address && (await isReachable(`${address}/healthz`))) {
		throw new Error(
			`The demo is already running at ${address} (if that is something else, delete ${ADDRESS_FILE}).`,
		);
	}
}

async function stopSignal(): Promise<'signal'> {
	return await new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
			process.on(signal, () => resolve('signal'));
	});
}

function welcome({ n8n, sandbox }: Environment): string {
	return `
The demo is running.

  Feishu Hire sandbox   ${sandbox.url}
  n8n                   ${n8n.url}
                        email     ${OWNER.email}
                        password  ${OWNER.password}

What to do first:
  1. In the sandbox, bind an account. The workflow "Sync papers when an account is bound" runs,
     and the papers appear there.
  2. Arrange an exam with one of these papers. "Arrange an exam when one is created" runs,
     and the exam's link appears.
  3. Click "Take exam" there. "Forward a result" runs, and the result and the report appear.
     The command that posts a result from a terminal is printed here after each arranged exam.
  4. In n8n, open ${n8n.url}/home/executions and click an execution to see each step with its data.
  5. Before you publish a workflow of your own, unpublish the example with the same event:
     both would respond to it.

Log of n8n: ${n8n.logFile}
Ctrl-C stops everything.
`;
}

/** Prints the command that posts a result, for each exam as soon as it has its link. Returns what stops it. */
function printResultCommands(sandbox: Sandbox, resultUrl: string | undefined): () => void {
	if (!resultUrl) return () => undefined;
	const printed = new Set<string>();
	const timer = setInterval(() => {
		for (const { examId, arrangement } of sandbox.state.exams) {
			if (!arrangement || printed.has(examId)) continue;
			printed.add(examId);
			print(`Exam ${examId} is arranged. Post its result:\n\n${curl(resultUrl, examId)}\n`);
		}
	}, POLL_INTERVAL_MS);
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

runMain(main, (error) => {
	const message = error instanceof Error ? error.message : String(error);
	console.error(`\nThe demo stopped. ${message}`);
	const log = logFileIn(DATA);
	if (existsSync(log)) console.error(`\nLog of n8n: ${log}`);
});
