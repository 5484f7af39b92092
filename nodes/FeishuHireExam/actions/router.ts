import { NodeError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { runPool } from '../transport/concurrency';
import { readCallOptions } from './callOptions';
import type { ItemGroup, Job, Operation } from './operation';
import { findOperation } from './registry';

/** Enough to use up Feishu's 50 calls a second while each takes up to two. */
const PARALLEL_JOBS = 100;

type Outcome<T> = { value: T } | { error: Error };

/** Items that are answered together, what is to be done for them, and what came of it. */
interface Task {
	items: ItemGroup;
	job: Outcome<Job>;
	done?: Outcome<IDataObject[]>;
}

async function attempt<T>(action: () => T | Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await action() };
	} catch (error) {
		return { error: error as Error };
	}
}

function readOperation(this: IExecuteFunctions, itemIndex: number): Operation {
	const resource = String(this.getNodeParameter('resource', itemIndex));
	const name = String(this.getNodeParameter('operation', itemIndex));
	const operation = findOperation(resource, name);
	if (operation) return operation;
	throw new NodeOperationError(this.getNode(), `'${resource}' has no operation '${name}'`, {
		itemIndex,
		description: "Choose one in 'Operation'.",
	});
}

/** Reads all items before anything is sent, and puts those together that one call answers. */
async function prepareTasks(this: IExecuteFunctions): Promise<Task[]> {
	const groups: Array<{ items: ItemGroup; operation: Outcome<Operation> }> = [];
	const groupsByKey = new Map<Operation, Map<string, ItemGroup>>();
	const spoilt = new Map<Operation, { error: Error }>();

	for (const itemIndex of this.getInputData().keys()) {
		const operation = await attempt(() => readOperation.call(this, itemIndex));
		if ('error' in operation) {
			groups.push({ items: [itemIndex], operation });
			continue;
		}
		const key = await attempt(async () => {
			readCallOptions.call(this, itemIndex);
			return await operation.value.groupKey?.call(this, itemIndex);
		});
		if ('error' in key) {
			groups.push({ items: [itemIndex], operation: key });
			if (operation.value.replacesList)
				spoilt.set(operation.value, spoilt.get(operation.value) ?? key);
			continue;
		}
		const keys = groupsByKey.get(operation.value) ?? new Map<string, ItemGroup>();
		groupsByKey.set(operation.value, keys);
		const together = key.value === undefined ? undefined : keys.get(key.value);
		if (together) {
			together.push(itemIndex);
			continue;
		}
		const items: ItemGroup = [itemIndex];
		if (key.value !== undefined) keys.set(key.value, items);
		groups.push({ items, operation });
	}

	const tasks: Task[] = [];
	for (const { items, operation } of groups) {
		const job =
			'error' in operation
				? operation
				: (spoilt.get(operation.value) ??
					(await attempt(() => operation.value.prepare.call(this, items))));
		tasks.push({ items, job });
	}
	return tasks;
}

/** Tasks that must be done one after the other, because they write to the same object. */
function toChains(tasks: Task[]): Task[][] {
	const chains = new Map<string | Task, Task[]>();
	for (const task of tasks) {
		const key = ('value' in task.job && task.job.value.orderKey) || task;
		const chain = chains.get(key);
		if (chain) chain.push(task);
		else chains.set(key, [task]);
	}
	return [...chains.values()];
}

/** Does the tasks side by side. With `stopOnError`, nothing new is begun once one did not succeed. */
async function runTasks(tasks: Task[], stopOnError: boolean, signal?: AbortSignal): Promise<void> {
	let isStopped = false;
	await runPool(toChains(tasks), PARALLEL_JOBS, async (chain) => {
		for (const task of chain) {
			if (isStopped || signal?.aborted) return;
			task.done =
				'error' in task.job
					? task.job
					: await task.job.value.run().then(
							(value) => ({ value }),
							(error: Error) => ({ error }),
						);
			isStopped ||= stopOnError && 'error' in task.done;
		}
	});
}

const toOutput = (data: IDataObject[], items: ItemGroup): INodeExecutionData[] =>
	data.map((json) => ({
		json,
		pairedItem: items.length === 1 ? { item: items[0] } : items.map((item) => ({ item })),
	}));

/** What an item is told: its own error, or that another item kept their call from being made. */
function messageFor(item: number, error: Error): string {
	const culprit = error instanceof NodeOperationError ? error.context.itemIndex : undefined;
	if (typeof culprit !== 'number' || culprit === item) return error.message;
	return `Not sent, because of item ${culprit}: ${error.message}`;
}

/**
 * An item for each one that is left without an answer, so that none vanishes. `error` and `details` are the
 * keys by which n8n knows an item for the error output; with the error itself it would drop the details.
 */
const toErrorOutput = (error: Error, items: ItemGroup): INodeExecutionData[] =>
	items.map((item) => ({
		json: {
			error: messageFor(item, error),
			details: {
				description: error instanceof NodeError ? (error.description ?? undefined) : undefined,
				...(error instanceof NodeError && (error.context.data as IDataObject | undefined)),
			},
		},
		pairedItem: { item },
	}));

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
	const tasks = await prepareTasks.call(this);
	if (!continueOnFail) {
		for (const { job } of tasks) if ('error' in job) throw withAdvice.call(this, job.error);
	}

	await runTasks(tasks, !continueOnFail, this.getExecutionCancelSignal());

	const output = tasks.flatMap(({ items, done }) => {
		if (!done) return [];
		if ('value' in done) return toOutput(done.value, items);
		if (continueOnFail) return toErrorOutput(done.error, items);
		throw withAdvice.call(this, done.error);
	});
	return [output];
}
