import type { Sandbox } from '../sandbox';
import type { N8nApi } from './n8nApi';
import { PACKAGE } from './pack';
import { print } from './progress';
import {
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

/** The example that receives all events and calls the others. */
const RECEIVER = 'receive-all-events';

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
 *
 * @returns the ID of each example, by the name of its file: the same, but n8n 1.x makes up IDs of its own
 */
export async function provision(
	api: N8nApi,
	sandbox: SandboxAddress,
): Promise<ReadonlyMap<string, string>> {
	const credential = await ensureCredential(api, sandbox);
	const existing = await api.get<Workflow[]>('/workflows');
	const examples = await exampleWorkflows();
	// n8n publishes a workflow only when those that it calls are published.
	examples.sort((one, other) => Number(one.id === RECEIVER) - Number(other.id === RECEIVER));
	const ids = new Map<string, string>();
	for (const workflow of examples) {
		const known = existing.find(
			({ id, name }) => id === workflow.id || (api.isVersion1 && name === workflow.name),
		);
		const created = withCredential(withIds(workflow, ids), credential);
		ids.set(workflow.id, known?.id ?? (await publishWorkflow(api, created)));
	}
	return ids;
}

/** Calls the other workflows by the IDs that they have in n8n. */
const withIds = (workflow: WorkflowFile, ids: ReadonlyMap<string, string>): WorkflowFile =>
	JSON.parse(
		JSON.stringify(workflow, (_, value: unknown) =>
			typeof value === 'string' ? (ids.get(value) ?? value) : value,
		),
	) as WorkflowFile;

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
 * Sets the trigger of the example that receives all events as the sandbox's request URL, and returns that. When a user
 * has deactivated it, or the URL check fails, this is reported and no event is pushed.
 */
export async function connectReceiver(
	api: N8nApi,
	sandbox: Pick<Sandbox, 'url'>,
	exampleIds: ReadonlyMap<string, string>,
): Promise<string> {
	const receiver = await api.get<Workflow>(`/workflows/${exampleIds.get(RECEIVER)}`);
	const [trigger] = enabledNodes(receiver, TRIGGER);
	const url = triggerUrl(api, trigger?.webhookId);
	const failure = receiver.active
		? await setRequestUrl(api, sandbox, receiver.id, url)
		: 'the workflow is not active';
	if (failure) print(`  Events are not pushed to "${receiver.name}": ${failure}`);
	return url;
}

/** Returns why the sandbox refused the URL, if it did. */
async function setRequestUrl(
	api: N8nApi,
	sandbox: Pick<Sandbox, 'url'>,
	receiverId: string,
	url: string,
): Promise<string | undefined> {
	await waitForPublication(api, receiverId);
	const response = await fetch(`${sandbox.url}/sandbox/api/request-url`, {
		method: 'PUT',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ url }),
	});
	return response.ok ? undefined : ((await response.json()) as { message: string }).message;
}
