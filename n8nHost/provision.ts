import type { Sandbox } from '../sandbox';
import type { N8nApi } from './n8nApi';
import { PACKAGE } from './pack';
import { print } from './progress';
import { waitFor } from './waitFor';
import {
	activeWorkflows,
	createWorkflow,
	enabledNodes,
	exampleWorkflows,
	publishWorkflow,
	waitForPublication,
	type Workflow,
	type WorkflowFile,
} from './workflows';

const CREDENTIAL = { type: 'feishuAppApi', name: 'Feishu sandbox' };
const TRIGGER = `${PACKAGE}.feishuHireExamTrigger`;

/** How our trigger receives events over the long connection. */
const DELIVERY = 'longConnection';

/** The example that receives all events by webhook and calls the others. */
const RECEIVER = 'receive-all-events';

/** The example that combines others. Published next to them, both would respond to the same event. */
const COMBINED = 'exam-provider';

type SandboxAddress = Pick<Sandbox, 'url' | 'app'>;

interface Credential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/**
 * Creates the example workflows in n8n, and publishes all but the one that combines others.
 * What is there already stays as it is, since a user may have changed it.
 *
 * @returns the ID of each example, by the name of its file: the same, but n8n 1.x makes up IDs of its own
 */
export async function publishExamples(
	api: N8nApi,
	credential: Credential,
): Promise<ReadonlyMap<string, string>> {
	const existing = await api.get<Workflow[]>('/workflows');
	const examples = await exampleWorkflows();
	// n8n publishes a workflow only when those that it calls are published.
	examples.sort((one, other) => Number(one.id === RECEIVER) - Number(other.id === RECEIVER));
	const ids = new Map<string, string>();
	for (const workflow of examples) {
		const known = existing.find(
			({ id, name }) => id === workflow.id || (api.isVersion1 && name === workflow.name),
		);
		const create = workflow.id === COMBINED ? createWorkflow : publishWorkflow;
		const content = withCredential(withIds(workflow, ids), credential);
		ids.set(workflow.id, known?.id ?? (await create(api, content)));
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

/** Creates the credential for the sandbox, or updates its address and nothing else, since a user may have changed it. */
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
 * Switches the sandbox's app to the long connection, as a user does in the developer console, once n8n is connected.
 * When no published workflow connects, this is reported and no event is pushed.
 */
export async function useLongConnection(api: N8nApi, sandbox: Pick<Sandbox, 'url'>): Promise<void> {
	const failure =
		(await findPublishingFailure(api)) ??
		(await connectionFailure(sandbox)) ??
		(await chooseLongConnection(sandbox));
	if (failure) print(`  Events are not pushed: ${failure}`);
}

/** Why no workflow of the user's or of the examples can receive events over the long connection, if so. */
async function findPublishingFailure(api: N8nApi): Promise<string | undefined> {
	const receivers = (await activeWorkflows(api)).filter((workflow) =>
		enabledNodes(workflow, TRIGGER).some(({ parameters }) => parameters.delivery === DELIVERY),
	);
	if (receivers.length === 0) return 'no published workflow uses the long connection';
	const publications = await Promise.all(
		receivers.map(async ({ id }) => await waitForPublication(api, id)),
	);
	const isReceiving = publications.some(({ status }) => ['published', 'partial'].includes(status));
	const [reason] = publications.flatMap(({ triggers }) =>
		triggers.flatMap(({ errorMessage }) => errorMessage ?? []),
	);
	return isReceiving ? undefined : `n8n could not publish the workflows. ${reason ?? ''}`;
}

async function connectionFailure(sandbox: Pick<Sandbox, 'url'>): Promise<string | undefined> {
	const hasClient = async () => {
		const response = await fetch(`${sandbox.url}/sandbox/api/state`);
		const { longConnection } = (await response.json()) as {
			longConnection: { clients: unknown[] };
		};
		return longConnection.clients.length > 0;
	};
	try {
		await waitFor('a connection of n8n to the sandbox', hasClient);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/** Returns why the sandbox refused, if it did. */
async function chooseLongConnection(sandbox: Pick<Sandbox, 'url'>): Promise<string | undefined> {
	const response = await fetch(`${sandbox.url}/sandbox/api/long-connection`, { method: 'PUT' });
	return response.ok ? undefined : ((await response.json()) as { message: string }).message;
}
