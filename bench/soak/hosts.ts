import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OWNER } from '../../n8nHost/environment';
import { ensureHost } from '../../n8nHost/host';
import { startN8n } from '../../n8nHost/n8n';
import { N8nApi } from '../../n8nHost/n8nApi';
import { installPackage, PACKAGE } from '../../n8nHost/pack';
import { freePort } from '../../n8nHost/ports';
import { ensureCredential } from '../../n8nHost/provision';
import { publishWorkflow, waitForPublication } from '../../n8nHost/workflows';
import type { Sandbox } from '../../sandbox';
import { Heap } from './heap';

const TRIGGER_NAME = 'Exam created';
const EXAM_ID = `{{ $('${TRIGGER_NAME}').item.json.exam_id }}`;

interface FlowNode {
	type: string;
	typeVersion: number;
	parameters: object;
	webhookId?: string;
}

const httpRequest = (url: string): FlowNode => ({
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: { method: 'POST', url, options: {} },
});

const returnFor = (operation: string, field: object): FlowNode => ({
	type: `${PACKAGE}.feishuHireExam`,
	typeVersion: 1,
	parameters: { resource: 'exam', operation, examId: `=${EXAM_ID}`, ...field },
});

/** The flow of an exam provider: it returns a link and a result, and reports each exam to a sink. */
const ourFlow = (sinkUrl: string): FlowNode[] => [
	{
		type: `${PACKAGE}.feishuHireExamTrigger`,
		typeVersion: 2,
		parameters: { delivery: 'longConnection', events: ['examCreated'] },
	},
	returnFor('returnArrangement', { examUrl: `=https://exam.example.com/${EXAM_ID}` }),
	returnFor('returnResult', { result: '60.5' }),
	httpRequest(`=${sinkUrl}/${EXAM_ID}`),
];

/** As many nodes and calls, all of n8n's own. */
const nativeFlow = (sinkUrl: string): FlowNode[] => [
	{
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		parameters: { httpMethod: 'POST', path: 'soak', options: {} },
		webhookId: 'soak',
	},
	httpRequest(`${sinkUrl}/native`),
	httpRequest(`${sinkUrl}/native`),
	httpRequest(`${sinkUrl}/native`),
];

export type SoakHost = Awaited<ReturnType<typeof startSoakHost>>;

/** Starts an n8n with one flow, and a look at its memory. */
export async function startSoakHost(
	flow: 'ours' | 'native',
	{ sandbox, sinkUrl }: { sandbox: Sandbox; sinkUrl: string },
) {
	const userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-soak-'));
	await installPackage(userFolder);
	const inspectorPort = await freePort();
	const n8n = await startN8n(await ensureHost(), userFolder, {
		env: { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` },
	});
	const api = new N8nApi(n8n.url);
	await api.signIn(OWNER);
	const { id, name } = await ensureCredential(api, sandbox);
	const nodes = (flow === 'ours' ? ourFlow : nativeFlow)(sinkUrl).map((node, index) => ({
		...node,
		id: `node-${index}`,
		name: index === 0 ? TRIGGER_NAME : `Node ${index}`,
		position: [200 * index, 0],
		credentials: { feishuAppApi: { id, name } },
	}));
	const connections = Object.fromEntries(
		nodes
			.slice(1)
			.map((node, index) => [
				nodes[index]?.name ?? '',
				{ main: [[{ node: node.name, type: 'main', index: 0 }]] },
			]),
	);
	const settings = { executionOrder: 'v1' };
	await waitForPublication(
		api,
		await publishWorkflow(api, { name: flow, nodes, connections, settings }),
	);
	const heap = await Heap.connect(inspectorPort);
	return {
		webhookUrl: `${n8n.url}/webhook/soak`,
		heap,
		async stop(): Promise<void> {
			heap.close();
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
