import type { N8nApi } from '../../n8nHost/n8nApi';
import { PACKAGE } from '../../n8nHost/pack';
import { sandboxCredentialData } from '../../n8nHost/provision';
import {
	publishWorkflow,
	triggerUrl,
	waitForPublication,
	type Workflow,
} from '../../n8nHost/workflows';
import type { Sandbox } from '../../sandbox';

export interface TestNode {
	type: string;
	typeVersion: number;
	parameters: object;
	webhookId?: string;
}

/** Our nodes, under the names that n8n gives them once they are installed. */
export const feishuTrigger = (webhookId: string, parameters: object): TestNode => ({
	type: `${PACKAGE}.feishuHireExamTrigger`,
	typeVersion: 2,
	webhookId,
	parameters,
});
export const feishuAction = (parameters: object): TestNode => ({
	type: `${PACKAGE}.feishuHireExam`,
	typeVersion: 1,
	parameters,
});

/** Returns a link that names the exam. */
export const returnLink = feishuAction({
	resource: 'exam',
	operation: 'returnArrangement',
	examId: '={{ $json.exam_id }}',
	examUrl: '=https://exam.example.com/take/{{ $json.exam_id }}',
});

/** Creates a credential for a sandbox, as a user would enter it. */
export async function createCredential(
	api: N8nApi,
	sandbox: Sandbox,
	change: object = {},
): Promise<string> {
	const { id } = await api.post<{ id: string }>('/credentials', {
		name: 'Sandbox',
		type: 'feishuAppApi',
		data: { ...sandboxCredentialData(sandbox), ...change },
	});
	return id;
}

/** Publishes nodes in a row, waits until n8n has activated them or given up, and returns the workflow's ID. */
export async function publish(
	api: N8nApi,
	name: string,
	nodes: TestNode[],
	credentialId: string,
): Promise<string> {
	const row = nodes.map((node, index) => ({
		...node,
		id: `${name}-${index}`,
		name: `Node ${index}`,
		position: [index * 200, 0],
		credentials: { feishuAppApi: { id: credentialId, name: 'Sandbox' } },
	}));
	const connections = Object.fromEntries(
		row
			.slice(1)
			.map(({ name: to }, index) => [
				`Node ${index}`,
				{ main: [[{ node: to, type: 'main', index: 0 }]] },
			]),
	);
	const settings = { executionOrder: 'v1' };
	const id = await publishWorkflow(api, { name, nodes: row, connections, settings });
	await waitForPublication(api, id);
	return id;
}

/** Publishes a workflow again, with another credential, and waits until n8n has activated it. */
export async function republish(
	api: N8nApi,
	workflowId: string,
	credentialId: string,
): Promise<void> {
	const { nodes, versionId } = await api.get<Workflow>(`/workflows/${workflowId}`);
	const credentials = { feishuAppApi: { id: credentialId, name: 'Sandbox' } };
	const changed = await api.patch<Workflow>(`/workflows/${workflowId}`, {
		versionId,
		nodes: nodes.map((node) => ({ ...node, credentials })),
	});
	await api.post(`/workflows/${workflowId}/activate`, { versionId: changed.versionId });
	await waitForPublication(api, workflowId);
}

/** Sets the URL of a trigger as the app's request URL. */
export const connect = async (api: N8nApi, sandbox: Sandbox, webhookId: string): Promise<void> =>
	await sandbox.setRequestUrl(triggerUrl(api, webhookId));

/** Sets the URL of the example that receives all events as the app's request URL. */
export async function connectReceiver(api: N8nApi, sandbox: Sandbox): Promise<void> {
	const { nodes } = await api.get<Workflow>('/workflows/receive-all-events');
	const trigger = nodes.find(({ type }) => type === `${PACKAGE}.feishuHireExamTrigger`);
	await connect(api, sandbox, trigger?.webhookId ?? '');
}
