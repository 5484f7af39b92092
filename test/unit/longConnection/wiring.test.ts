import type { IExecuteResponsePromiseData, INodeExecutionData } from 'n8n-workflow';

import { startExecution } from '../../../nodes/FeishuHireExam/longConnection/execution';
import { Gatherer } from '../../../nodes/FeishuHireExam/longConnection/gatherer';
import { LongConnections } from '../../../nodes/FeishuHireExam/longConnection/hub';
import { readApp } from '../../../nodes/FeishuHireExam/transport/app';
import { createDeferredPromise, type DeferredPromise } from '../../support/deferredPromise';
import { eventBody, FakePlatform } from '../../support/fakePlatform';
import { credentialsWith } from '../../support/feishuCredentials';
import { TestClock } from '../../support/testClock';

/** How long n8n takes until an execution has begun. */
const BEGINS_AFTER_MS = 50;

let clock: TestClock;
let platform: FakePlatform;
let hub: LongConnections;
/** The items of each execution that has begun. */
let executions: INodeExecutionData[][];
/** What n8n does with what is emitted. */
let emit: (
	items: INodeExecutionData[],
	begun: DeferredPromise<IExecuteResponsePromiseData>,
) => void;
beforeEach(() => {
	clock = new TestClock();
	platform = new FakePlatform();
	hub = new LongConnections(clock, { findWebSocket: () => platform.WebSocketClass });
	executions = [];
	emit = (items, begun) => {
		void clock.sleep(BEGINS_AFTER_MS).then(() => {
			executions.push(items);
			begun.resolve({});
		});
	};
});
afterEach(async () => {
	const closed = hub.reset();
	await clock.advance(3_000);
	await closed;
});

/** A trigger node as `trigger()` puts it together. */
async function trigger(combines = true) {
	const gatherer = new Gatherer({
		clock,
		combines,
		start: async (events) => {
			const items = events.map(({ header, event }) => ({
				json: { ...event, header },
			}));
			await startExecution(
				{
					emit: ([first = []], begun) => begun && emit(first, begun),
					helpers: { createDeferredPromise },
				},
				items,
			);
		},
	});
	const subscription = hub.join({
		key: 'workflow node',
		isTest: false,
		log: { info: () => undefined, warn: () => undefined },
		httpRequest: platform.httpRequest,
		readApp: async () => readApp(credentialsWith()),
		wants: () => true,
		handle: async (event) => await gatherer.add(event),
		onMend: () => undefined,
	});
	await clock.advance(0);
	return {
		close: async () => {
			gatherer.flush();
			await subscription.leave();
		},
	};
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `e-${index}`);

function push(events: string[]): void {
	for (const id of events) platform.socket.receiveEvent(eventBody(id), id);
}

const sizes = () => executions.map(({ length }) => length);

it('a burst of 300 events takes four executions, and all of it is acknowledged', async () => {
	await trigger();
	push(ids(300));
	await clock.advance(4 * BEGINS_AFTER_MS);
	expect(sizes()).toEqual([1, 100, 100, 99]);
	expect(Object.keys(platform.socket.answers)).toEqual(ids(300));
	expect(new Set(Object.values(platform.socket.answers))).toEqual(new Set([200]));
});

it('an event is not acknowledged before its execution has begun', async () => {
	await trigger();
	push(['a']);
	await clock.advance(BEGINS_AFTER_MS - 1);
	expect(platform.socket.answers).toEqual({});
	await clock.advance(1);
	expect(platform.socket.answers).toEqual({ a: 200 });
});

it('each event has an execution of its own when they are not to be combined', async () => {
	await trigger(false);
	push(ids(20));
	await clock.advance(BEGINS_AFTER_MS);
	expect(sizes()).toEqual(Array(20).fill(1));
});

it('the events of an execution that n8n could not start come again, and start another one', async () => {
	const works = emit;
	emit = (_, { reject }) => reject(new Error('no database'));
	await trigger();
	push(['a', 'b']);
	await clock.advance(BEGINS_AFTER_MS);
	expect(platform.socket.answers).toEqual({ a: 500, b: 500 });
	emit = works;
	push(['a', 'b']);
	await clock.advance(2 * BEGINS_AFTER_MS);
	expect(platform.socket.answers).toEqual({ a: 200, b: 200 });
	expect(sizes()).toEqual([1, 1]);
});

it('nothing is acknowledged while n8n is stuck, and nothing is started twice within two minutes', async () => {
	let emitted = 0;
	emit = (items) => void (emitted += items.length);
	await trigger();
	push(['a', 'b', 'c']);
	await clock.advance(15_000);
	push(['a', 'b', 'c']);
	await clock.advance(100_000);
	expect(platform.socket.answers).toEqual({});
	expect(emitted).toBe(3);
	await clock.advance(10_000);
	push(['a']);
	expect(emitted).toBe(3);
	await clock.advance(0);
	expect(emitted).toBe(4);
});

it('closing starts executions for what was gathered, and acknowledges it', async () => {
	const { close } = await trigger();
	push(ids(10));
	await clock.advance(0);
	const { socket } = platform;
	const closed = close();
	await clock.advance(BEGINS_AFTER_MS);
	await closed;
	expect(sizes()).toEqual([1, 9]);
	expect(Object.keys(socket.answers)).toEqual(ids(10));
	expect(socket.closedWith).toBe(1000);
});
