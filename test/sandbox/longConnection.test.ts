/** Feishu's own SDK as referee: its client connects, receives events and responds to them. */
import { WebSocket } from 'ws';

import { startSandbox } from '../../sandbox';
import type { Frame } from '../../sandbox/events/longConnection/frame';
import {
	discover,
	RECONNECT_AT_ONCE,
	responseTo,
	shakeHands,
	useLongConnectionClients,
} from '../support/longConnection';
import { startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const clock = new TestClock();
const sandbox = useSandbox({ clock, longConnection: { clientConfig: RECONNECT_AT_ONCE } });
const { connectSdk, connectPlain } = useLongConnectionClients(sandbox);

const SCHEDULE = [15_000, 300_000, 3_600_000, 21_600_000];

/** Frames of an SDK for service 33554678. */
const PING = Buffer.from('0800100018f681801020002a0c0a0474797065120470696e67', 'hex');

const connected = () => sandbox().longConnection.clients.length;

/** The code of the console API for turning the long connection on or off; undefined: done. */
async function switchLongConnection(method: 'PUT' | 'DELETE') {
	const response = await fetch(`${sandbox().url}/sandbox/api/long-connection`, { method });
	return ((await response.json()) as { code?: string }).code;
}

const shownState = async () => {
	const response = await fetch(`${sandbox().url}/sandbox/api/state`);
	const { requestUrl, longConnection } = (await response.json()) as Record<string, unknown>;
	return { requestUrl, longConnection };
};

describe('the choice of the long connection', () => {
	it('is possible only while a client is connected', async () => {
		expect(() => sandbox().setLongConnection()).toThrow('Connect a client first');
		expect(await switchLongConnection('PUT')).toBe('longConnectionMissing');
		const client = await connectPlain();
		expect(await switchLongConnection('PUT')).toBeUndefined();
		expect(await shownState()).toEqual({
			requestUrl: null,
			longConnection: {
				isUsed: true,
				clients: [{ deviceId: client.deviceId, connectedAt: clock.now() }],
			},
		});

		client.close();
		await until(() => connected() === 0);
		expect((await shownState()).longConnection).toEqual({ isUsed: true, clients: [] });
		expect(() => sandbox().setLongConnection()).toThrow('Connect a client first');
		expect(await switchLongConnection('DELETE')).toBeUndefined();
		expect((await shownState()).longConnection).toEqual({ isUsed: false, clients: [] });
	});

	it('is not possible for a store app', async () => {
		await connectPlain();
		sandbox().app.appType = 'store';
		expect(() => sandbox().setLongConnection()).toThrow('A store app cannot');
		expect(await switchLongConnection('PUT')).toBe('notForStoreApps');
	});

	it('replaces the request URL, and is replaced by one', async () => {
		sandbox().app.encryptKey = '';
		const receiver = await startReceiver(({ rawBody }) => ({ status: 200, body: rawBody }));
		await sandbox().setRequestUrl(receiver.url);
		const { events } = await connectSdk();
		sandbox().removeLongConnection();
		expect((await shownState()).requestUrl).toBe(receiver.url);
		sandbox().setLongConnection();
		expect((await shownState()).requestUrl).toBeNull();
		sandbox().bindAccount();
		await until(() => events.length === 1);
		expect(receiver.received).toHaveLength(1);

		sandbox().removeRequestUrl();
		expect((await shownState()).longConnection).toMatchObject({ isUsed: true });
		await sandbox().setRequestUrl(receiver.url);
		expect((await shownState()).longConnection).toMatchObject({ isUsed: false });
		sandbox().bindAccount();
		await until(() => receiver.received.length === 3);
		expect(events).toHaveLength(1);
		await receiver.close();
	});

	it('leaves clients connected without events until it is made, and once it is undone', async () => {
		const { events } = await connectSdk();
		sandbox().bindAccount({ accountName: 'before' });
		sandbox().setLongConnection();
		sandbox().removeLongConnection();
		sandbox().bindAccount({ accountName: 'between' });
		sandbox().setLongConnection();
		sandbox().bindAccount({ accountName: 'after' });
		await until(() => events.length === 1);
		expect(events[0]?.account_name).toBe('after');
		expect(connected()).toBe(1);
	});
});

describe('an event', () => {
	it('reaches the SDK as plain text with an empty token, and counts as received', async () => {
		const { events } = await connectSdk();
		sandbox().setLongConnection();
		const { accountId, accountName } = sandbox().bindAccount({ accountName: '张三的账号' });
		await until(() => sandbox().deliveries.length === 1);
		const { deliveries, longConnection } = sandbox();
		const body = {
			schema: '2.0',
			header: {
				event_id: expect.any(String),
				event_type: 'hire.eco_account.created_v1',
				create_time: String(clock.now()),
				token: '',
				app_id: 'cli_a1b2c3d4e5f60718',
				tenant_key: 'sandbox-tenant',
			},
			event: expect.objectContaining({ account_id: accountId, account_name: accountName }),
		};
		expect(deliveries).toEqual([
			{
				at: clock.now(),
				eventId: events[0]?.event_id,
				name: 'accountBound',
				type: 'hire.eco_account.created_v1',
				deviceId: longConnection.clients[0]?.deviceId,
				attempt: 1,
				headers: {
					type: 'event',
					message_id: expect.any(String),
					sum: '1',
					seq: '0',
					trace_id: expect.any(String),
					timestamp: String(clock.now()),
					instance_id: expect.any(String),
				},
				body,
				rawBody: expect.any(String),
				durationMs: expect.any(Number),
				status: 200,
				isExactEcho: expect.any(Boolean),
			},
		]);
		expect(JSON.parse(deliveries[0]?.rawBody ?? '')).toEqual(body);
		expect(events).toEqual([
			expect.objectContaining({
				token: '',
				account_name: '张三的账号',
				tenant_key: 'sandbox-tenant',
			}),
		]);
		expect(clock.waiting).toBe(0);
	});

	it('goes to one of the clients', async () => {
		const clients = [await connectSdk(), await connectSdk()];
		sandbox().setLongConnection();
		for (let number = 0; number < 60; number += 1) sandbox().bindAccount();
		await until(() => sandbox().deliveries.length === 60);
		const received = clients.map(({ events }) => events.map(({ event_id }) => event_id));
		expect(new Set(received.flat()).size).toBe(60);
		expect(received.flat()).toHaveLength(60);
		expect(received.every(({ length }) => length > 0)).toBe(true);
		const used = new Set(sandbox().deliveries.map(({ deviceId }) => deviceId));
		expect(used).toEqual(new Set(sandbox().longConnection.clients.map((one) => one.deviceId)));
	});

	it('is split where it is long, in the middle of characters too', async () => {
		sandbox().longConnection.settings.maxPayloadBytes = 1;
		const { events } = await connectSdk();
		sandbox().setLongConnection();
		sandbox().bindAccount({ accountName: '星辰科技 😀' });
		await until(() => sandbox().deliveries.length === 1);
		expect(events.map(({ account_name }) => account_name)).toEqual(['星辰科技 😀']);
		const [delivery] = sandbox().deliveries;
		expect(delivery).toMatchObject({ status: 200, headers: { seq: '0' } });
		expect(delivery?.headers.sum).toBe(String(Buffer.byteLength(delivery?.rawBody ?? '')));
	});

	it('comes again on the schedule with the same id while the handler fails', async () => {
		const { events } = await connectSdk(() => Promise.reject(new Error('Failed')));
		sandbox().setLongConnection();
		sandbox().bindAccount();
		for (const [index, delay] of SCHEDULE.entries()) {
			await until(() => sandbox().deliveries.length === index + 1);
			await clock.advance(delay - 1);
			expect(events).toHaveLength(index + 1);
			await clock.advance(1);
		}
		await until(() => sandbox().deliveries.length === 5);
		expect(clock.waiting).toBe(0);
		expect(
			sandbox().deliveries.map(({ attempt, status, failure }) => [attempt, status, failure]),
		).toEqual(
			[1, 2, 3, 4, 5].map((attempt) => [
				attempt,
				500,
				{ code: 'unexpectedCode', params: { code: 500 } },
			]),
		);
		expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1);
		expect(new Set(sandbox().deliveries.map(({ headers }) => headers.message_id)).size).toBe(5);
	});

	it('comes again when there is no response within 3 s', async () => {
		let respond = () => {};
		let calls = 0;
		const { events } = await connectSdk(() => {
			calls += 1;
			return calls > 1 ? undefined : new Promise<void>((resolve) => (respond = resolve));
		});
		sandbox().setLongConnection();
		sandbox().bindAccount();
		await until(() => events.length === 1);
		await clock.advance(2_999);
		expect(sandbox().deliveries).toHaveLength(0);
		await clock.advance(1);
		await until(() => sandbox().deliveries.length === 1);
		respond();
		await clock.advance(15_000);
		await until(() => sandbox().deliveries.length === 2);
		const [first, second] = sandbox().deliveries;
		expect(first).toMatchObject({
			attempt: 1,
			failure: { code: 'timeout', params: { seconds: 3 } },
		});
		expect(first).not.toHaveProperty('status');
		expect(second).toMatchObject({ attempt: 2, status: 200, eventId: first?.eventId });
		expect(clock.waiting).toBe(0);
	});

	it('waits on the schedule for a client to connect', async () => {
		const early = await connectPlain();
		sandbox().setLongConnection();
		early.close();
		await until(() => connected() === 0);
		sandbox().bindAccount();
		await until(() => sandbox().deliveries.length === 1);
		expect(sandbox().deliveries[0]).toMatchObject({ failure: { code: 'noClient', params: {} } });
		expect(sandbox().deliveries[0]).not.toHaveProperty('deviceId');
		const { events } = await connectSdk();
		await clock.advance(15_000);
		await until(() => events.length === 1);
		await until(() => sandbox().deliveries.length === 2);
		expect(sandbox().deliveries[1]).toMatchObject({ attempt: 2, status: 200 });
	});

	it('comes again when its client disconnects before it responds', async () => {
		const { frames, close } = await connectPlain();
		sandbox().setLongConnection();
		sandbox().bindAccount();
		await until(() => frames().length === 1);
		close();
		await until(() => sandbox().deliveries.length === 1);
		expect(sandbox().deliveries[0]).toMatchObject({
			failure: { code: 'connectionClosed', params: {} },
		});
		expect(clock.waiting).toBe(1);
	});
});

