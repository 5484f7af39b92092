import { WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type EngineResponse,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeType,
	type NodeOutput,
} from 'n8n-workflow';

import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node.js';
import { TestCredentialsHelper } from './credentials';
import { additionalDataFor, run } from './engine';
import { givesToolErrorsToAgents } from './engineVersion';
import { inMemory } from './files';

/** What n8n makes of a node for the model of an agent: a structured tool of LangChain's. */
export interface Tool {
	name: string;
	description: string;
	schema: { shape: Record<string, { description?: string }> };
	/** Absent in 1.x. */
	metadata?: { sourceNodeName: string };
	invoke(input: IDataObject): Promise<string>;
}

/** What an agent does with its tool; `response` is what the engine gave on a request made before. */
type Behaviour = (tool: Tool, response: EngineResponse | undefined) => Promise<NodeOutput>;

const { Main, AiTool } = NodeConnectionTypes;

/**
 * The action node as n8n's server hands it to agents. The server does so in the package `n8n`, too large for these
 * tests; all that comes after it is n8n's own code here: the tool, its schema, its calls and its errors.
 */
function asTool(node: INodeType): INodeType {
	const { usableAsTool, ...description } = node.description;
	if (!usableAsTool) throw new Error(`${description.name} cannot be used as a tool`);
	return Object.create(node, {
		description: {
			value: {
				...description,
				name: `${description.name}Tool`,
				displayName: `${description.displayName} Tool`,
				inputs: [],
				outputs: [AiTool],
			},
		},
	}) as INodeType;
}

export const toolNode = asTool(new FeishuHireExam());

const start: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: 'Question to an agent, with a file',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: [Main],
		properties: [],
	},
	execute: async () => [
		[
			{
				json: { chatInput: 'What a person asks the agent' },
				binary: { data: inMemory('报告', 'sent.pdf') },
			},
		],
	],
};

const agentThat = (behave: Behaviour): INodeType => ({
	description: {
		displayName: 'Agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: 'Agent whose model is the test',
		defaults: { name: 'Agent' },
		inputs: [Main, AiTool],
		outputs: [Main],
		properties: [],
	},
	async execute(response) {
		const [tool] = (await this.getInputConnectionData(AiTool, 0)) as Tool[];
		return await behave(tool as Tool, response);
	},
});

const node = (type: INodeType, settings: Partial<INode> = {}): INode => ({
	id: type.description.name,
	name: String(type.description.defaults.name),
	type: type.description.name,
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
	...settings,
});

/** The name that the editor gives to our node. */
const nodeNameFor = (parameters: INodeParameters) =>
	NodeHelpers.makeNodeName(parameters, toolNode.description);

/** Runs a workflow of a question, an agent and our node as its tool. */
async function runAgent(
	credentials: ICredentialDataDecryptedObject,
	parameters: INodeParameters,
	behave: Behaviour,
): Promise<void> {
	const agent = agentThat(behave);
	const [startNode, agentNode] = [node(start), node(agent)];
	const tool = node(toolNode, {
		name: nodeNameFor(parameters),
		parameters,
		credentials: { feishuAppApi: { id: '1', name: 'Feishu App' } },
	});
	const typeOf = (name: string) =>
		[start, agent, toolNode].find(({ description }) => description.name === name) as INodeType;
	const workflow = new Workflow({
		id: 'test',
		nodes: [startNode, agentNode, tool],
		connections: {
			[startNode.name]: { main: [[{ node: agentNode.name, type: Main, index: 0 }]] },
			[tool.name]: { ai_tool: [[{ node: agentNode.name, type: AiTool, index: 0 }]] },
		},
		active: false,
		nodeTypes: { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) },
		settings: { executionOrder: 'v1', timezone: 'Asia/Shanghai' },
	});
	const additionalData = additionalDataFor(new TestCredentialsHelper(credentials));
	const execution = new WorkflowExecute(additionalData, 'manual');
	const { data } = await run(execution, workflow, workflow.getNode(startNode.name) as INode);
	if (data.resultData.error) throw data.resultData.error;
}

/** The tool that the model of an agent is told about. */
export async function buildTool(parameters: INodeParameters): Promise<Tool> {
	let built: Tool | undefined;
	await runAgent({}, parameters, async (tool) => {
		built = tool;
		return [[]];
	});
	return built as Tool;
}

/** Lets a model call the tool with these arguments; the answer is the text that the model reads then. */
type Call = (
	credentials: ICredentialDataDecryptedObject,
	parameters: INodeParameters,
	input: IDataObject,
) => Promise<string>;

/** AI Agent as of version 3: it asks the engine to run the tool's node. */
const callThroughEngine: Call = async (credentials, parameters, input) => {
	let text = '';
	await runAgent(credentials, parameters, async (tool, response) => {
		const [answer] = response?.actionResponses ?? [];
		if (!answer) {
			const action = {
				actionType: 'ExecutionNodeAction' as const,
				nodeName: tool.metadata?.sourceNodeName ?? nodeNameFor(parameters),
				input,
				type: AiTool,
				id: 'call_1',
				metadata: { itemIndex: 0 },
			};
			return { actions: [action], metadata: {} };
		}
		text = JSON.stringify(answer.data.data?.ai_tool?.[0]?.map(({ json }) => json));
		return [[]];
	}).catch((error: Error) => {
		// It has ended the execution.
		if (givesToolErrorsToAgents) throw error;
		text = error.message;
	});
	return text;
};

/** Earlier agents, agents that are tools of others, and n8n's MCP server: they call the tool themselves. */
const callDirectly: Call = async (credentials, parameters, input) => {
	let text = '';
	await runAgent(credentials, parameters, async (tool) => {
		text = await tool.invoke(input).catch((error: Error) => error.message);
		return [[]];
	});
	return text;
};

export const WAYS_TO_CALL: Array<[way: string, call: Call]> = [
	['through the engine', callThroughEngine],
	['directly', callDirectly],
];
