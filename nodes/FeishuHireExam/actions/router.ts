import { NodeError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, OnError } from 'n8n-workflow';

import { appKeyOf } from '../transport/app';
import { FeishuClient } from '../transport/client';
import { runConcurrently, settle, type Settled } from '../transport/concurrency';
import { Session } from '../transport/session';
import { readCallOptions } from './callOptions';
import type { ItemGroup, Job, Operation } from './operation';
import { findOperation } from './registry';

/** Enough to use up Feishu's 50 calls per second while each takes up to two seconds. */
const MAX_CONCURRENT_JOBS = 100;

/** Items that one call answers, and who makes the call. */
interface Group {
	items: ItemGroup;
	operation: Operation;
	feishu: FeishuClient;
}

/** Items that are answered together, what is to be done for them, and what came of it. */
interface Task {
	items: ItemGroup;
	job: Settled<Job & { feishu: FeishuClient }>;
	done?: Settled<IDataObject[]>;
}

function readOperation(this: IExecuteFunctions, itemIndex: number): Operation {
	const resource = String(this.getNodeParameter('resource', itemIndex));
	const name = String(this.getNodeParameter('operation', itemIndex));
	const operation = findOperation(resource, name);
	if (operation) return operation;
	throw new NodeOperationError(
		this.getNode(),
		`The resource '${resource}' has no operation '${name}'`,
		{
			itemIndex,
			description: "Select one in 'Operation'.",
		},
	);
}

/** Puts those items together that one call answers. */
class Grouping {
	/** In the order of their first items; an item that belongs to none has its error. */
	readonly groups: Array<{ items: ItemGroup; group: Settled<Group> }> = [];

	/** Why operations that replace a list must not run: the first item that belongs nowhere. */
	readonly blockedBy = new Map<Operation, { error: Error }>();

	private readonly byKey = new Map<Operation, Map<string, ItemGroup>>();

	/** Adds an item; without a key it has a group of its own. */
	add(itemIndex: number, operation: Operation, feishu: FeishuClient, key?: string): void {
		const keys = this.byKey.get(operation) ?? new Map<string, ItemGroup>();
		this.byKey.set(operation, keys);
		const known = key === undefined ? undefined : keys.get(key);
		if (known) {
			known.push(itemIndex);
			return;
		}
		const items: ItemGroup = [itemIndex];
		if (key !== undefined) keys.set(key, items);
		this.groups.push({ items, group: { value: { items, operation, feishu } } });
	}

	addError(itemIndex: number, group: { error: Error }, operation?: Operation): void {
		this.groups.push({ items: [itemIndex], group });
		if (operation?.replacesList && !this.blockedBy.has(operation)) {
			this.blockedBy.set(operation, group);
		}
	}
}

async function groupItems(this: IExecuteFunctions, session: Session): Promise<Grouping> {
	const grouping = new Grouping();
	for (const itemIndex of this.getInputData().keys()) {
		const operation = await settle(() => readOperation.call(this, itemIndex));
		if (operation.error) {
			grouping.addError(itemIndex, operation);
			continue;
		}
		const read = await settle(async () => {
			const feishu = new FeishuClient(session, readCallOptions.call(this, itemIndex));
			const key = operation.value.groupKey?.call(this, itemIndex);
			const appKey = appKeyOf(await feishu.app());
			return { feishu, key: key === undefined ? undefined : `${appKey} ${key}` };
		});
		if (read.error) grouping.addError(itemIndex, read, operation.value);
		else grouping.add(itemIndex, operation.value, read.value.feishu, read.value.key);
	}
	return grouping;
}

/** Makes tasks of their own of the items that a job leaves out. */
function withoutRejected({ items, job }: Task, { replacesList }: Operation): Task[] {
	const rejected: ReadonlyMap<number, Error> = (!job.error && job.value.rejected) || new Map();
	const [firstError] = rejected.values();
	if (firstError && replacesList) return [{ items, job: { error: firstError } }];
	const [good, ...others] = items.filter((item) => !rejected.has(item));
	return [
		...[...rejected].map(([item, error]): Task => ({ items: [item], job: { error } })),
		...(good === undefined ? [] : [{ items: [good, ...others] as ItemGroup, job }]),
	];
}

