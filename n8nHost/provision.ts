import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Sandbox } from '../sandbox';
import type { N8nApi } from './n8nApi';
import { PACKAGE, ROOT } from './pack';
import { tell } from './progress';

const CREDENTIAL = { type: 'feishuAppApi', name: 'Feishu sandbox' };
const TRIGGER = `${PACKAGE}.feishuHireExamTrigger`;
const REGISTER_WITHIN_MS = 20_000;

interface WorkflowNode {
	type: string;
	name: string;
	parameters: Record<string, unknown>;
	webhookId?: string;
	disabled?: boolean;
	credentials?: Record<string, { id: string | null; name: string }>;
}

interface WorkflowFile {
	id: string;
	name: string;
	nodes: WorkflowNode[];
	connections: object;
	settings?: object;
	pinData?: object;
	meta?: object;
}

/** A workflow as n8n knows it. */
export interface Workflow extends WorkflowFile {
	active: boolean;
	isArchived: boolean;
	versionId: string;
}

type SandboxAddress = Pick<Sandbox, 'url' | 'app'>;

/**
 * Puts the credential and the example workflows into n8n. What is there already stays as it is, since somebody
 * may have changed it: of the credential only the sandbox's address is kept up to date.
 */
export async function provision(api: N8nApi, sandbox: SandboxAddress): Promise<void> {
	const credential = await ensureCredential(api, sandbox);
	const present = await api.get<Workflow[]>('/workflows');
	for (const file of await exampleWorkflows()) {
		if (present.some(({ id }) => id === file.id)) continue;
		await publish(api, withCredential(file, credential));
	}
}

/** Creates a workflow and makes it active. n8n opens its webhooks some time after that. */
export async function publish(api: N8nApi, workflow: object): Promise<void> {
	const { id, versionId } = await api.post<Workflow>('/workflows', workflow);
	await api.post(`/workflows/${id}/activate`, { versionId });
}

interface Credential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export async function ensureCredential(
	api: N8nApi,
	{ url, app }: SandboxAddress,
): Promise<Credential> {
	const all = await api.get<Credential[]>('/credentials');
	const known = all.find(({ type, name }) => type === CREDENTIAL.type && name === CREDENTIAL.name);
	if (!known) {
		const { appId, appSecret, verificationToken, encryptKey } = app;
		const data = {
			platform: 'custom',
			customBaseUrl: url,
			appId,
			appSecret,
			verificationToken,
			encryptKey,
		};
		return await api.post<Credential>('/credentials', { ...CREDENTIAL, data });
	}
	const { data } = await api.get<Credential>(`/credentials/${known.id}?includeData=true`);
	if (data.customBaseUrl !== url) {
		await api.patch(`/credentials/${known.id}`, {
			...CREDENTIAL,
			data: { ...data, customBaseUrl: url },
		});
	}
	return known;
}

/** Each has its file's name as its id, so that it is known again after somebody has renamed it. */
async function exampleWorkflows(): Promise<WorkflowFile[]> {
	const folder = join(ROOT, 'workflows');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => {
			const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as WorkflowFile;
			return { ...content, id: basename(file, '.json') };
		}),
	);
}

function withCredential(workflow: WorkflowFile, { id, name }: Credential): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.[CREDENTIAL.type] || node.type.startsWith(`${PACKAGE}.`)
			? { ...node, credentials: { ...node.credentials, [CREDENTIAL.type]: { id, name } } }
			: node,
	);
	return { ...workflow, nodes };
}

/** All workflows that are active now, the user's own too. */
export async function activeWorkflows(api: N8nApi): Promise<Workflow[]> {
	const all = await api.get<Workflow[]>('/workflows');
	const active = all.filter((workflow) => workflow.active && !workflow.isArchived);
	return await Promise.all(
		active.map(async ({ id }) => await api.get<Workflow>(`/workflows/${id}`)),
	);
}

/** The production URLs of a node type's webhooks in these workflows. */
function webhookUrls(
	workflows: Workflow[],
	type: string,
	urlOf: (node: WorkflowNode) => string,
): string[] {
	return workflows
		.flatMap(({ nodes }) => nodes)
		.filter((node) => node.type === type && !node.disabled)
		.map(urlOf);
}

/**
 * Has the sandbox send its events to every active Feishu trigger that passes its URL check, and returns their
 * URLs. One of the user's own that does not pass is told, and keeps nothing else from working.
 */
export async function connectTriggers(
	api: N8nApi,
	sandbox: Pick<Sandbox, 'url'>,
): Promise<string[]> {
	const urls = webhookUrls(
		await activeWorkflows(api),
		TRIGGER,
		({ webhookId }) => `${api.url}/webhook/${webhookId}/webhook`,
	);
	const deadline = Date.now() + REGISTER_WITHIN_MS;
	const refusals = await Promise.all(
		urls.map(async (url) => await register(sandbox.url, url, deadline)),
	);
	for (const refusal of refusals) if (refusal) tell(`  Left out: ${refusal}`);
	return urls.filter((_, index) => refusals[index] === undefined);
}

/** n8n opens the webhook of a workflow some time after it says that it is active, so this is tried again. */
async function register(
	sandboxUrl: string,
	url: string,
	deadline: number,
): Promise<string | undefined> {
	for (;;) {
		const response = await fetch(`${sandboxUrl}/sandbox/api/request-urls`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ url }),
		});
		if (response.ok) return undefined;
		if (Date.now() > deadline) return ((await response.json()) as { message: string }).message;
		await sleep(500);
	}
}

/** Where n8n takes plain HTTP calls for active workflows that start with its own Webhook node. */
export async function plainWebhookUrls(api: N8nApi): Promise<string[]> {
	return webhookUrls(
		await activeWorkflows(api),
		'n8n-nodes-base.webhook',
		({ parameters }) => `${api.url}/webhook/${String(parameters.path)}`,
	);
}
