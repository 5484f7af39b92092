import type { IDataObject } from 'n8n-workflow';

import { type Attempt, Connection } from '../../../nodes/FeishuHireExam/longConnection/connection';
import type { AnswerCode } from '../../../nodes/FeishuHireExam/longConnection/messages';
import { ThrottledLog } from '../../../nodes/FeishuHireExam/longConnection/throttledLog';
import { type FeishuApp, readApp } from '../../../nodes/FeishuHireExam/transport/app';
import type { Clock } from '../../../nodes/FeishuHireExam/transport/clock';
import { eventBody, FakePlatform, type FakeSocket, found } from '../../support/fakePlatform';
import { APP_SECRET, credentialsWith } from '../../support/feishuCredentials';
import { networkError } from '../../support/httpStub';
import { JumpingClock } from '../../support/jumpingClock';
import { TestClock } from '../../support/testClock';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const WRONG_SECRET: IDataObject = { code: 1000040345, msg: 'app_secret is invalid' };

let clock: TestClock;
let platform: FakePlatform;
let attempts: Attempt[];
let lines: string[];
let app: () => Promise<FeishuApp | undefined>;
let payloads: string[];
let onEvent: (payload: string) => Promise<AnswerCode | undefined>;
let random: number;
let connection: Connection;
beforeEach(() => {
	clock = new TestClock();
	platform = new FakePlatform();
	attempts = [];
	lines = [];
	app = async () => readApp(credentialsWith());
	payloads = [];
	onEvent = async () => 200;
	random = 0;
});
afterEach(async () => {
	void connection.close();
	await clock.advance(3 * SECOND_MS);
	expect(platform.open).toEqual([]);
	expect(clock.waiting).toBe(0);
	expect(lines.join('\n')).not.toMatch(new RegExp(`t-secret|${APP_SECRET}`));
});

async function start(ownClock: Clock = clock, hasWebSocket = true) {
	const keep = (line: string) => lines.push(line);
	connection = new Connection({
		clock: ownClock,
		log: new ThrottledLog(ownClock, () => ({ info: keep, warn: keep })),
		WebSocketClass: hasWebSocket ? platform.WebSocketClass : undefined,
		readApp: async () => await app(),
		httpRequest: async (options) => await platform.httpRequest(options),
		onAttempt: (attempt) => attempts.push(attempt),
		onEvent: async (payload) => {
			const text = Buffer.from(payload).toString();
			payloads.push(text);
			return await onEvent(text);
		},
		random: () => random,
	});
	connection.start();
	await clock.advance(0);
}

const kinds = () => attempts.map(({ kind }) => kind);
const messages = () =>
	attempts.map((attempt) => (attempt.kind === 'connected' ? '' : attempt.text.message));

/** How long it takes until a socket is open, in seconds. */
async function secondsUntilOpen(limit = 600): Promise<number> {
	for (let tenths = 0; tenths <= limit * 10; tenths += 1) {
		if (platform.open.length > 0) return tenths / 10;
		await clock.advance(100);
	}
	return Infinity;
}

it('connects with the address that it was given', async () => {
	await start();
	expect(kinds()).toEqual(['connected']);
	expect(connection.isOpen).toBe(true);
	expect(platform.socket.url).toContain('ticket=t-secret');
});

