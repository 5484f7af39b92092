import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { OWNER } from '../../n8nHost/environment';
import { N8nApi } from '../../n8nHost/n8nApi';
import { PACKAGE } from '../../n8nHost/pack';
import { freePort } from '../../n8nHost/ports';
import { ensureCredential } from '../../n8nHost/provision';
import { waitFor } from '../../n8nHost/waitFor';
import { publishWorkflow, waitForPublication } from '../../n8nHost/workflows';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { defaultApp } from '../../sandbox/app';
import { type BenchedN8n, FIXTURE } from './n8n';

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

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** Publishes a workflow for each trigger in an n8n. */
export async function startReceivers(n8n: BenchedN8n) {
	const completionsFile = (receiver: Receiver) => join(n8n.folder, `${receiver}.completions`);
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
			receiver === 'longConnection' ? undefined : `${n8n.webhookUrl}/webhook/${receiver}/webhook`,
		/** All completions so far. */
		async completionsOf(receiver: Receiver): Promise<Completion[]> {
			const lines = (await readFile(completionsFile(receiver), 'utf8')).split('\n').slice(0, -1);
			return lines.map((line) => {
				const [at, event = ''] = line.split(' ');
				return { at: Number(at), event };
			});
		},
		executionsWhenIdle: async () => await executionsWhenIdle(n8n),
	};
}

/**
 * Waits until n8n has nothing left to do, and returns how many executions it has started. A burst may leave some that n8n
 * could neither start nor end, as its database was locked for too long.
 */
async function executionsWhenIdle(n8n: BenchedN8n): Promise<number> {
	let last = await n8n.countExecutions();
	let equalCounts = 0;
	return await waitFor(
		'the end of all executions',
		async () => {
			const counts = await n8n.countExecutions();
			equalCounts = isDeepStrictEqual(counts, last) ? equalCounts + 1 : 0;
			last = counts;
			const isIdle = equalCounts >= (counts.running === 0 ? 1 : CHECKS_UNTIL_STUCK);
			return isIdle && counts.started;
		},
		{ timeoutMs: 600 * SECOND, intervalMs: SECOND },
	);
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
