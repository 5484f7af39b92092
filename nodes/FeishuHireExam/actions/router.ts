import { NodeError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ItemGroup, Operation, Run } from './operation';
import { findOperation } from './registry';

type Outcome<T> = { value: T } | { error: Error };

/** Items that are answered together, and what is to be done for them. */
interface Task {
	items: ItemGroup;
	run: Outcome<Run>;
}

function attempt<T>(action: () => T): Outcome<T> {
	try {
		return { value: action() };
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
function prepareTasks(this: IExecuteFunctions): Task[] {
	const groups: Array<{ items: ItemGroup; operation: Outcome<Operation> }> = [];
	const groupsByKey = new Map<Operation, Map<string, ItemGroup>>();

	for (const itemIndex of this.getInputData().keys()) {
		const read = attempt(() => {
			const operation = readOperation.call(this, itemIndex);
			return { operation, key: operation.groupKey?.call(this, itemIndex) };
		});
		if ('error' in read) {
			groups.push({ items: [itemIndex], operation: read });
			continue;
		}
		const { operation, key } = read.value;
		const keys = groupsByKey.get(operation) ?? new Map<string, ItemGroup>();
		groupsByKey.set(operation, keys);
		const together = key === undefined ? undefined : keys.get(key);
		if (together) {
			together.push(itemIndex);
			continue;
		}
		const items: ItemGroup = [itemIndex];
		if (key !== undefined) keys.set(key, items);
		groups.push({ items, operation: { value: operation } });
	}

	return groups.map(({ items, operation }) => ({
		items,
		run:
			'error' in operation
				? operation
				: attempt(() => operation.value.prepare.call(this, items)),
	}));
}

const toOutput = (data: IDataObject[], items: ItemGroup): INodeExecutionData[] =>
	data.map((json) => ({
		json,
		pairedItem: items.length === 1 ? { item: items[0] } : items.map((item) => ({ item })),
	}));

/**
 * An item for each one that is left without an answer, so that none vanishes. `error` and `details` are the
 * keys by which n8n knows an item for the error output; with the error itself it would drop the details.
 */
const toErrorOutput = (error: Error, items: ItemGroup): INodeExecutionData[] =>
	items.map((item) => ({
		json: {
			error: error.message,
			details: {
				description: error instanceof NodeError ? (error.description ?? undefined) : undefined,
				...(error instanceof NodeError && (error.context.data as IDataObject | undefined)),
			},
		},
		pairedItem: { item },
	}));

/**
 * Does for all input items what the node is set to. Every item is checked before the first call is made:
 * unless the node continues on fail, one bad item stops the run with nothing sent.
 *
 * @throws NodeOperationError for bad input, NodeApiError for what Feishu answers.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const tasks = prepareTasks.call(this);
	if (!this.continueOnFail()) {
		for (const { run } of tasks) if ('error' in run) throw run.error;
	}

	const output: INodeExecutionData[] = [];
	for (const { items, run } of tasks) {
		const done: Outcome<IDataObject[]> =
			'error' in run
				? run
				: await run.value().then(
						(value) => ({ value }),
						(error: Error) => ({ error }),
					);
		if ('value' in done) {
			output.push(...toOutput(done.value, items));
		} else if (this.continueOnFail()) {
			output.push(...toErrorOutput(done.error, items));
		} else {
			throw done.error;
		}
	}
	return [output];
}