describe('while it is connected', () => {
	it('pings at once, and every 30 seconds when the interval of the server is longer', async () => {
		await start();
		const { socket } = platform;
		expect(socket.pings).toBe(1);
		await clock.advance(29 * SECOND_MS);
		expect(socket.pings).toBe(1);
		await clock.advance(SECOND_MS);
		expect(socket.pings).toBe(2);
		await clock.advance(10 * MINUTE_MS);
		expect(socket.pings).toBe(22);
		expect(platform.connections).toBe(1);
	});

	it('pings at the interval of the server when that is shorter', async () => {
		platform.answer = () => found({ PingInterval: 5 });
		await start();
		await clock.advance(MINUTE_MS);
		expect(platform.socket.pings).toBe(13);
	});

	it('takes new settings from a pong', async () => {
		platform.pong = { PingInterval: 10, ReconnectInterval: 2, ReconnectNonce: 0 };
		await start();
		await clock.advance(MINUTE_MS);
		expect(platform.socket.pings).toBe(7);
	});

	it.each<IDataObject>([
		{ PingInterval: 0 },
		{ PingInterval: -5 },
		{ PingInterval: 'soon' },
		{ PingInterval: 1e12 },
	])('takes no settings %p that make no sense', async (pong) => {
		platform.pong = pong;
		await start();
		await clock.advance(MINUTE_MS);
		expect(platform.socket.pings).toBe(3);
	});

	it('takes a pong without settings, also one that is no JSON', async () => {
		await start();
		platform.socket.receiveFrame('pong', '');
		platform.socket.receiveFrame('pong', '{"Ping');
		await clock.advance(MINUTE_MS);
		expect(platform.socket.pings).toBe(3);
	});
});

describe('a line that is dead without a word', () => {
	it('is replaced ten seconds after a ping', async () => {
		await start();
		platform.pong = undefined;
		const dead = platform.socket;
		await clock.advance(39 * SECOND_MS);
		expect(platform.connections).toBe(1);
		await clock.advance(SECOND_MS);
		expect(dead.closedWith).toBe(1000);
		await clock.advance(2 * SECOND_MS);
		expect(platform.connections).toBe(2);
	});

	it('is not one on which any frame comes, or text', async () => {
		await start();
		platform.pong = undefined;
		await clock.advance(9 * SECOND_MS);
		for (let ping = 0; ping < 20; ping += 1) {
			await clock.advance(30 * SECOND_MS);
			if (ping % 2 === 0) platform.socket.receiveFrame('other', '');
			else platform.socket.receive('text');
		}
		expect(platform.connections).toBe(1);
	});

	it('is replaced when nothing comes at all', async () => {
		platform.pong = undefined;
		await start();
		await clock.advance(11 * SECOND_MS);
		expect(platform.connections).toBe(2);
	});

	it('for a minute leaves a connection within five seconds of its end', async () => {
		await start();
		await clock.advance(5 * MINUTE_MS);
		platform.pong = undefined;
		platform.handshake = 'refuse';
		await clock.advance(MINUTE_MS);
		platform.pong = {};
		platform.handshake = 'accept';
		expect(await secondsUntilOpen()).toBeLessThan(5);
	});
});

describe.each([
	['goes on', true],
	['stands still', false],
])('a machine that slept for ten minutes, and whose monotonic clock %s', (_, jumpsMonotonic) => {
	it('replaces the dead line within five seconds', async () => {
		const jumping = new JumpingClock(clock, jumpsMonotonic);
		await start(jumping);
		await clock.advance(MINUTE_MS + 15 * SECOND_MS);
		platform.pong = undefined;
		jumping.jump(10 * MINUTE_MS);
		await clock.advance(5 * SECOND_MS);
		expect(platform.connections).toBe(2);
	});

	it('keeps a line that still lives, also when a ping was under way', async () => {
		const jumping = new JumpingClock(clock, jumpsMonotonic);
		await start(jumping);
		platform.pong = undefined;
		await clock.advance(31 * SECOND_MS);
		platform.pong = {};
		jumping.jump(10 * MINUTE_MS);
		await clock.advance(MINUTE_MS);
		expect(platform.connections).toBe(1);
	});
});

