import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { type N8nApi, N8nApiError } from './n8nApi';
import { ROOT } from './pack';
import { waitFor } from './waitFor';

export interface WorkflowNode {
	id: string;
	type: string;
	name: string;
	parameters: Record<string, unknown>;
	webhookId?: string;
	disabled?: boolean;
	credentials?: Record<string, { id: string | null; name: string }>;
}

/** A workflow as its file holds it. */
export interface WorkflowFile {
	id: string;
	name: string;
	nodes: WorkflowNode[];
	connections: object;
	settings?: object;
	pinData?: object;
	meta?: object;
}

/** A workflow as n8n's API gives it. */
export interface Workflow extends WorkflowFile {
	active: boolean;
	isArchived: boolean;
	versionId: string;
}

/** The examples of the package. Each has its file's name as its ID, so that it is found again after a user renamed it. */
export async function exampleWorkflows(): Promise<WorkflowFile[]> {
	const folder = join(ROOT, 'workflows');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => {
			const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as WorkflowFile;
			return { ...content, id: basename(file, '.json') };
		}),
	);
}

/** Creates a workflow and leaves it unpublished. Returns its ID. */
export async function createWorkflow(api: N8nApi, workflow: object): Promise<string> {
	const { id } = await api.post<Workflow>('/workflows', { active: false, ...workflow });
	return id;
}

/**
 * Creates a workflow and activates it, which n8n finishes later: see `waitForPublication`. Returns its ID.
 *
 * @throws N8nApiError when n8n 1.x cannot activate it, which tells at once.
 */
export async function publishWorkflow(api: N8nApi, workflow: object): Promise<string> {
	const { id, versionId } = await api.post<Workflow>('/workflows', { active: false, ...workflow });
	if (api.isVersion1) await api.patch(`/workflows/${id}`, { active: true, versionId });
	else await api.post(`/workflows/${id}/activate`, { versionId });
	return id;
}

/** What became of the activation of a workflow's triggers. */
export interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/** Waits until n8n has activated a workflow's triggers, or has given up. It repeats a failed activation for a while. */
export async function waitForPublication(api: N8nApi, workflowId: string): Promise<Publication> {
	return await waitFor(`publication of workflow ${workflowId}`, async () => {
		const publication = await publicationOf(api, workflowId);
		return publication.status !== 'in_progress' && publication;
	});
}

async function publicationOf(api: N8nApi, workflowId: string): Promise<Publication> {
	try {
		return await api.get<Publication>(`/workflows/${workflowId}/publication-status`);
	} catch (error) {
		if (!(error instanceof N8nApiError && error.status === 404)) throw error;
		// Older n8n has activated the workflow when it answers.
		const { active } = await api.get<Workflow>(`/workflows/${workflowId}`);
		return { status: active ? 'published' : 'not_published', triggers: [] };
	}
}

/** All active workflows, the user's own too. */
export async function activeWorkflows(api: N8nApi): Promise<Workflow[]> {
	const all = await api.get<Workflow[]>('/workflows');
	const active = all.filter((workflow) => workflow.active && !workflow.isArchived);
	return await Promise.all(
		active.map(async ({ id }) => await api.get<Workflow>(`/workflows/${id}`)),
	);
}

/** The enabled nodes of a type in a workflow. */
export const enabledNodes = ({ nodes }: Workflow, type: string): WorkflowNode[] =>
	nodes.filter((node) => node.type === type && !node.disabled);

/** The production URL of a Feishu Hire Exam Trigger. */
export const triggerUrl = (api: N8nApi, webhookId = ''): string =>
	`${api.url}/webhook/${webhookId}/webhook`;

/** The production URLs of n8n's own Webhook nodes in all active workflows. */
export async function webhookNodeUrls(api: N8nApi): Promise<string[]> {
	return (await activeWorkflows(api))
		.flatMap((workflow) => enabledNodes(workflow, 'n8n-nodes-base.webhook'))
		.map(({ parameters }) => `${api.url}/webhook/${String(parameters.path)}`);
}
