import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { OWNER } from '../../n8nHost/environment';
import { run } from '../../n8nHost/exec';
import { ensureHost, type Host } from '../../n8nHost/host';
import { startN8n } from '../../n8nHost/n8n';
import { N8nApi } from '../../n8nHost/n8nApi';
import { installPackage, PACKAGE } from '../../n8nHost/pack';
import { freePort } from '../../n8nHost/ports';
import { ensureCredential } from '../../n8nHost/provision';
import { waitFor } from '../../n8nHost/waitFor';
import { publishWorkflow, waitForPublication } from '../../n8nHost/workflows';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { defaultApp } from '../../sandbox/app';

const FIXTURE = 'n8n-nodes-bench-fixture';
const SECOND = 1000;
/** Executions that are still running after so many equal counts will never end. */
const CHECKS_UNTIL_STUCK = 20;

const OURS = {
	type: `${PACKAGE}.feishuHireExamTrigger`,
	typeVersion: [new FeishuHireExamTrigger().description.version].flat().at(-1),
	parameters: { events: ['examCreated'] },
};

/** The triggers that are compared, by the name of their workflow. */
const TRIGGERS = {
	longConnection: { ...OURS, parameters: { ...OURS.parameters, delivery: 'longConnection' } },
	ours: OURS,
	doNothing: { type: `${FIXTURE}.doNothingTrigger`, typeVersion: 2, parameters: {} },
	webhook: {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		parameters: { httpMethod: 'POST', path: 'webhook/webhook', options: {} },
	},
};

export type Receiver = keyof typeof TRIGGERS;

export const RECEIVERS = Object.keys(TRIGGERS) as Receiver[];

/** A workflow that reached its last node. */
export interface Completion {
	/** Milliseconds since 1970. */
	at: number;
	/** The ID of the event, or the event as it was sent. */
	event: string;
}

interface ExecutionCounts {
	/** Since n8n was installed. */
	started: number;
	running: number;
}

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** Starts a real n8n with these environment variables, in a folder of its own, with a workflow for each trigger. */
export async function startReceivers(env: NodeJS.ProcessEnv) {
	const host = await ensureHost();
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-events-'));
	await installPackage(userFolder);
	const installed = join(userFolder, '.n8n', 'nodes', 'node_modules');
	await cp(join(__dirname, 'fixture'), join(installed, FIXTURE), { recursive: true });
	const n8n = await startN8n(host, userFolder, { env });

	const completionsFile = (receiver: Receiver) => join(userFolder, `${receiver}.completions`);
	const api = new N8nApi(n8n.url);
	await api.signIn(OWNER);
	const sandboxPort = await freePort();
	const sandbox = { url: `http://127.0.0.1:${sandboxPort}`, app: defaultApp() };
	const credential = await ensureCredential(api, sandbox);
	for (const receiver of RECEIVERS) {
		await writeFile(completionsFile(receiver), '');
		const id = await publishWorkflow(
			api,
			workflowOf(receiver, credential, completionsFile(receiver)),
		);
		await waitForPublication(api, id);
	}

	return {
		/** Where n8n looks for the sandbox. */
		sandboxPort,
		/** Undefined: it has no URL. */
		urlOf: (receiver: Receiver) =>
			receiver === 'longConnection' ? undefined : `${n8n.url}/webhook/${receiver}/webhook`,
		/** All completions so far. */
		async completionsOf(receiver: Receiver): Promise<Completion[]> {
			const lines = (await readFile(completionsFile(receiver), 'utf8')).split('\n').slice(0, -1);
			return lines.map((line) => {
				const [at, event = ''] = line.split(' ');
				return { at: Number(at), event };
			});
		},
		executionsWhenIdle: async () => await executionsWhenIdle(host, userFolder),
		async stop(): Promise<void> {
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}

/**
 * Waits until n8n has nothing left to do, and returns how many executions it has started. A burst may leave some that n8n
 * could neither start nor end, as its database was locked for too long.
 */
async function executionsWhenIdle(host: Host, userFolder: string): Promise<number> {
	let last = await countExecutions(host, userFolder);
	let equalCounts = 0;
	return await waitFor(
		'the end of all executions',
		async () => {
			const counts = await countExecutions(host, userFolder);
			equalCounts = isDeepStrictEqual(counts, last) ? equalCounts + 1 : 0;
			last = counts;
			const isIdle = equalCounts >= (counts.running === 0 ? 1 : CHECKS_UNTIL_STUCK);
			return isIdle && counts.started;
		},
		{ timeoutMs: 600 * SECOND, intervalMs: SECOND },
	);
}

async function countExecutions(host: Host, userFolder: string): Promise<ExecutionCounts> {
	const database = join(userFolder, '.n8n', 'database.sqlite');
	const counts = await run(host.node, ['--no-warnings', '-e', QUERY, database], {
		cwd: userFolder,
	});
	return JSON.parse(counts) as ExecutionCounts;
}

/** The trigger, and a node that records what reached it. */
function workflowOf(
	receiver: Receiver,
	credential: { id: string; name: string },
	file: string,
): object {
	const trigger = {
		...TRIGGERS[receiver],
		id: `${receiver}-trigger`,
		name: 'Trigger',
		position: [0, 0],
		webhookId: receiver,
		credentials: { feishuAppApi: { id: credential.id, name: credential.name } },
	};
	const record = {
		type: `${FIXTURE}.recordEvent`,
		typeVersion: 1,
		parameters: { file },
		id: `${receiver}-record`,
		name: 'Record',
		position: [200, 0],
	};
	return {
		name: receiver,
		nodes: [trigger, record],
		connections: { Trigger: { main: [[{ node: 'Record', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

// Runs in n8n's own Node, which has SQLite built in. IDs are never reused, so the highest one counts executions that
// were not kept, too.
const QUERY = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const counts = database.prepare(
		"SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'execution_entity') AS started, " +
		"(SELECT COUNT(*) FROM execution_entity WHERE status IN ('new', 'running') AND deletedAt IS NULL) AS running"
	).get();
	process.stdout.write(JSON.stringify(counts));
`;