describe('garbage', () => {
	it.each<[string, (socket: FakeSocket) => void]>([
		['bytes that are no frame', (socket) => socket.receiveBytes(Buffer.from('garbage'))],
		['nothing', (socket) => socket.receiveBytes(Buffer.alloc(0))],
		['text', (socket) => socket.receive('{"code":0}')],
		['another kind of data', (socket) => socket.receive({ size: 1 })],
		['a frame of another type', (socket) => socket.receiveFrame('card', '{}')],
		['a ping of the server', (socket) => socket.receiveFrame('ping', '')],
	])('is ignored: %s', async (_, send) => {
		await start();
		const { socket } = platform;
		for (let time = 0; time < 100; time += 1) send(socket);
		socket.receiveEvent(eventBody('e-1'), 'm-1');
		await clock.advance(MINUTE_MS);
		expect(platform.connections).toBe(1);
		expect(payloads).toHaveLength(1);
		expect(socket.answers).toEqual({ 'm-1': 200 });
		expect(lines.length).toBeLessThan(4);
	});

	it('that is numbered as a part of an event is answered, so that it does not come again', async () => {
		await start();
		platform.socket.receiveFrame('event', 'x', [
			{ key: 'message_id', value: 'm-1' },
			{ key: 'sum', value: '5000' },
			{ key: 'seq', value: '0' },
		]);
		expect(platform.socket.answers).toEqual({ 'm-1': 200 });
		expect(payloads).toEqual([]);
	});
});

describe('events', () => {
	it('are answered on the line that they came on, with the time that it took', async () => {
		onEvent = async () => {
			await clock.sleep(120);
			return 200;
		};
		await start();
		platform.socket.receiveEvent(eventBody('e-1'), 'm-1');
		await clock.advance(119);
		expect(platform.socket.answers).toEqual({});
		await clock.advance(1);
		const answer = platform.socket.sent.at(-1);
		expect(answer).toMatchObject({ logId: 18446744073709551610n });
		expect(answer?.headers).toContainEqual({ key: 'biz_rt', value: '120' });
	});

	it.each<[string, AnswerCode | Error | undefined, Record<string, number>]>([
		['200', 200, { 'm-1': 200 }],
		['500', 500, { 'm-1': 500 }],
		['nothing', undefined, {}],
		['500 after an error', new Error('x'), { 'm-1': 500 }],
	])('are answered with %s', async (_, outcome, answers) => {
		onEvent = async () => {
			if (outcome instanceof Error) throw outcome;
			return outcome;
		};
		await start();
		platform.socket.receiveEvent(eventBody('e-1'), 'm-1');
		await clock.advance(0);
		expect(platform.socket.answers).toEqual(answers);
	});

	it('that come in parts are answered once, after the last', async () => {
		await start();
		const { socket } = platform;
		const bytes = Buffer.from(JSON.stringify({ name: '张三' }));
		const middle = bytes.indexOf('张') + 1;
		[bytes.subarray(0, middle), bytes.subarray(middle)].forEach((part, seq) =>
			socket.receiveFrame('event', part, [
				{ key: 'message_id', value: 'm-1' },
				{ key: 'sum', value: '2' },
				{ key: 'seq', value: String(seq) },
			]),
		);
		await clock.advance(0);
		expect(payloads).toEqual(['{"name":"张三"}']);
		expect(socket.sent.filter(({ method }) => method === 1)).toHaveLength(1);
	});

	it('whose line is gone are not answered on another one', async () => {
		onEvent = async () => {
			await clock.sleep(2_000);
			return 200;
		};
		await start();
		const first = platform.socket;
		first.receiveEvent(eventBody('e-1'), 'm-1');
		first.drop();
		await clock.advance(3_000);
		expect(platform.socket.answers).toEqual({});
		expect(first.answers).toEqual({});
	});
});