describe('a response', () => {
	/** Responds to one event; gives how that counts. */
	async function respond(response: (frame: Frame) => Frame) {
		const { frames, send } = await connectPlain();
		sandbox().setLongConnection();
		sandbox().bindAccount();
		await until(() => frames().length === 1);
		send(response(frames()[0] as Frame));
		await until(() => sandbox().deliveries.length === 1);
		const { status, failure, isExactEcho } = sandbox().deliveries[0] ?? {};
		return { status, failure, isExactEcho };
	}

	it('repeats the frame, with its 64-bit numbers digit by digit', async () => {
		expect(await respond(responseTo)).toEqual({ status: 200, isExactEcho: true });
	});

	it.each<[string, (frame: Frame) => Partial<Frame>]>([
		['sequence number', () => ({ seqId: 0n })],
		['log id', ({ logId }) => ({ logId: logId ^ 1n })],
	])('counts with another %s, but shows it', async (_name, change) => {
		expect(await respond((frame) => responseTo(frame, change(frame)))).toEqual({
			status: 200,
			isExactEcho: false,
		});
	});

	const withHeaders = (changes: Record<string, string>) => (frame: Frame) => ({
		headers: { ...responseTo(frame).headers, ...changes },
	});

	it.each<[string, (frame: Frame) => Partial<Frame>, string]>([
		['the time taken', ({ headers }) => ({ headers }), 'biz_rt'],
		['a number as the time taken', withHeaders({ biz_rt: 'fast' }), 'biz_rt'],
		['the trace id', withHeaders({ trace_id: 'other' }), 'trace_id'],
		['the instance', withHeaders({ instance_id: 'other' }), 'instance_id'],
		['the part', withHeaders({ seq: '1' }), 'seq'],
		['the service', () => ({ service: 1 }), 'service'],
	])('does not count without %s', async (_name, change, field) => {
		expect(await respond((frame) => responseTo(frame, change(frame)))).toMatchObject({
			status: undefined,
			failure: { code: 'differentEcho', params: { field } },
		});
	});

	it.each([
		['{"code":500}', 500],
		['{"code":"200"}', '200'],
		['{}', 'undefined'],
		['null', 'undefined'],
		['ok', 'undefined'],
		['', 'undefined'],
	])('does not count with the payload %j', async (payload, code) => {
		expect(
			await respond((frame) => responseTo(frame, { payload: Buffer.from(payload) })),
		).toMatchObject({ failure: { code: 'unexpectedCode', params: { code } } });
	});

	it('is ignored for a message that nobody sent, or that was responded to', async () => {
		const { frames, send, socket } = await connectPlain();
		sandbox().setLongConnection();
		sandbox().bindAccount();
		await until(() => frames().length === 1);
		const response = responseTo(frames()[0] as Frame);
		send({ ...response, headers: { ...response.headers, message_id: 'other' } });
		send(response);
		send({ ...response, payload: Buffer.from('{"code":500}') });
		socket.send(PING);
		await until(() => frames().length === 2);
		expect(sandbox().deliveries.map(({ status }) => status)).toEqual([200]);
	});
});

