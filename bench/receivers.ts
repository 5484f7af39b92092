import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { run } from '../n8nHost/exec';
import { ensureHost } from '../n8nHost/host';
import { startN8n } from '../n8nHost/n8n';
import { N8nApi } from '../n8nHost/n8nApi';
import { installPackage, PACKAGE } from '../n8nHost/pack';
import { ensureCredential, publish } from '../n8nHost/provision';
import { LOGIN } from '../n8nHost/stage';
import { FeishuHireExamTrigger } from '../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { defaultApp } from '../sandbox/app';
import { eventually } from '../test/support/eventually';

const FIXTURE = 'n8n-nodes-bench-fixture';
const SECOND = 1000;
const LOOKS_FOR_STUCK = 20;

/** The triggers that are compared, by the name of their flow. */
const TRIGGERS = {
	webhook: {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		parameters: { httpMethod: 'POST', path: 'webhook/webhook', options: {} },
	},
	nothing: { type: `${FIXTURE}.doNothingTrigger`, typeVersion: 2, parameters: {} },
	ours: {
		type: `${PACKAGE}.feishuHireExamTrigger`,
		typeVersion: [new FeishuHireExamTrigger().description.version].flat().at(-1),
		parameters: { events: ['examCreated'] },
	},
};

export type Receiver = keyof typeof TRIGGERS;

export const RECEIVERS = Object.keys(TRIGGERS) as Receiver[];

/** That a flow came to its end. */
export interface Note {
	/** Milliseconds since 1970. */
	at: number;
	/** The id of the event, or the event as it was sent. */
	event: string;
}

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** Starts a real n8n with these settings, in a folder of its own, with a flow for each trigger. */
export async function startReceivers(settings: NodeJS.ProcessEnv) {
	const host = await ensureHost();
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-events-'));
	await installPackage(userFolder);
	const installed = join(userFolder, '.n8n', 'nodes', 'node_modules');
	await cp(join(__dirname, 'fixture'), join(installed, FIXTURE), { recursive: true });
	const n8n = await startN8n(host, userFolder, { environment: settings });

	const urlOf = (receiver: Receiver) => `${n8n.url}/webhook/${receiver}/webhook`;
	const notesFile = (receiver: Receiver) => join(userFolder, `${receiver}.notes`);

	const api = new N8nApi(n8n.url);
	await api.enter(LOGIN);
	// The trigger calls nobody: of the app only the keys count.
	const credential = await ensureCredential(api, { url: n8n.url, app: defaultApp() });
	for (const receiver of RECEIVERS) {
		await writeFile(notesFile(receiver), '');
		await publish(api, flow(receiver, credential, notesFile(receiver)));
		await eventually(
			'the webhook',
			async () => (await isOpen(urlOf(receiver))) || undefined,
			30 * SECOND,
		);
	}

	async function executions(): Promise<{ begun: number; running: number }> {
		const database = join(userFolder, '.n8n', 'database.sqlite');
		const counts = await run(host.node, ['--no-warnings', '-e', QUERY, database], {
			cwd: userFolder,
		});
		return JSON.parse(counts) as { begun: number; running: number };
	}

	return {
		urlOf,
		/** All ends of the flow so far. */
		async notesOf(receiver: Receiver): Promise<Note[]> {
			const lines = (await readFile(notesFile(receiver), 'utf8')).split('\n').slice(0, -1);
			return lines.map((line) => {
				const [at, event = ''] = line.split(' ');
				return { at: Number(at), event };
			});
		},
		/**
		 * Waits until n8n has nothing left to do; gives the number of executions since it was installed. A burst may
		 * leave some behind that n8n could not begin, nor end: its database was locked for too long.
		 */
		async settled(): Promise<number> {
			let before = await executions();
			let quietLooks = 0;
			return await eventually(
				'the end of all executions',
				async () => {
					await sleep(SECOND);
					const now = await executions();
					quietLooks = isDeepStrictEqual(now, before) ? quietLooks + 1 : 0;
					before = now;
					return quietLooks >= (now.running === 0 ? 1 : LOOKS_FOR_STUCK) ? now.begun : undefined;
				},
				600 * SECOND,
			);
		},
		async stop(): Promise<void> {
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}

/** The trigger, and a node that notes what reached it. */
function flow(receiver: Receiver, credential: { id: string; name: string }, file: string): object {
	const trigger = {
		...TRIGGERS[receiver],
		id: `${receiver}-trigger`,
		name: 'Trigger',
		position: [0, 0],
		webhookId: receiver,
		credentials: { feishuAppApi: { id: credential.id, name: credential.name } },
	};
	const note = {
		type: `${FIXTURE}.noteEvent`,
		typeVersion: 1,
		parameters: { file },
		id: `${receiver}-note`,
		name: 'Note',
		position: [200, 0],
	};
	return {
		name: receiver,
		nodes: [trigger, note],
		connections: { Trigger: { main: [[{ node: 'Note', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** n8n opens a webhook some time after it says that the flow is active. */
async function isOpen(url: string): Promise<boolean> {
	const headers = { 'content-type': 'application/json' };
	return (await fetch(url, { method: 'POST', headers, body: '{}' })).status !== 404;
}

// Runs in n8n's own Node, which has SQLite built in. Ids are given once, so that they count executions that were
// not kept, too.
const QUERY = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const counts = database.prepare(
		"SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'execution_entity') AS begun, " +
		"(SELECT COUNT(*) FROM execution_entity WHERE status IN ('new', 'running') AND deletedAt IS NULL) AS running"
	).get();
	process.stdout.write(JSON.stringify(counts));
`;