describe('reconnecting', () => {
	it('takes a second after the connection was lost', async () => {
		await start();
		await clock.advance(2 * MINUTE_MS);
		platform.socket.drop();
		expect(await secondsUntilOpen()).toBeCloseTo(1, 0);
		expect(kinds()).toEqual(['connected', 'connected']);
		expect(platform.requests).toHaveLength(2);
	});

	it('three times in a row takes less than five seconds each', async () => {
		random = 1;
		await start();
		for (let time = 0; time < 3; time += 1) {
			platform.socket.drop();
			expect(await secondsUntilOpen()).toBeLessThan(5);
		}
	});

	it('goes on until the platform is there, at the start as well', async () => {
		platform.answer = () => networkError('ECONNREFUSED');
		await start();
		expect(attempts).toMatchObject([{ kind: 'retry' }]);
		expect(messages()).toEqual(['Could not reach https://open.feishu.cn']);
		await clock.advance(MINUTE_MS);
		platform.answer = () => found();
		expect(await secondsUntilOpen()).toBeLessThan(5);
		expect(kinds().at(-1)).toBe('connected');
	});

	it('never ends: after a day without the platform it comes back within two minutes', async () => {
		random = 1;
		platform.answer = () => networkError('ENOTFOUND');
		await start();
		await clock.advance(24 * 60 * MINUTE_MS);
		platform.answer = () => found();
		expect(await secondsUntilOpen()).toBeLessThanOrEqual(120.2);
		expect(platform.requests.length).toBeLessThan(1_000);
	});

	it('has pauses that grow with the outage, up to the interval of the server', async () => {
		const times: number[] = [];
		platform.answer = () => {
			times.push(clock.monotonic());
			return found({ ReconnectInterval: 30 });
		};
		await start();
		platform.handshake = 'refuse';
		platform.socket.drop();
		await clock.advance(30 * MINUTE_MS);
		const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
		expect(pauses[0]).toBe(SECOND_MS);
		expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
		expect(pauses.at(-1)).toBe(30 * SECOND_MS);
		expect(pauses.length).toBeLessThan(150);
	});

	it('spreads its pauses', async () => {
		platform.answer = () => networkError('ECONNREFUSED');
		random = 1;
		await start();
		await clock.advance(1_290);
		expect(platform.requests).toHaveLength(1);
		await clock.advance(20);
		expect(platform.requests).toHaveLength(2);
	});

	it('begins with short pauses again after a minute of connection, and not before', async () => {
		const pauseAfter = async (connectedMs: number) => {
			await clock.advance(connectedMs);
			platform.socket.drop();
			return await secondsUntilOpen();
		};
		platform.answer = () => networkError('ECONNREFUSED');
		await start();
		await clock.advance(10 * MINUTE_MS);
		platform.answer = () => found({ ReconnectNonce: 0 });
		await secondsUntilOpen();
		expect(await pauseAfter(50 * SECOND_MS)).toBeGreaterThan(25);
		expect(await pauseAfter(MINUTE_MS)).toBeLessThan(1.2);
	});

	it('waits for a random time, and no more than ten seconds, when the server has closed the connection', async () => {
		random = 1;
		await start();
		await clock.advance(2 * MINUTE_MS);
		platform.socket.drop(true);
		expect(await secondsUntilOpen()).toBeCloseTo(10, 0);
		random = 0;
		platform.socket.drop(true);
		expect(await secondsUntilOpen()).toBeLessThan(1.2);
	});

	it.each(['refuse', 'hang'] as const)('goes on when handshakes %s', async (handshake) => {
		platform.handshake = handshake;
		await start();
		await clock.advance(30 * SECOND_MS);
		expect(new Set(messages())).toEqual(new Set(['The long connection could not be opened']));
		platform.handshake = 'accept';
		expect(await secondsUntilOpen()).toBeLessThan(11);
	});

	it('goes on when discovery hangs, although the HTTP helper never gives up', async () => {
		platform.answer = async () => await new Promise(() => undefined);
		await start();
		await clock.advance(15 * SECOND_MS);
		expect(attempts).toEqual([]);
		await clock.advance(SECOND_MS);
		expect(attempts).toMatchObject([{ kind: 'retry' }]);
		platform.answer = () => found();
		expect(await secondsUntilOpen()).toBeLessThan(2);
	});

	it('goes on when reading the credential fails, or the one who is told about it', async () => {
		app = async () => await Promise.reject(new Error('database'));
		await start();
		app = async () => readApp(credentialsWith());
		expect(await secondsUntilOpen()).toBeLessThanOrEqual(300.1);
	});

	it('1,000 times leaves one line, one loop and nothing else behind', async () => {
		platform.answer = () => found({ ReconnectInterval: 1, ReconnectNonce: 0 });
		await start();
		const { waiting } = clock;
		for (let time = 0; time < 1_000; time += 1) {
			platform.socket.drop();
			await clock.advance(1_000);
		}
		expect(platform.connections).toBe(1_001);
		expect(platform.requests).toHaveLength(1_001);
		expect(platform.open).toHaveLength(1);
		expect(clock.waiting).toBe(waiting);
		expect(lines.length).toBeLessThan(1_100);
	});
});