describe('a ping', () => {
	it('is answered with the settings of the moment', async () => {
		const { socket, frames } = await connectPlain();
		socket.send(PING);
		await until(() => frames().length === 1);
		sandbox().longConnection.settings.clientConfig.PingInterval = 7;
		socket.send(PING);
		await until(() => frames().length === 2);
		const pong = {
			seqId: 0n,
			logId: 0n,
			service: 33_554_678,
			method: 0,
			headers: { type: 'pong' },
			logIdNew: '',
		};
		expect(frames()).toEqual([
			{
				...pong,
				payload: Buffer.from(JSON.stringify({ ...RECONNECT_AT_ONCE, PingInterval: 120 })),
			},
			{ ...pong, payload: Buffer.from(JSON.stringify({ ...RECONNECT_AT_ONCE, PingInterval: 7 })) },
		]);
	});

	it('brings the SDK new settings', async () => {
		const { settings } = sandbox().longConnection;
		settings.clientConfig.PingInterval = 0.01;
		const { client } = await connectSdk();
		const config = client['wsConfig'] as { getWS(name: string): unknown };
		expect(config.getWS('reconnectInterval')).toBe(10);
		settings.clientConfig = { ...RECONNECT_AT_ONCE, ReconnectInterval: 77, PingInterval: 99 };
		await until(() => config.getWS('reconnectInterval') === 77_000);
		expect(config.getWS('pingInterval')).toBe(99_000);
	});
});

