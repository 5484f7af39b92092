import type { Sandbox } from '../sandbox';
import type { N8nApi } from './n8nApi';
import { PACKAGE } from './pack';
import { print } from './progress';
import {
	activeWorkflows,
	enabledNodes,
	exampleWorkflows,
	publishWorkflow,
	triggerUrl,
	waitForPublication,
	type Workflow,
	type WorkflowFile,
} from './workflows';

const CREDENTIAL = { type: 'feishuAppApi', name: 'Feishu sandbox' };
const TRIGGER = `${PACKAGE}.feishuHireExamTrigger`;

type SandboxAddress = Pick<Sandbox, 'url' | 'app'>;

interface Credential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/**
 * Creates the credential and the example workflows in n8n. What is there already stays as it is, since a user may
 * have changed it; only the sandbox's address in the credential is updated.
 */
export async function provision(api: N8nApi, sandbox: SandboxAddress): Promise<void> {
	const credential = await ensureCredential(api, sandbox);
	const existing = await api.get<Workflow[]>('/workflows');
	for (const workflow of await exampleWorkflows()) {
		if (existing.some(({ id }) => id === workflow.id)) continue;
		await publishWorkflow(api, withCredential(workflow, credential));
	}
}

/** What a user enters in the credential for a sandbox. */
export const sandboxCredentialData = ({ url, app }: SandboxAddress): Record<string, string> => ({
	platform: 'custom',
	customBaseUrl: url,
	appId: app.appId,
	appSecret: app.appSecret,
	verificationToken: app.verificationToken,
	encryptKey: app.encryptKey,
});

/** Creates the credential for the sandbox, or updates its address. */
export async function ensureCredential(api: N8nApi, sandbox: SandboxAddress): Promise<Credential> {
	const all = await api.get<Credential[]>('/credentials');
	const existing = all.find(
		({ type, name }) => type === CREDENTIAL.type && name === CREDENTIAL.name,
	);
	if (!existing) {
		const data = sandboxCredentialData(sandbox);
		return await api.post<Credential>('/credentials', { ...CREDENTIAL, data });
	}
	const { data } = await api.get<Credential>(`/credentials/${existing.id}?includeData=true`);
	if (data.customBaseUrl !== sandbox.url) {
		await api.patch(`/credentials/${existing.id}`, {
			...CREDENTIAL,
			data: { ...data, customBaseUrl: sandbox.url },
		});
	}
	return existing;
}

function withCredential(workflow: WorkflowFile, { id, name }: Credential): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.[CREDENTIAL.type] || node.type.startsWith(`${PACKAGE}.`)
			? { ...node, credentials: { ...node.credentials, [CREDENTIAL.type]: { id, name } } }
			: node,
	);
	return { ...workflow, nodes };
}

/**
 * Adds every active Feishu trigger to the sandbox's request URLs, and returns the URLs of these triggers. One that n8n
 * could not activate or that fails the URL check, such as a user's own without keys, is reported and left out.
 */
export async function connectTriggers(
	api: N8nApi,
	sandbox: Pick<Sandbox, 'url'>,
): Promise<string[]> {
	const workflows = await activeWorkflows(api);
	const connected = await Promise.all(
		workflows.map(async (workflow) => await connectTriggersOf(api, sandbox, workflow)),
	);
	return connected.flat();
}

async function connectTriggersOf(
	api: N8nApi,
	sandbox: Pick<Sandbox, 'url'>,
	workflow: Workflow,
): Promise<string[]> {
	const { triggers } = await waitForPublication(api, workflow.id);
	const urls = [];
	for (const { id, webhookId } of enabledNodes(workflow, TRIGGER)) {
		const url = triggerUrl(api, webhookId);
		const { status, errorMessage } = triggers.find(({ nodeId }) => nodeId === id) ?? {};
		const failure =
			status === 'activated' ? await addRequestUrl(sandbox, url) : (errorMessage ?? 'not active');
		if (failure) print(`  Left out the trigger of "${workflow.name}": ${failure}`);
		else urls.push(url);
	}
	return urls;
}

/** Returns why the sandbox refused the URL, if it did. */
async function addRequestUrl(
	sandbox: Pick<Sandbox, 'url'>,
	url: string,
): Promise<string | undefined> {
	const response = await fetch(`${sandbox.url}/sandbox/api/request-urls`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ url }),
	});
	return response.ok ? undefined : ((await response.json()) as { message: string }).message;
}
