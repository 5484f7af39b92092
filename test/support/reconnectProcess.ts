/**
 * A program that reconnects again and again, with Node's own WebSocket, and says what that leaves behind; outside of
 * Jest, which keeps some of what is made in its tests.
 */
import type { IHttpRequestOptions } from 'n8n-workflow';
import { setImmediate as settled, setTimeout as sleep } from 'node:timers/promises';

import { LongConnections } from '../../nodes/FeishuHireExam/longConnection/hub';
import { readApp } from '../../nodes/FeishuHireExam/transport/app';
import { credentialsWith } from './feishuCredentials';
import { LongConnectionServer } from './longConnectionServer';
import { TestClock } from './testClock';

/** What the process holds, without garbage. */
export interface Footprint {
	/** Of the client and of the server. */
	sockets: number;
	/** How many wait for the clock. */
	timers: number;
	heapBytes: number;
}

export interface Reconnects {
	handshakes: number;
	discoveries: number;
	/** Connections that are open at the end. */
	connections: number;
	/** After so many times each. */
	footprints: Footprint[];
}

/** How often it reconnects before each footprint. The first ones fill what Node keeps for reuse. */
export const ROUNDS = [500, 1_000];

async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await sleep(1);
}

async function footprint(clock: TestClock): Promise<Footprint> {
	for (let round = 0; round < 4; round += 1) {
		await settled();
		globalThis.gc?.();
	}
	const sockets = process.getActiveResourcesInfo().filter((kind) => kind.includes('TCP'));
	return {
		sockets: sockets.length,
		timers: clock.waiting,
		heapBytes: process.memoryUsage().heapUsed,
	};
}

async function reconnect(): Promise<Reconnects> {
	const clock = new TestClock();
	const server = await new LongConnectionServer().start();
	const isConnected = () => server.sockets.size === 1;
	let requests = 0;
	const hub = new LongConnections(clock, { random: () => 0 });
	hub.join({
		key: 'node',
		isTest: false,
		log: { info: () => undefined, warn: () => undefined },
		httpRequest: async ({ url, body }: IHttpRequestOptions) => {
			requests += 1;
			const response = await fetch(url, { method: 'POST', body: String(body) });
			const json = (await response.json()) as unknown;
			return { statusCode: response.status, headers: {}, body: json };
		},
		readApp: async () =>
			readApp(credentialsWith({ platform: 'custom', customBaseUrl: server.url })),
		wants: () => true,
		handle: async () => await Promise.resolve(),
		onMend: () => undefined,
	});
	await until(isConnected);

	const footprints: Footprint[] = [];
	for (const times of ROUNDS) {
		for (let time = 0; time < times; time += 1) {
			const [requested, { handshakes }] = [requests, server];
			server.sockets.forEach((socket) => socket.terminate());
			// Only while nothing is under way, which would be too late.
			while (requests === requested) await clock.advance(250);
			await until(() => server.handshakes > handshakes && isConnected());
		}
		// What the server remembers is not the client's.
		server.received.splice(0);
		server.closedWith.splice(0);
		footprints.push(await footprint(clock));
	}
	const { handshakes, discoveries, sockets } = server;
	return { handshakes, discoveries, connections: sockets.size, footprints };
}

if (require.main === module) {
	void reconnect().then((outcome) => {
		process.stdout.write(JSON.stringify(outcome));
		process.exit();
	});
}