describe('a client that sends garbage', () => {
	it.each<[string, string | Buffer]>([
		['text', 'ping'],
		['bytes that are no frame', Buffer.alloc(16, 0xff)],
		['nothing', Buffer.alloc(0)],
		[
			'a frame of an unknown method',
			Buffer.from('0800100018f681801020022a0c0a0474797065120470696e67', 'hex'),
		],
	])('is disconnected: %s', async (_name, garbage) => {
		const { socket } = await connectPlain();
		let code: number | undefined;
		socket.on('close', (given) => (code = given));
		socket.send(garbage);
		await until(() => code !== undefined);
		expect(code).toBe(1002);
		await until(() => connected() === 0);
	});
});

describe('faults of connected clients', () => {
	it('drop: the SDK reconnects, with a new ticket', async () => {
		const { counts } = await connectSdk();
		const [before] = sandbox().longConnection.clients;
		sandbox().longConnection.drop();
		expect(connected()).toBe(0);
		await until(() => counts.connected === 2);
		const { clients, attempts } = sandbox().longConnection;
		expect(clients).toHaveLength(1);
		expect(clients[0]?.deviceId).not.toBe(before?.deviceId);
		expect(attempts.map(({ step, code }) => [step, code])).toEqual([
			['discovery', 0],
			['handshake', 0],
			['discovery', 0],
			['handshake', 0],
		]);
	});

	it('mute: nothing gets through, though the line stays open', async () => {
		const dead = await connectPlain();
		sandbox().setLongConnection();
		sandbox().longConnection.mute();
		let pongs = 0;
		dead.socket.on('pong', () => (pongs += 1));
		dead.socket.ping();
		dead.socket.send(PING);
		dead.socket.send('garbage');
		sandbox().longConnection.sendGarbage();
		sandbox().bindAccount();
		await clock.advance(3_000);
		await until(() => sandbox().deliveries.length === 1);
		expect(sandbox().deliveries[0]).toMatchObject({
			deviceId: dead.deviceId,
			failure: { code: 'timeout' },
		});

		// What had got through would have come before this.
		const alive = await connectPlain();
		alive.socket.send(PING);
		await until(() => alive.frames().length === 1);
		expect([dead.messages, pongs, connected()]).toEqual([[], 0, 2]);
		expect(dead.socket.readyState).toBe(dead.socket.OPEN);

		// Not even that it closes is answered.
		dead.socket.close();
		alive.socket.send(PING);
		await until(() => alive.frames().length === 2);
		expect(dead.socket.readyState).toBe(dead.socket.CLOSING);
		dead.close();
		await until(() => connected() === 1);
	});

	it('mute: the watchdog of the SDK reconnects', async () => {
		const { settings, faults } = sandbox().longConnection;
		settings.clientConfig = { ...RECONNECT_AT_ONCE, PingInterval: 0.05 };
		faults.add({ kind: 'mute' });
		const { counts } = await connectSdk(undefined, { wsConfig: { pingTimeout: 0.02 } });
		await until(() => counts.connected >= 2);
	});

	it('garbage: the SDK survives it, and whatever else is sent', async () => {
		const { events } = await connectSdk();
		sandbox().setLongConnection();
		sandbox().longConnection.sendGarbage();
		sandbox().longConnection.sendGarbage(PING);
		sandbox().bindAccount();
		await until(() => events.length === 1);
		await until(() => sandbox().deliveries.length === 1);
		expect(sandbox().deliveries[0]?.status).toBe(200);
	});
});

