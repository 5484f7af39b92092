import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import {
	decodeFrame,
	encodeFrame,
	type Frame,
	type Header,
} from '../../nodes/FeishuHireExam/longConnection/frame';
import type { WebSocketConstructor } from '../../nodes/FeishuHireExam/longConnection/socket';

/** What is used of the package `ws`, which brings no types. */
interface ServerSocket {
	on(event: 'message', listener: (data: Buffer) => void): void;
	on(event: 'close', listener: (code: number) => void): void;
	send(data: Uint8Array | string): void;
	close(code: number): void;
	terminate(): void;
}

interface WebSocketServer {
	handleUpgrade(
		request: IncomingMessage,
		socket: Duplex,
		head: Buffer,
		done: (socket: ServerSocket) => void,
	): void;
}

const ws = createRequire(__filename)('ws') as {
	WebSocket: WebSocketConstructor;
	WebSocketServer: new (options: { noServer: true }) => WebSocketServer;
};

/** The WebSocket of the package `ws`, for Node versions that have none of their own. */
export const { WebSocket: PackagedWebSocket } = ws;

/** A server of the long connection, with real HTTP and real WebSockets. */
export class LongConnectionServer {
	/** The connections that are open. */
	readonly sockets = new Set<ServerSocket>();

	/** The codes with which clients have closed their connections. */
	readonly closedWith: number[] = [];

	readonly received: Frame[] = [];

	discoveries = 0;

	handshakes = 0;

	handshake: 'accept' | 'refuse' | 'hang' = 'accept';

	private readonly webSockets = new ws.WebSocketServer({ noServer: true });

	private readonly held = new Set<Duplex>();

	private readonly server: Server;

	constructor() {
		this.server = createServer((request, response) => {
			request.resume();
			this.discoveries += 1;
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({
					code: 0,
					msg: 'ok',
					data: {
						URL: `${this.url.replace('http', 'ws')}/ws/v2?service_id=7&ticket=${this.discoveries}`,
						// Clients come back after a second, always.
						ClientConfig: { ReconnectNonce: 0, ReconnectInterval: 1 },
					},
				}),
			);
		});
		this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.terminate();
		for (const socket of this.held) socket.destroy();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	send(data: Uint8Array | string): void {
		for (const socket of this.sockets) socket.send(data);
	}

	sendFrame(payload: Uint8Array, headers: Header[]): void {
		this.send(
			encodeFrame({
				seqId: 18446744073709551610n,
				logId: 18446744073709551615n,
				service: 7,
				method: 1,
				headers: [{ key: 'type', value: 'event' }, ...headers],
				payload,
			}),
		);
	}

	private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		this.handshakes += 1;
		socket.on('error', () => undefined);
		if (this.handshake === 'hang') {
			this.held.add(socket);
			// Else nobody would notice that it ends.
			socket.resume().once('end', () => socket.destroy());
			socket.once('close', () => this.held.delete(socket));
			return;
		}
		if (this.handshake === 'refuse') {
			socket.end('HTTP/1.1 403 Forbidden\r\nHandshake-Status: 403\r\n\r\n');
			return;
		}
		this.webSockets.handleUpgrade(request, socket, head, (accepted) => this.accept(accepted));
	}

	private accept(socket: ServerSocket): void {
		this.sockets.add(socket);
		socket.on('close', (code) => {
			this.sockets.delete(socket);
			this.closedWith.push(code);
		});
		socket.on('message', (data) => {
			const frame = decodeFrame(data);
			this.received.push(frame);
			if (frame.method === 0) socket.send(encodeFrame({ ...frame, headers: [PONG] }));
		});
	}

	/** How many handshakes are held. */
	get hanging(): number {
		return this.held.size;
	}
}

const PONG: Header = { key: 'type', value: 'pong' };
