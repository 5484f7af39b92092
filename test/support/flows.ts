import type { N8nApi } from '../../n8nHost/n8nApi';
import { PACKAGE } from '../../n8nHost/pack';
import type { Workflow } from '../../n8nHost/provision';
import type { Sandbox } from '../../sandbox';
import { eventually } from './eventually';

export interface FlowNode {
	type: string;
	typeVersion: number;
	parameters: object;
	webhookId?: string;
}

/** Our nodes, under the names that n8n gives them once they are installed. */
export const feishuTrigger = (webhookId: string, parameters: object): FlowNode => ({
	type: `${PACKAGE}.feishuHireExamTrigger`,
	typeVersion: 2,
	webhookId,
	parameters,
});
export const feishuAction = (parameters: object): FlowNode => ({
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
	{ url, app }: Sandbox,
	change: object = {},
): Promise<string> {
	const { appId, appSecret, verificationToken, encryptKey } = app;
	const data = {
		platform: 'custom',
		customBaseUrl: url,
		appId,
		appSecret,
		verificationToken,
		encryptKey,
		...change,
	};
	const { id } = await api.post<{ id: string }>('/credentials', {
		name: 'Sandbox',
		type: 'feishuAppApi',
		data,
	});
	return id;
}

/** Publishes nodes in a row, and gives the id of the workflow. */
export async function publish(
	api: N8nApi,
	name: string,
	nodes: FlowNode[],
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
	const { id, versionId } = await api.post<Workflow>('/workflows', {
		name,
		nodes: row,
		connections,
		settings,
	});
	await api.post(`/workflows/${id}/activate`, { versionId });
	return id;
}

/** Where n8n takes the events of a trigger. */
export const triggerUrl = (api: N8nApi, webhookId: string) =>
	`${api.url}/webhook/${webhookId}/webhook`;

/** Enters the URLs of triggers at Feishu; n8n opens them some time after it says that a workflow is active. */
export async function connect(
	api: N8nApi,
	sandbox: Sandbox,
	...webhookIds: string[]
): Promise<void> {
	const urls = webhookIds.map((id) => triggerUrl(api, id));
	await eventually(
		'the URL check',
		async () =>
			await sandbox.setRequestUrls(urls).then(
				() => true,
				() => undefined,
			),
	);
}
