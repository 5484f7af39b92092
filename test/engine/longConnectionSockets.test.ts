import type { IHttpRequestOptions } from 'n8n-workflow';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Attempt } from '../../nodes/FeishuHireExam/longConnection/connection';
import { LongConnections } from '../../nodes/FeishuHireExam/longConnection/hub';
import {
	findWebSocket,
	type WebSocketConstructor,
} from '../../nodes/FeishuHireExam/longConnection/socket';
import { readApp } from '../../nodes/FeishuHireExam/transport/app';
import { eventBody } from '../support/fakePlatform';
import { credentialsWith } from '../support/feishuCredentials';
import { LongConnectionServer, PackagedWebSocket } from '../support/longConnectionServer';
import { type Footprint, type Reconnects, ROUNDS } from '../support/reconnectProcess';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const KILOBYTE = 1_024;

/** Node's own as well, where it has one. */
const own = findWebSocket();
const implementations: Array<[string, WebSocketConstructor]> = [
	["the package 'ws'", PackagedWebSocket],
	...(own ? ([["Node's own WebSocket", own]] as Array<[string, WebSocketConstructor]>) : []),
];

async function httpRequest({ url, body }: IHttpRequestOptions) {
	const response = await fetch(url, { method: 'POST', body: String(body) });
	return { statusCode: response.status, headers: {}, body: (await response.json()) as unknown };
}

describe.each(implementations)('real sockets, with %s', (_, WebSocketClass) => {
	let clock: TestClock;
	let server: LongConnectionServer;
	let hub: LongConnections;
	let ids: string[];
	beforeEach(async () => {
		clock = new TestClock();
		server = await new LongConnectionServer().start();
		hub = new LongConnections(clock, { findWebSocket: () => WebSocketClass, random: () => 0 });
		ids = [];
	});
	afterEach(async () => {
		const closed = hub.reset();
		await clock.advance(3_000);
		await closed;
		await server.close();
	});

	function join() {
		const node: { first?: Attempt } = {};
		const subscription = hub.join({
			key: 'node',
			isTest: false,
			log: { info: () => undefined, warn: () => undefined },
			httpRequest,
			readApp: async () =>
				readApp(credentialsWith({ platform: 'custom', customBaseUrl: server.url })),
			wants: () => true,
			handle: async ({ header }) => {
				ids.push(header.event_id);
				await Promise.resolve();
			},
			onMend: () => undefined,
		});
		void subscription.firstAttempt.then((attempt) => (node.first = attempt));
		return { node, subscription };
	}

	/** As `until`, and meanwhile time passes. */
	async function untilWithTime(isSo: () => boolean): Promise<void> {
		let isOver = false;
		const passing = (async () => {
			while (!isOver) {
				await clock.advance(20);
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		})();
		try {
			await until(isSo);
		} finally {
			isOver = true;
			await passing;
		}
	}

	const isConnected = () => server.sockets.size === 1;
	const answers = () => server.received.filter(({ method }) => method === 1);

	it('connect, ping, and answer an event with all that it came with', async () => {
		const { node, subscription } = join();
		await until(() => node.first?.kind === 'connected');
		await until(() => server.received.length === 1);
		expect(server.received[0]).toMatchObject({ service: 7, method: 0 });

		const headers = [{ key: 'instance_id', value: '10.0.0.1' }];
		server.sendFrame(Buffer.from(JSON.stringify(eventBody('e-1'))), headers);
		await until(() => answers().length === 1);
		const [answer] = answers();
		expect(answer).toMatchObject({
			seqId: 18446744073709551610n,
			logId: 18446744073709551615n,
			service: 7,
		});
		expect(answer?.headers).toEqual([
			{ key: 'type', value: 'event' },
			...headers,
			{ key: 'biz_rt', value: '0' },
		]);
		expect(Buffer.from(answer?.payload ?? []).toString()).toBe('{"code":200}');

		await subscription.leave();
		await until(() => server.closedWith.length === 1);
		expect(server.closedWith).toEqual([1000]);
	});

	it('take a burst of 1,000 events, a large one in parts, and garbage', async () => {
		const { node } = join();
		await until(() => node.first?.kind === 'connected');
		server.send('text');
		server.send(Buffer.from('garbage'));
		const large = Buffer.from(
			JSON.stringify({ ...eventBody('large'), more: '试'.repeat(500_000) }),
		);
		const size = Math.ceil(large.length / 7);
		for (let seq = 0; seq < 7; seq += 1) {
			server.sendFrame(large.subarray(seq * size, (seq + 1) * size), [
				{ key: 'message_id', value: 'large' },
				{ key: 'sum', value: '7' },
				{ key: 'seq', value: String(seq) },
			]);
		}
		for (let index = 0; index < 1_000; index += 1) {
			server.sendFrame(Buffer.from(JSON.stringify(eventBody(`e-${index}`))), []);
		}
		await until(() => answers().length === 1_001);
		expect(ids).toHaveLength(1_001);
		expect(ids[0]).toBe('large');
		expect(server.handshakes).toBe(1);
	});

	it.each<[string, () => void]>([
		['dropped', () => server.sockets.forEach((socket) => socket.terminate())],
		['closed by the server', () => server.sockets.forEach((socket) => socket.close(1001))],
	])('connect again after they were %s', async (_case, end) => {
		join();
		await until(isConnected);
		await until(() => server.received.length === 1);
		end();
		await until(() => server.closedWith.length === 1);
		// When the client notices it cannot be seen from here.
		await untilWithTime(() => server.handshakes > 1 && isConnected());
	});

	it('try again after a refused handshake', async () => {
		server.handshake = 'refuse';
		const { node } = join();
		await until(() => node.first?.kind === 'retry');
		server.handshake = 'accept';
		await clock.advance(1_500);
		await until(isConnected);
	});

	it('try again after a handshake that hangs', async () => {
		server.handshake = 'hang';
		const { node } = join();
		await until(() => server.hanging === 1);
		server.handshake = 'accept';
		await clock.advance(10_000);
		expect(node.first?.kind).toBe('retry');
		await until(() => server.hanging === 0);
		await clock.advance(1_500);
		await until(isConnected);
	});
});

it("1,000 reconnects with Node's own WebSocket leave one connection, one loop and nothing else behind", async () => {
	const options = ['--expose-gc', '--import', 'tsx', ...(own ? [] : ['--experimental-websocket'])];
	const program = join(__dirname, '../support/reconnectProcess.ts');
	const { stdout } = await promisify(execFile)(process.execPath, [...options, program]);
	const outcome = JSON.parse(stdout) as Reconnects;
	const reconnects = ROUNDS.reduce((sum, times) => sum + times);
	expect(outcome).toMatchObject({
		handshakes: 1 + reconnects,
		discoveries: 1 + reconnects,
		connections: 1,
	});
	const [before, after] = outcome.footprints as [Footprint, Footprint];
	expect(after.sockets).toBeLessThanOrEqual(before.sockets);
	expect(after.timers).toBe(before.timers);
	const [, times = 0] = ROUNDS;
	expect((after.heapBytes - before.heapBytes) / times).toBeLessThan(2 * KILOBYTE);
}, 300_000);