describe('what the user has to mend', () => {
	it('is tried every five minutes, with the credential as it is then', async () => {
		platform.answer = () => WRONG_SECRET;
		await start();
		await clock.advance(14 * MINUTE_MS);
		expect(kinds()).toEqual(['mend', 'mend', 'mend']);
		expect(new Set(messages())).toEqual(new Set(["The App ID and App Secret don't match"]));
		app = async () => readApp(credentialsWith({ appSecret: 'the-new-one' }));
		platform.answer = () => found();
		await clock.advance(MINUTE_MS);
		expect(kinds().at(-1)).toBe('connected');
		expect(platform.requests.at(-1)?.body).toContain('the-new-one');
	});

	it('is tried at once when somebody asks for it', async () => {
		platform.answer = () => WRONG_SECRET;
		await start();
		platform.answer = () => found();
		connection.retryNow();
		await clock.advance(0);
		expect(kinds()).toEqual(['mend', 'connected']);
		connection.retryNow();
		await clock.advance(0);
		expect(platform.connections).toBe(1);
	});

	it('is told when Node has no WebSocket: the option, a newer Node, and the webhook', async () => {
		await start(clock, false);
		expect(attempts).toMatchObject([
			{ kind: 'mend', text: { message: 'This version of Node.js has no WebSocket' } },
		]);
		const [attempt] = attempts;
		const words = attempt?.kind === 'mend' ? attempt.text.description : '';
		for (const word of ['--experimental-websocket', 'Node.js 22', 'Webhook']) {
			expect(words).toContain(word);
		}
	});
});

describe('closing', () => {
	it('waits for answers under way, takes nothing new, and waits for nothing more', async () => {
		onEvent = async () => {
			await clock.sleep(2_000);
			return 200;
		};
		await start();
		const { socket } = platform;
		socket.receiveEvent(eventBody('e-1'), 'm-1');
		let isClosed = false;
		void connection.close().then(() => (isClosed = true));
		socket.receiveEvent(eventBody('e-2'), 'm-2');
		await clock.advance(1_999);
		expect([isClosed, socket.closedWith]).toEqual([false, undefined]);
		await clock.advance(1);
		expect([isClosed, socket.closedWith]).toEqual([true, 1000]);
		expect(socket.answers).toEqual({ 'm-1': 200 });
		expect(payloads).toHaveLength(1);
		expect(clock.waiting).toBe(0);
	});

	it('waits no longer than 2.5 seconds', async () => {
		onEvent = async () => await new Promise(() => undefined);
		await start();
		const { socket } = platform;
		socket.receiveEvent(eventBody('e-1'), 'm-1');
		void connection.close();
		await clock.advance(2_499);
		expect(socket.closedWith).toBeUndefined();
		await clock.advance(1);
		expect(socket.closedWith).toBe(1000);
	});

	it.each<[string, () => void]>([
		['discovery', () => (platform.answer = async () => await new Promise(() => undefined))],
		['the handshake', () => (platform.handshake = 'hang')],
		['a pause', () => (platform.answer = () => networkError('ECONNREFUSED'))],
		['a pause of five minutes', () => (platform.answer = () => WRONG_SECRET)],
		['a connection', () => undefined],
	])('is at once during %s, and nothing happens afterwards', async (_, prepare) => {
		prepare();
		await start();
		await connection.close();
		await clock.advance(0);
		expect(clock.waiting).toBe(0);
		const { connections, requests } = platform;
		const count = requests.length;
		await clock.advance(10 * MINUTE_MS);
		expect([platform.connections, platform.requests.length]).toEqual([connections, count]);
		expect(platform.open).toEqual([]);
	});

	it('ends a connection that opens at the same moment', async () => {
		platform.handshake = 'hang';
		await start();
		platform.sockets[0]?.accept();
		await connection.close();
		await clock.advance(0);
		expect(platform.open).toEqual([]);
		expect(kinds()).toEqual([]);
	});
});
