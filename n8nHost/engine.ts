import { Container } from '@n8n/di';
import {
	BinaryDataService,
	ExecuteContext,
	ExecutionLifecycleHooks,
	WorkflowExecute,
} from 'n8n-core';
import {
	NodeConnectionTypes,
	Workflow,
	createRunExecutionData,
	type IBinaryData,
	type IBinaryKeyData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type NodeError,
	type OnError,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type { Readable } from 'node:stream';

import { FeishuHireExam } from '../nodes/FeishuHireExam/FeishuHireExam.node.js';
import { FeishuHireExamStatusTrigger } from '../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node.js';
import { FeishuHireExamTrigger } from '../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { EngineCredentials } from './engineCredentials';

type Nodes = Record<string, INodeType>;

const OUR_NODES: Nodes = {
	feishuHireExam: new FeishuHireExam(),
	feishuHireExamTrigger: new FeishuHireExamTrigger(),
	feishuHireExamStatusTrigger: new FeishuHireExamStatusTrigger(),
};

/** Gives the items to the workflow, as any node before ours would. */
const itemSource = (items: INodeExecutionData[]): INodeType => ({
	description: {
		displayName: 'Items',
		name: 'items',
		group: ['trigger'],
		version: 1,
		description: 'Items for the next node',
		defaults: { name: 'Items' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [items.map((source, item) => ({ ...source, pairedItem: { item } }))];
	},
});

function nodeTypesWith(nodes: Nodes): INodeTypes {
	const get = (name: string) => nodes[name] as INodeType;
	return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}

const feishuNode = (type: string, parameters: INodeParameters, onError?: OnError): INode => ({
	id: '5b0c0d5e-7d0b-4d0e-8a53-6a3b7c9d1e00',
	name: 'Feishu',
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	onError,
	credentials: { feishuAppApi: { id: '1', name: 'Feishu App' } },
});

export const additionalDataFor = (
	credentialsHelper: EngineCredentials,
): IWorkflowExecuteAdditionalData =>
	({
		credentialsHelper,
		hooks: new ExecutionLifecycleHooks('manual', '1', {} as IWorkflowBase),
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://127.0.0.1/rest',
		instanceBaseUrl: 'http://127.0.0.1',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
		executionId: '1',
		userId: '1',
		// No node here reads what else the server adds.
	}) as Partial<IWorkflowExecuteAdditionalData> as IWorkflowExecuteAdditionalData;

interface WorkflowOptions {
	onError?: OnError;
	timezone?: string;
	staticData?: IDataObject;
	/** What comes out of the node before. */
	items?: INodeExecutionData[];
	/** Other nodes, by their type, beside ours. */
	nodes?: Nodes;
}

/** A workflow of a source of items and one node. */
export function workflowWith(
	type: string,
	parameters: INodeParameters,
	{ onError, timezone = 'Asia/Shanghai', staticData, items = [], nodes = {} }: WorkflowOptions = {},
): { workflow: Workflow; node: INode } {
	const source: INode = { ...feishuNode('items', {}), id: 'items', name: 'Items', credentials: {} };
	const node = feishuNode(type, parameters, onError);
	const workflow = new Workflow({
		id: 'test',
		nodes: [source, node],
		connections: {
			Items: { main: [[{ node: node.name, type: NodeConnectionTypes.Main, index: 0 }]] },
		},
		active: false,
		nodeTypes: nodeTypesWith({ items: itemSource(items), ...OUR_NODES, ...nodes }),
		settings: { executionOrder: 'v1', timezone },
		staticData,
	});
	return { workflow, node: workflow.getNode(node.name) as INode };
}

export interface Execution {
	/** Output items, by output. */
	outputs: INodeExecutionData[][];
	/** `json` of the first output. */
	json: IDataObject[];
	/** What stopped the node, if anything. */
	error?: NodeError;
}

export interface ExecuteOptions {
	items?: IDataObject[];
	/** Files of the items, in the same order. */
	files?: Array<IBinaryKeyData | undefined>;
	onError?: OnError;
	timezone?: string;
	/** Default: our action node. */
	nodeType?: string;
	typeVersion?: number;
	/** Other nodes, by their type, beside ours. */
	nodes?: Nodes;
	/** Default: as when the user tests a workflow in the editor. */
	mode?: WorkflowExecuteMode;
	/** Cancels the execution, as the user does, when it is aborted. */
	stop?: AbortSignal;
}

/** Runs the action node, or another one, in n8n's engine, with expressions, pairing and error handling as in n8n. */
export async function execute(
	credentials: ICredentialDataDecryptedObject | EngineCredentials,
	parameters: INodeParameters,
	options: ExecuteOptions = {},
): Promise<Execution> {
	const { items = [{}], files = [], nodeType = 'feishuHireExam', mode = 'manual' } = options;
	const helper =
		credentials instanceof EngineCredentials ? credentials : new EngineCredentials(credentials);
	const { workflow, node } = workflowWith(nodeType, parameters, {
		onError: options.onError,
		timezone: options.timezone,
		nodes: options.nodes,
		items: items.map((json, index) => ({ json, binary: files[index] })),
	});
	node.typeVersion = options.typeVersion ?? 1;
	const execution = new WorkflowExecute(additionalDataFor(helper), mode);
	const running = run(execution, workflow, workflow.getNode('Items') as INode);
	options.stop?.addEventListener('abort', () => running.cancel());
	return executionOf(await running, node);
}

/** Older n8n takes the parts of the call one by one. */
type OlderRun = (workflow: Workflow, startNode: INode) => ReturnType<WorkflowExecute['run']>;

/** Runs a workflow from one of its nodes on. */
export function run(
	execution: WorkflowExecute,
	workflow: Workflow,
	startNode: INode,
): ReturnType<WorkflowExecute['run']> {
	if (execution.run.length === 1) return execution.run({ workflow, startNode });
	return (execution.run as unknown as OlderRun).call(execution, workflow, startNode);
}

function executionOf({ data }: IRun, { name }: INode): Execution {
	const [task] = data.resultData.runData[name] ?? [];
	const outputs = (task?.data?.main ?? []).map((output) => output ?? []);
	return {
		outputs,
		json: (outputs[0] ?? []).map(({ json }) => json),
		error: (task?.error ?? data.resultData.error) as NodeError | undefined,
	};
}

/** What a node of ours gets as `this` when n8n executes it with these items. */
export function executeContext(
	type: string,
	mode: WorkflowExecuteMode,
	items: IDataObject[],
): ExecuteContext {
	const { workflow, node } = workflowWith(type, {});
	const input = items.map((json) => ({ json }));
	const data = { main: [input] };
	return new ExecuteContext(
		workflow,
		node,
		additionalDataFor(new EngineCredentials({})),
		mode,
		createRunExecutionData(),
		0,
		input,
		data,
		{ node, data, source: null },
		[],
	);
}

/** n8n's own helpers for requests and files, for code outside of a workflow. */
export const engineHelpers = (): IExecuteFunctions['helpers'] =>
	executeContext('feishuHireExam', 'manual', [{}]).helpers;

/** A file in n8n's storage on disk, where n8n keeps all files unless told otherwise. */
export async function storeFile(
	content: Buffer | Readable,
	fileName: string,
	mimeType = 'application/pdf',
): Promise<IBinaryData> {
	await Container.get(BinaryDataService).init();
	return await engineHelpers().prepareBinaryData(content, fileName, mimeType);
}