/** Reads all items before anything is sent. */
async function prepareTasks(this: IExecuteFunctions, session: Session): Promise<Task[]> {
	const { groups, blockedBy } = await groupItems.call(this, session);
	const tasks: Task[] = [];
	for (const { items, group } of groups) {
		if (group.error) {
			tasks.push({ items, job: group });
			continue;
		}
		const { operation, feishu } = group.value;
		const job =
			blockedBy.get(operation) ??
			(await settle(() => ({ ...operation.prepare.call(this, items), feishu })));
		tasks.push(...withoutRejected({ items, job }, operation));
	}
	return tasks.sort((one, other) => one.items[0] - other.items[0]);
}

/** Tasks that must be done one after the other, because they write to the same object. */
function toChains(tasks: Task[]): Task[][] {
	const chains = new Map<string | Task, Task[]>();
	for (const task of tasks) {
		const key = (!task.job.error && task.job.value.orderKey) || task;
		const chain = chains.get(key);
		if (chain) chain.push(task);
		else chains.set(key, [task]);
	}
	return [...chains.values()];
}

/** Does the tasks side by side. With `stopOnError`, nothing new is begun once one did not succeed. */
async function runTasks(tasks: Task[], session: Session, stopOnError: boolean): Promise<void> {
	let isStopped = false;
	const runTask = async (task: Task) => {
		const { job } = task;
		task.done = job.error ? job : await settle(async () => await job.value.run(job.value.feishu));
		isStopped ||= stopOnError && task.done.error !== undefined;
	};
	await runConcurrently(toChains(tasks), MAX_CONCURRENT_JOBS, async (chain) => {
		for (const task of chain) {
			if (isStopped || session.signal?.aborted) return;
			await runTask(task);
		}
	});
}

const toOutput = (data: IDataObject[], items: ItemGroup): INodeExecutionData[] =>
	data.map((json) => ({
		json,
		pairedItem: items.length === 1 ? { item: items[0] } : items.map((item) => ({ item })),
	}));

/** The error message of an item: its own, or that their call was not sent because of another item. */
function messageFor(item: number, error: Error, wasSent: boolean): string {
	const culprit = error instanceof NodeError ? error.context.itemIndex : undefined;
	if (wasSent || typeof culprit !== 'number' || culprit === item) return error.message;
	return `Not sent, because of item ${culprit}: ${error.message}`;
}

/**
 * What n8n knows an item for the error output by. Newer n8n goes by the keys of `json`, `error` and `details` alone.
 * 1.x goes by `error` of the item itself, else the item would leave with the successful ones. It is inherited: as a
 * property of its own n8n would copy it, and put it in the place of `json` with all that this says.
 */
const errorMark = (error: Error): object => ({ error });

/** An item for each one that is left without an answer, so that none vanishes. */
const toErrorOutput = (
	error: Error,
	{ items, job }: Task,
	onError: OnError | undefined,
): INodeExecutionData[] =>
	items.map((item) => {
		const prototype = onError === 'continueErrorOutput' ? errorMark(error) : Object.prototype;
		return Object.assign(Object.create(prototype) as object, {
			json: {
				error: messageFor(item, error, !job.error),
				details: {
					description: error instanceof NodeError ? (error.description ?? undefined) : undefined,
					...(error instanceof NodeError && (error.context.data as IDataObject | undefined)),
				},
			},
			pairedItem: { item },
		});
	});

/**
 * The model of an agent reads nothing of an error but its message: there the advice goes into it, in the form that
 * n8n uses where it does so itself. `Tool` ends the name of a node's type when n8n runs it for an agent.
 */
function withAdvice(this: IExecuteFunctions, error: Error): Error {
	if (error instanceof NodeError && error.description && this.getNode().type.endsWith('Tool')) {
		error.message = `${error.message}\n\nDetails: ${error.description}`;
	}
	return error;
}

/**
 * Does for all input items what the node is set to, side by side; the output is in the order of the input.
 * Every item is checked before the first call is made: unless the node continues on fail, one bad item stops
 * the run with nothing sent.
 *
 * @throws NodeOperationError for bad input, NodeApiError for what Feishu answers: of the first item that has one.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const continueOnFail = this.continueOnFail();
	const { onError } = this.getNode();
	const session = new Session(this);
	const tasks = await prepareTasks.call(this, session);
	if (!continueOnFail) {
		for (const { job } of tasks) if (job.error) throw withAdvice.call(this, job.error);
	}

	await runTasks(tasks, session, !continueOnFail);

	const output = tasks.flatMap((task) => {
		const { items, done } = task;
		if (!done) return [];
		if (!done.error) return toOutput(done.value, items);
		if (continueOnFail) return toErrorOutput(done.error, task, onError);
		throw withAdvice.call(this, done.error);
	});
	return [output];
}
