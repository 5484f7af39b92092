import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

import type { SandboxApp } from '../../app';
import type { Clock } from '../../clock';
import { RecentList } from '../../recentList';
import type { Delivery, Message } from '../delivery';
import { Connection, type Outcome } from './connection';
import {
	CONNECTION_LIMIT_EXCEEDED,
	CONNECTION_PATH,
	discover,
	type DiscoveryAnswer,
	NO_CREDENTIAL,
	SERVICE_ID,
} from './discovery';
import { toEventFrames } from './eventFrames';
import { type LongConnectionFault, LongConnectionFaults } from './faults';
import { type HandshakeRefusal, refuseHandshake } from './handshake';
import {
	createSettings,
	type LongConnectionOptions,
	type LongConnectionSettings,
} from './settings';
import { ConnectionTickets, type Ticket } from './tickets';

/** More than any response to an event has. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** One step of a client that connects. */
export interface ConnectionAttempt {
	/** Milliseconds since 1970. */
	at: number;
	step: 'discovery' | 'handshake';
	/** 0: it succeeded. Else the code or HTTP status of discovery, or the Handshake-Status. Absent when it got no answer. */
	code?: number;
}

/** A connected client. */
export interface ConnectedClient {
	deviceId: string;
	/** Milliseconds since 1970. */
	connectedAt: number;
}

interface LongConnectionsOptions {
	app: SandboxApp;
	/** For deadlines and timestamps. */
	clock: Clock;
	settings?: LongConnectionOptions;
}

/**
 * The platform's side of the long connection (长连接): lets clients of the app connect, and sends each event to one of
 * them.
 * Source: https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
 */
export class LongConnections {
	/** Changes take effect at once. */
	readonly settings: LongConnectionSettings;

	readonly faults = new LongConnectionFaults();

	private readonly log = new RecentList<ConnectionAttempt>();

	private readonly tickets = new ConnectionTickets();

	private readonly connections = new Set<Connection>();

	/** All that asked for a WebSocket, connected or not. */
	private readonly lines = new Set<Duplex>();

	private readonly server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		maxPayload: MAX_MESSAGE_BYTES,
	});

	private isClosed = false;

	constructor(private readonly options: LongConnectionsOptions) {
		this.settings = createSettings(options.settings);
	}

	/** The connected clients, in the order they connected. */
	get clients(): ConnectedClient[] {
		return this.open().map(({ deviceId, connectedAt }) => ({ deviceId, connectedAt }));
	}

	/** The latest 10,000 steps of clients that connect. */
	get attempts(): readonly ConnectionAttempt[] {
		return this.log.items;
	}

	/** Answers a client that asks for the URL to connect to, at `origin`; undefined: not at all. */
	discover(rawBody: string, origin: string): DiscoveryAnswer | undefined {
		const { settings, tickets, faults } = this;
		const { app } = this.options;
		const connected = this.open().length;
		const answer = discover(rawBody, { app, settings, tickets, faults, connected, origin });
		this.record('discovery', answer && (answer.body ? answer.body.code : answer.status));
		return answer;
	}

	/** Takes a request for a WebSocket. */
	accept(request: IncomingMessage, line: Duplex, head: Buffer): void {
		this.lines.add(line);
		line.on('close', () => this.lines.delete(line)).on('error', () => undefined);
		if (this.isClosed) {
			line.destroy();
			return;
		}
		const [path, query] = (request.url ?? '').split('?');
		if (path !== CONNECTION_PATH) {
			line.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
			return;
		}
		const fault = this.faults.consume('handshakeRefused', 'handshakeHangs');
		if (fault?.kind === 'handshakeHangs') {
			this.record('handshake');
			// What is not read does not end either.
			line.resume();
			return;
		}
		const ticket = this.tickets.redeem(new URLSearchParams(query));
		const refusal = fault ? refusalBy(fault) : this.refusalOf(ticket);
		this.record('handshake', refusal?.status ?? 0);
		if (refusal || !ticket) refuseHandshake(line, refusal ?? NOT_ADMITTED);
		else this.connect(request, line, head, ticket);
	}

	/** Sends an event to a client; resolves once it has responded or failed to. */
	async send(message: Message, attempt: number): Promise<Delivery> {
		const { clock } = this.options;
		const { id: eventId, name, type, deadlineMs } = message;
		const { maxPayloadBytes } = this.settings;
		// There is no signature and nothing to compare the token with: the connection has proved who it belongs to.
		const body = { ...message.body, header: { ...message.body.header, token: '' } };
		const rawBody = JSON.stringify(body);
		const at = clock.now();
		const frames = toEventFrames(rawBody, { service: SERVICE_ID, maxPayloadBytes, now: at });
		const client = this.pickClient();
		const begun = clock.monotonic();
		const outcome: Outcome = client
			? await client.send(frames, deadlineMs)
			: { failure: { code: 'noClient', params: {} } };
		return {
			at,
			eventId,
			name,
			type,
			...(client && { deviceId: client.deviceId }),
			attempt,
			headers: frames[0]?.headers ?? {},
			body,
			rawBody,
			durationMs: clock.monotonic() - begun,
			...outcome,
		};
	}

	/** From now on the lines of all connected clients are dead, though open: nothing gets through in either direction. */
	mute(): void {
		for (const connection of this.open()) connection.mute();
	}

	/** Ends the connections of all clients at once, without a word. */
	drop(): void {
		for (const connection of this.open()) connection.drop();
	}

	/** Sends bytes to all clients as they are; by default such that are no frame. */
	sendGarbage(bytes: Uint8Array = randomBytes(64).fill(0xff, 0, 16)): void {
		for (const connection of this.open()) connection.sendBytes(bytes);
	}

	/** Ends all connections, and lets no client connect any more. */
	close(): void {
		this.isClosed = true;
		this.server.close();
		for (const line of this.lines) line.destroy();
	}

	private refusalOf(ticket: Ticket | undefined): HandshakeRefusal | undefined {
		if (!ticket) return NOT_ADMITTED;
		return this.open().length < this.settings.connectionLimit ? undefined : TOO_MANY;
	}

	private connect(
		request: IncomingMessage,
		line: Duplex,
		head: Buffer,
		{ device_id: deviceId }: Ticket,
	): void {
		this.server.handleUpgrade(request, line, head, (socket) => {
			const connection = new Connection({
				socket,
				line,
				deviceId,
				clock: this.options.clock,
				clientConfig: () => this.settings.clientConfig,
			});
			this.connections.add(connection);
			socket.on('close', () => this.connections.delete(connection));
			if (this.faults.consume('mute')) connection.mute();
		});
	}

	private open(): Connection[] {
		return [...this.connections].filter(({ isOpen }) => isOpen);
	}

	/** No broadcast: each event goes to one client, any. */
	private pickClient(): Connection | undefined {
		const open = this.open();
		return open[randomInt(Math.max(1, open.length))];
	}

	private record(step: ConnectionAttempt['step'], code?: number): void {
		this.log.add({
			at: this.options.clock.now(),
			step,
			...(code !== undefined && { code }),
		});
	}
}

/** The ticket is not valid, or no longer. */
const NOT_ADMITTED: HandshakeRefusal = { status: 514, message: 'auth failed', code: NO_CREDENTIAL };

const TOO_MANY: HandshakeRefusal = {
	status: 514,
	message: 'the number of connections exceeded the limit',
	code: CONNECTION_LIMIT_EXCEEDED,
};

const refusalBy = ({ status = 403, code }: LongConnectionFault): HandshakeRefusal => ({
	status,
	message: 'refused by a fault',
	...(code !== undefined && { code }),
});
