import {
	ExecuteContext,
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	WorkflowExecute,
} from 'n8n-core';
import {
	NodeConnectionTypes,
	Workflow,
	createRunExecutionData,
	type IBinaryKeyData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
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

import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node.js';
import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node.js';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import type { Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from './credentials';

let sourceItems: INodeExecutionData[] = [];

/** Hands the items of a test into the workflow, as any node before ours would. */
const itemSource: INodeType = {
	description: {
		displayName: 'Items',
		name: 'items',
		group: ['trigger'],
		version: 1,
		description: 'Items of a test',
		defaults: { name: 'Items' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [sourceItems.map((source, item) => ({ ...source, pairedItem: { item } }))];
	},
};

const nodesByType: Record<string, INodeType> = {
	items: itemSource,
	feishuHireExam: new FeishuHireExam(),
	feishuHireExamTrigger: new FeishuHireExamTrigger(),
	feishuHireExamStatusTrigger: new FeishuHireExamStatusTrigger(),
};

const nodeTypes: INodeTypes = {
	getByName: (name) => nodesByType[name] as INodeType,
	getByNameAndVersion: (name) => nodesByType[name] as INodeType,
	getKnownTypes: () => ({}),
};

/** Makes another node known to the engine, to be run beside ours. */
export function registerNodeType(name: string, node: INodeType): void {
	nodesByType[name] = node;
}

/** The credential that a user would enter for the sandbox. */
export const sandboxCredentials = (
	sandbox: Pick<Sandbox, 'url' | 'app'>,
): ICredentialDataDecryptedObject => ({
	platform: 'custom',
	customBaseUrl: sandbox.url,
	appId: sandbox.app.appId,
	appSecret: sandbox.app.appSecret,
	verificationToken: sandbox.app.verificationToken,
	encryptKey: sandbox.app.encryptKey,
});

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
	credentialsHelper: TestCredentialsHelper,
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
		// What else the server adds is not asked for by any node here.
	}) as Partial<IWorkflowExecuteAdditionalData> as IWorkflowExecuteAdditionalData;

/** A workflow with nothing but a node of ours. */
export function workflowWith(
	type: string,
	parameters: INodeParameters,
	{
		onError,
		timezone = 'Asia/Shanghai',
		staticData,
	}: { onError?: OnError; timezone?: string; staticData?: IDataObject } = {},
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
		nodeTypes,
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
	/** Files of the items, in their order. */
	files?: Array<IBinaryKeyData | undefined>;
	onError?: OnError;
	timezone?: string;
	/** Default: our action node. */
	nodeType?: string;
	typeVersion?: number;
	/** Default: as when the user tests a workflow in the editor. */
	mode?: WorkflowExecuteMode;
	/** Stops the execution, as the user does, when it is aborted. */
	stop?: AbortSignal;
}

/** Runs the action node, or another one, in n8n's engine, with expressions, pairing and error handling as in n8n. */
export async function execute(
	credentials: ICredentialDataDecryptedObject | TestCredentialsHelper,
	parameters: INodeParameters,
	{
		items = [{}],
		files = [],
		nodeType = 'feishuHireExam',
		typeVersion = 1,
		mode = 'manual',
		stop,
		...options
	}: ExecuteOptions = {},
): Promise<Execution> {
	const helper =
		credentials instanceof TestCredentialsHelper
			? credentials
			: new TestCredentialsHelper(credentials);
	const { workflow, node } = workflowWith(nodeType, parameters, options);
	node.typeVersion = typeVersion;
	sourceItems = items.map((json, index) => ({ json, binary: files[index] }));
	const running = new WorkflowExecute(additionalDataFor(helper), mode).run({
		workflow,
		startNode: workflow.getNode('Items') as INode,
	});
	stop?.addEventListener('abort', () => running.cancel());
	return toExecution(await running, node);
}

function toExecution({ data }: IRun, node: INode): Execution {
	const [task] = data.resultData.runData[node.name] ?? [];
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
		additionalDataFor(new TestCredentialsHelper({})),
		mode,
		createRunExecutionData(),
		0,
		input,
		data,
		{ node, data, source: null },
		[],
	);
}

/** What a list of the action node's editor shows, as n8n asks for it. */
export async function searchList(
	credentials: ICredentialDataDecryptedObject,
	method: keyof FeishuHireExam['methods']['listSearch'],
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const nodeType = new FeishuHireExam();
	const { workflow, node } = workflowWith(nodeType.description.name, {});
	const additionalData = additionalDataFor(new TestCredentialsHelper(credentials));
	const context = new LoadOptionsContext(
		workflow,
		node,
		additionalData,
		'parameters.applicationId',
	);
	return await nodeType.methods.listSearch[method].call(context, filter, paginationToken);
}

/** n8n's own request helpers, for code that runs outside of a workflow. */
export const httpHelpers = (): IExecuteFunctions['helpers'] =>
	executeContext('feishuHireExam', 'manual', [{}]).helpers;
