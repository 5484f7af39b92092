import type {
	IExecuteResponsePromiseData,
	INodeExecutionData,
	IRun,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { startExecution, tellBegun } from '../../../nodes/FeishuHireExam/longConnection/execution';
import { settle } from '../../../nodes/FeishuHireExam/transport/concurrency';
import { createDeferredPromise, type DeferredPromise } from '../../support/deferredPromise';

const ITEMS = [{ json: { event: 'a' } }, { json: { event: 'b' } }];

/** Lets everything happen that is left to happen. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

/** Starts an execution that n8n says nothing of until a test does. */
function start(emitting: () => void = () => undefined) {
	const emitted: INodeExecutionData[][][] = [];
	let begun: DeferredPromise<IExecuteResponsePromiseData> | undefined;
	let done: DeferredPromise<IRun> | undefined;
	const context = {
		helpers: { createDeferredPromise },
		emit: (
			items: INodeExecutionData[][],
			...promises: [DeferredPromise<IExecuteResponsePromiseData>?, DeferredPromise<IRun>?]
		) => {
			emitting();
			emitted.push(items);
			[begun, done] = promises;
		},
	};
	const execution = {
		emitted,
		outcome: 'pending',
		begin: () => begun?.resolve({}),
		refuse: (error: Error) => begun?.reject(error),
		end: (error?: Error) => (error ? done?.reject(error) : done?.resolve({} as IRun)),
	};
	void settle(async () => await startExecution(context, ITEMS)).then(({ error }) => {
		execution.outcome = error?.message ?? 'started';
	});
	return execution;
}

describe('an execution has started', () => {
	it('when it tells that it has begun', async () => {
		const [one, other] = [start(), start()];
		expect(one.emitted).toEqual([[ITEMS]]);
		one.begin();
		await settled();
		expect([one.outcome, other.outcome]).toEqual(['started', 'pending']);
	});

	it('when it has ended', async () => {
		const execution = start();
		execution.end();
		await settled();
		expect(execution.outcome).toBe('started');
	});

	it('also when it fails later on', async () => {
		const execution = start();
		execution.begin();
		execution.end(new Error('failed'));
		await settled();
		expect(execution.outcome).toBe('started');
	});
});

describe('an execution that n8n could not start', () => {
	it.each<[string, (execution: ReturnType<typeof start>) => void]>([
		['as its end says', ({ end }) => end(new Error('no database'))],
		['as its response says', ({ refuse }) => refuse(new Error('no database'))],
	])('is an error, %s', async (_, fail) => {
		const execution = start();
		fail(execution);
		await settled();
		expect(execution.outcome).toBe('no database');
	});

	it('is an error when `emit` throws', async () => {
		const execution = start(() => {
			throw new Error('not active');
		});
		await settled();
		expect(execution.outcome).toBe('not active');
	});
});

describe('an execution tells that it has begun', () => {
	const responses = (mode: WorkflowExecuteMode, sendResponse = jest.fn()) => {
		tellBegun({ getMode: () => mode, sendResponse });
		return sendResponse.mock.calls as unknown[][];
	};

	it('once, when the trigger started it', () => {
		expect(responses('trigger')).toEqual([[{}]]);
	});

	it.each<WorkflowExecuteMode>(['manual', 'retry', 'webhook'])('to nobody in mode %s', (mode) => {
		expect(responses(mode)).toEqual([]);
	});

	it('though that may fail', async () => {
		responses('trigger', jest.fn().mockRejectedValue(new Error('no queue')));
		await settled();
	});
});
