import { LongConnections } from '../../../nodes/FeishuHireExam/longConnection/hub';
import {
	receiveInTest,
	type TestOutcome,
} from '../../../nodes/FeishuHireExam/longConnection/manualTest';
import { readApp } from '../../../nodes/FeishuHireExam/transport/app';
import { eventBody, FakePlatform, type FakeSocket } from '../../support/fakePlatform';
import { credentialsWith } from '../../support/feishuCredentials';
import { networkError } from '../../support/httpStub';
import { TestClock } from '../../support/testClock';

let clock: TestClock;
let platform: FakePlatform;
let hub: LongConnections;
let stop: AbortController;
let outcome: TestOutcome | undefined;
beforeEach(() => {
	clock = new TestClock();
	platform = new FakePlatform();
	hub = new LongConnections(clock, { findWebSocket: () => platform.WebSocketClass });
	stop = new AbortController();
	outcome = undefined;
});
afterEach(() => {
	expect(platform.open).toEqual([]);
	expect(clock.waiting).toBe(0);
});

async function start(): Promise<void> {
	const subscriber = {
		key: 'workflow node',
		log: { info: () => undefined, warn: () => undefined },
		httpRequest: platform.httpRequest,
		readApp: async () => readApp(credentialsWith()),
		wants: ({ header }: { header: { event_id: string } }) => header.event_id !== 'unwanted',
	};
	void receiveInTest(hub, subscriber, stop.signal).then((value) => (outcome = value));
	await clock.advance(0);
}

async function push(id: string): Promise<FakeSocket> {
	const { socket } = platform;
	socket.receiveEvent(eventBody(id), id);
	await clock.advance(0);
	return socket;
}

it('ends with the first event that the node wants, which comes again for production', async () => {
	await start();
	await push('unwanted');
	expect(outcome).toBeUndefined();
	const socket = await push('e-1');
	expect(outcome).toMatchObject({ kind: 'event', event: { header: { event_id: 'e-1' } } });
	expect(socket.answers).toEqual({ unwanted: 500, 'e-1': 500 });
	expect(socket.closedWith).toBe(1000);
});

it('ends with what the user has to mend', async () => {
	platform.answer = () => ({ code: 1000040345, msg: '' });
	await start();
	expect(outcome).toMatchObject({
		kind: 'mend',
		text: { message: "The App ID and App Secret don't match" },
	});
});

it('goes on while the platform is down, and ends with what has to be mended later', async () => {
	platform.answer = () => networkError('ECONNREFUSED');
	await start();
	expect(outcome).toBeUndefined();
	platform.answer = () => ({ code: 1000040350, msg: '' });
	await clock.advance(2_000);
	expect(outcome).toMatchObject({ kind: 'mend' });
});

it('ends when the user stops it', async () => {
	await start();
	stop.abort();
	await clock.advance(0);
	expect(outcome).toEqual({ kind: 'stopped' });
});

it('does not begin when the user has stopped it before', async () => {
	stop.abort();
	await start();
	expect(outcome).toEqual({ kind: 'stopped' });
	expect(platform.requests).toEqual([]);
});