describe('faults through the console API', () => {
	async function call(method: string, path: string, body?: object) {
		const response = await fetch(`${sandbox().url}/sandbox/api/long-connection/${path}`, {
			method,
			...(body && {
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			}),
		});
		return { status: response.status, body: (await response.json()) as object };
	}

	it('mute, drop, garbage: reach the connected clients', async () => {
		const { socket, messages } = await connectPlain();
		expect(await call('POST', 'garbage')).toEqual({ status: 200, body: {} });
		await until(() => messages.length === 1);
		expect(await call('POST', 'mute')).toEqual({ status: 200, body: {} });
		await call('POST', 'garbage');
		expect(connected()).toBe(1);
		expect(await call('POST', 'drop')).toEqual({ status: 200, body: {} });
		await until(() => socket.readyState === WebSocket.CLOSED);
		expect(connected()).toBe(0);
		expect(messages).toHaveLength(1);
	});

	it('faults of clients that connect: replace the pending ones', async () => {
		await call('PUT', 'faults', { faults: [{ kind: 'handshakeHangs', times: 9 }] });
		const faults = [
			{ kind: 'discoveryRefused', code: 1000040350, times: 1 },
			{ kind: 'discoveryDown', status: 502, times: 1 },
			{ kind: 'handshakeRefused', status: 514, times: 1 },
		];
		expect(await call('PUT', 'faults', { faults })).toEqual({ status: 200, body: { faults } });
		expect((await discover(sandbox())).body.code).toBe(1000040350);
		await fetch(`${sandbox().url}/callback/ws/endpoint`, { method: 'POST' });
		const { body } = await discover(sandbox());
		expect((await shakeHands(body.data.URL)).refusal).toMatchObject({ 'handshake-status': '514' });
		expect(sandbox().longConnection.attempts.map(({ code }) => code)).toEqual([
			1000040350, 502, 0, 514,
		]);
		await call('PUT', 'faults', { faults: [{ kind: 'mute' }] });
		expect(await call('PUT', 'faults', { faults: [] })).toEqual({
			status: 200,
			body: { faults: [] },
		});
	});

	it.each([
		['an unknown kind', { faults: [{ kind: 'deadToken400' }] }],
		['no kind', { faults: [{ times: 1 }] }],
		['a count of 0', { faults: [{ kind: 'mute', times: 0 }] }],
		['no faults', {}],
	])('refuses %s', async (_name, body) => {
		expect(await call('PUT', 'faults', body)).toMatchObject({
			status: 400,
			body: { code: 'invalidRequest' },
		});
	});
});

describe('closing', () => {
	const handles = () =>
		process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;

	it('ends connections, what hangs and what waits', async () => {
		const before = handles();
		const closing = await startSandbox({ clock });
		const { longConnection, url } = closing;
		const [muted = '', live = '', hanging = ''] = await Promise.all(
			[1, 2, 3].map(async () => (await discover(closing)).body.data.URL),
		);
		longConnection.faults.add({ kind: 'mute' });
		const sockets = [(await shakeHands(muted)).socket, (await shakeHands(live)).socket];
		longConnection.faults.add({ kind: 'handshakeHangs' });
		const handshake = shakeHands(hanging);
		longConnection.faults.add({ kind: 'discoveryHangs' });
		const call = expect(
			fetch(`${url}/callback/ws/endpoint`, { method: 'POST', body: '{}' }),
		).rejects.toThrow();
		await until(() => longConnection.attempts.length === 7);
		closing.setLongConnection();
		for (let number = 0; number < 20; number += 1) closing.bindAccount();
		await until(() => clock.waiting === 20);

		await closing.close();
		await call;
		expect((await handshake).refusal).toEqual({});
		await until(() => sockets.every(({ readyState }) => readyState === WebSocket.CLOSED));
		await until(() => clock.waiting === 0);
		expect(closing.deliveries).toEqual([]);
		await until(() => handles() <= before);
	});
});
