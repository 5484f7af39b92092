import {
	DataDeduplicationService,
	ExecuteContext,
	ExecutionLifecycleHooks,
	TriggerContext,
} from 'n8n-core';
import { createRunExecutionData } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteResponsePromiseData,
	INodeExecutionData,
	IRun,
	ITriggerResponse,
	IWorkflowBase,
	WorkflowActivateMode,
} from 'n8n-workflow';
import { WebSocket } from 'ws';

import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import type { Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import {
	additionalDataFor,
	execute,
	executeContext,
	sandboxCredentials,
	workflowWith,
} from '../support/engine';
import { savesFailedExecutions } from '../support/engineVersion';
import { testClock } from '../support/testClock';
import { startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';

const NODE = 'feishuHireExamTrigger';

/** Entries of all nodes, each after the ID of its node. */
const recorded = new Set<string>();
const node = new FeishuHireExamTrigger();

let sandbox: Sandbox;
beforeAll(async () => {
	// Time passes when the tests say so: it would not wait for what comes over a WebSocket.
	testClock.reset();
	// Node 20 has none of its own.
	Object.assign(globalThis, { WebSocket });
	sandbox = await startTestSandbox();
	await DataDeduplicationService.init({
		async checkProcessedAndRecord(items, _, { node: { id = '' } = {} }) {
			const fresh = items.filter((item) => !recorded.has(`${id} ${String(item)}`));
			for (const item of fresh) recorded.add(`${id} ${String(item)}`);
			return { new: fresh, processed: items.filter((item) => !fresh.includes(item)) };
		},
		async removeProcessed(items, _, { node: { id = '' } = {} }) {
			for (const item of items) recorded.delete(`${id} ${String(item)}`);
		},
		clearAllProcessedItems: async () => recorded.clear(),
		getProcessedDataCount: async () => recorded.size,
	});
});
beforeEach(() => sandbox.deliveries.splice(0));
afterEach(async () => await passUntil(() => clients() === 0));
afterAll(async () => {
	await sandbox.close();
	Reflect.deleteProperty(globalThis, 'WebSocket');
});

/** Lets time pass, little by little, until something is so. */
async function passUntil(isSo: () => boolean): Promise<void> {
	const steps = setInterval(() => void testClock.advance(10), 5);
	try {
		await until(isSo);
	} finally {
		clearInterval(steps);
	}
}

async function letPass<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	const done = () => {
		isDone = true;
	};
	work.then(done, done);
	await passUntil(() => isDone);
	return await work;
}

const clients = () => sandbox.longConnection.clients.length;

interface Listening {
	/** The items of each execution that passed the trigger. */
	executions: IDataObject[][];
	/** Errors that became failed executions. */
	failed: Error[];
	/** Warnings in n8n's log. */
	warnings: string[];
	response: ITriggerResponse;
	close(): Promise<void>;
}

interface ListenOptions {
	/** Of the node, among several ones. */
	name?: string;
	activation?: WorkflowActivateMode;
	credentials?: ICredentialDataDecryptedObject;
}

/** Activates the trigger in n8n's own context; what it emits is executed as n8n does. */
async function listen(
	parameters: IDataObject = {},
	{ name, activation = 'activate', credentials = sandboxCredentials(sandbox) }: ListenOptions = {},
): Promise<Listening> {
	const all = { delivery: 'longConnection', events: ['examCreated'], ...parameters };
	const { workflow, node: workflowNode } = workflowWith(NODE, all);
	workflowNode.typeVersion = 2;
	workflowNode.id = name ?? workflowNode.id;
	const executions: IDataObject[][] = [];
	const failed: Error[] = [];
	const warnings: string[] = [];
	const additionalData = additionalDataFor(new TestCredentialsHelper(credentials));
	const run = async (
		items: INodeExecutionData[],
		onResponse: (response: IExecuteResponsePromiseData) => void,
	) => {
		const data = { main: [items] };
		const hooks = new ExecutionLifecycleHooks('trigger', '1', {} as IWorkflowBase);
		hooks.addHandler('sendResponse', onResponse);
		const [passed = []] = await node.execute.call(
			new ExecuteContext(
				workflow,
				workflowNode,
				{ ...additionalData, hooks },
				'trigger',
				createRunExecutionData(),
				0,
				items,
				data,
				{ node: workflowNode, data, source: null },
				[],
			),
		);
		executions.push(passed.map(({ json }) => json));
	};
	const context = new TriggerContext(
		workflow,
		workflowNode,
		additionalData,
		'trigger',
		activation,
		([items = []], responsePromise, donePromise) => {
			void run(items, (response) => responsePromise?.resolve(response)).then(() =>
				donePromise?.resolve({} as IRun),
			);
		},
		undefined,
		(error) => void failed.push(error),
	);
	jest.spyOn(context.logger, 'warn').mockImplementation((line) => void warnings.push(line));
	const response = await letPass(node.trigger.call(context));
	return {
		executions,
		failed,
		warnings,
		response,
		close: async () => await letPass(response.closeFunction?.() ?? Promise.resolve()),
	};
}

function arrange(count = 1): string[] {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p1', name: 'Paper' });
	return Array.from({ length: count }, () => sandbox.arrangeExam({ accountId, paperId: 'p1' })).map(
		({ examId }) => examId,
	);
}

const exams = ({ executions }: Listening) => executions.flat().map(({ exam_id }) => exam_id);
const answers = () =>
	sandbox.deliveries
		.filter(({ name }) => name === 'examCreated')
		.map(({ status, isExactEcho, failure }) => ({ status, isExactEcho, failure }));

it('an event starts the workflow, and is acknowledged', async () => {
	const listening = await listen();
	sandbox.setLongConnection();
	const [examId] = arrange();
	await passUntil(() => answers()[0]?.status !== undefined);
	expect(listening.executions).toEqual([
		[
			expect.objectContaining({
				exam_id: examId,
				header: expect.objectContaining({ event_type: 'hire.eco_exam.created_v1' }),
			}),
		],
	]);
	expect(answers()).toEqual([{ status: 200, isExactEcho: true, failure: undefined }]);
	await listening.close();
});

it('an execution of another process is told to have begun before it is known whether its event is a repeat', async () => {
	const event = { header: { event_id: 'elsewhere', delivery_id: 'd' } };
	const context = executeContext(NODE, 'trigger', [event]);
	const sendResponse = jest.spyOn(context, 'sendResponse');
	const executing = node.execute.call(context);
	expect(sendResponse.mock.calls).toEqual([[{}]]);
	expect(await letPass(executing)).toMatchObject([[{ json: event }]]);
	expect(sendResponse).toHaveBeenCalledTimes(1);
});

it('two nodes share a connection, and each gets each event it is set to', async () => {
	const all = await listen({}, { name: 'all' });
	const some = await listen({ filters: { paperIds: 'p2' } }, { name: 'some' });
	const other = await listen({}, { name: 'other' });
	expect(clients()).toBe(1);
	sandbox.setLongConnection();
	const sent = arrange(3);
	await passUntil(() => answers().length === 3 && answers().every(({ status }) => status === 200));
	for (const listening of [all, other]) expect(exams(listening).sort()).toEqual([...sent].sort());
	expect(some.executions).toEqual([]);
	for (const listening of [all, some, other]) await listening.close();
});

it('a burst takes few executions, or one for each event with Combine Bursts turned off', async () => {
	for (const combineBursts of [true, false]) {
		const listening = await listen({ combineBursts });
		sandbox.setLongConnection();
		const sent = arrange(21);
		await passUntil(() => exams(listening).length === sent.length);
		expect(exams(listening).sort()).toEqual([...sent].sort());
		if (combineBursts) expect(listening.executions.length).toBeLessThan(5);
		else expect(listening.executions).toHaveLength(21);
		await listening.close();
	}
});

describe('what the user has to mend', () => {
	const wrong = () => ({ ...sandboxCredentials(sandbox), appSecret: 'wrong' });

	it('is an error when the workflow is published', async () => {
		await expect(listen({}, { credentials: wrong() })).rejects.toThrow(
			/^The App ID and App Secret don't match\. Compare 'App ID' and 'App Secret'/,
		);
		expect(clients()).toBe(0);
	});

	it.each(['init', 'leadershipChange'] as const)(
		'is a failed execution, and in the log, when n8n activates it by itself: %s',
		async (activation) => {
			const listening = await listen({}, { activation, credentials: wrong() });
			expect(listening.failed.map(({ message }) => message)).toEqual(
				savesFailedExecutions ? ["The App ID and App Secret don't match"] : [],
			);
			expect(listening.warnings).toEqual([
				expect.stringContaining("The App ID and App Secret don't match"),
			]);
			await listening.close();
		},
	);

	it('is said of a setting before anything is sent', async () => {
		await expect(listen({ filters: { accountIds: '7.14799E+18' } })).rejects.toThrow(
			'\'Account IDs\' is "7.14799E+18", a number that was rounded',
		);
		expect(sandbox.longConnection.clients).toEqual([]);
	});
});

it('a node with a webhook connects to nothing', async () => {
	const { response } = await listen({ delivery: 'webhook' });
	expect(response).toEqual({});
	expect(clients()).toBe(0);
});

describe('a test in the editor', () => {
	const test = async () =>
		await execute(
			sandboxCredentials(sandbox),
			{
				delivery: 'longConnection',
				events: ['examCreated'],
			},
			{ nodeType: NODE, typeVersion: 2, mode: 'manual' },
		);

	it('shows one event, and leaves it to production', async () => {
		const listening = await listen({}, { name: 'production' });
		sandbox.setLongConnection();
		let shown: IDataObject[] | undefined;
		void test().then(({ json }) => (shown = json));
		const sent: string[] = [];
		// Nothing tells when the test has joined: so events come until it has one.
		while (!shown) {
			sent.push(...arrange());
			await passUntil(
				() => answers().filter(({ status }) => status === 200).length === sent.length,
			);
		}
		expect(sent).toContain(shown[0]?.exam_id);
		expect(shown).toHaveLength(1);
		expect(exams(listening)).toEqual(sent);
		await listening.close();
	});

	it('opens a connection of its own where there is none, and acknowledges nothing', async () => {
		const shown = test();
		await passUntil(() => clients() === 1);
		sandbox.setLongConnection();
		const sent = arrange();
		const { json } = await letPass(shown);
		expect(json.map(({ exam_id }) => exam_id)).toEqual(sent);
		await passUntil(() => answers()[0]?.status === 500);
	});
});
