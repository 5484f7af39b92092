/**
 * What proves that n8n keeps an event: `emit` itself tells nothing, but when the node's `execute()` runs, the execution
 * is in the database. In queue mode it runs in another process, so it tells by way of the response that any node of an
 * execution can send to whoever started it (as n8n's RabbitMQ nodes do).
 */
import type {
	IExecuteFunctions,
	IExecuteResponsePromiseData,
	INodeExecutionData,
	IRun,
	ITriggerFunctions,
} from 'n8n-workflow';

import { settle } from '../transport/concurrency';

/** What is used of a trigger's context. */
export type ExecutionStarter = Pick<ITriggerFunctions, 'emit'> & {
	helpers: Pick<ITriggerFunctions['helpers'], 'createDeferredPromise'>;
};

/**
 * Starts an execution, and resolves when it has begun, see `tellBegun`, or has ended.
 *
 * @throws the error with which n8n could not start the execution.
 */
export async function startExecution(
	context: ExecutionStarter,
	items: INodeExecutionData[],
): Promise<void> {
	const begun = context.helpers.createDeferredPromise<IExecuteResponsePromiseData>();
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit([items], begun, done);
	await Promise.race([begun.promise, done.promise]);
}

/** Tells whoever started this execution that it has begun. Never throws: the end of the execution tells it, too. */
export function tellBegun(context: Pick<IExecuteFunctions, 'getMode' | 'sendResponse'>): void {
	if (context.getMode() !== 'trigger') return;
	void settle(async () => await context.sendResponse({}));
}
