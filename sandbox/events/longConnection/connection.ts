import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

import type { Clock } from '../../clock';
import type { Delivery } from '../delivery';
import { decodeFrame, encodeFrame, type Frame, METHOD } from './frame';
import type { ClientConfig } from './settings';

/** The WebSocket code for a peer that breaks the protocol. */
const PROTOCOL_ERROR = 1002;

/** What became of an event that was sent. */
export type Outcome = Pick<Delivery, 'status' | 'failure' | 'isExactEcho'>;

interface SentEvent {
	/** The frame that the response has to repeat. */
	lastFrame: Frame;
	end: (outcome: Outcome) => void;
}

export interface ConnectionOptions {
	socket: WebSocket;
	/** What `socket` runs over. */
	line: Duplex;
	deviceId: string;
	clock: Clock;
	/** What each pong says. */
	clientConfig: () => ClientConfig;
}

/** One connected client: answers its pings, sends it events and reads its responses to them. */
export class Connection {
	readonly deviceId: string;

	/** Milliseconds since 1970. */
	readonly connectedAt: number;

	private isMute = false;

	/** By `message_id`. */
	private readonly sent = new Map<string, SentEvent>();

	constructor(private readonly options: ConnectionOptions) {
		const { socket, deviceId, clock } = options;
		this.deviceId = deviceId;
		this.connectedAt = clock.now();
		socket.on('message', (data, isBinary) => this.receive(data, isBinary));
		// A `close` follows each error.
		socket.on('error', () => undefined);
		socket.on('close', () => this.endAll());
	}

	get isOpen(): boolean {
		return this.options.socket.readyState === this.options.socket.OPEN;
	}

	/** Sends an event in its frames; resolves once the client has responded, or cannot any more. */
	async send(frames: Frame[], deadlineMs: number): Promise<Outcome> {
		const lastFrame = frames.at(-1);
		const messageId = lastFrame?.headers.message_id;
		if (!lastFrame || messageId === undefined) throw new Error('An event has at least one frame');
		return await new Promise((resolve) => {
			const cancelDeadline = this.options.clock.after(deadlineMs, () =>
				end({ failure: { code: 'timeout', params: { seconds: deadlineMs / 1000 } } }),
			);
			const end = (outcome: Outcome) => {
				cancelDeadline();
				this.sent.delete(messageId);
				resolve(outcome);
			};
			this.sent.set(messageId, { lastFrame, end });
			for (const frame of frames) this.sendBytes(encodeFrame(frame));
		});
	}

	sendBytes(bytes: Uint8Array): void {
		if (!this.isMute && this.isOpen) this.options.socket.send(bytes);
	}

	/**
	 * From now on whatever either side sends is lost, answers to WebSocket pings and closes too, though the line stays
	 * open: as when a router has forgotten it.
	 */
	mute(): void {
		this.isMute = true;
		this.options.line.removeAllListeners('data').on('data', () => undefined);
	}

	/** Ends the connection without a word. */
	drop(): void {
		this.options.socket.terminate();
	}

	private receive(data: RawData, isBinary: boolean): void {
		try {
			if (!isBinary || !Buffer.isBuffer(data)) throw new Error('Not binary');
			this.handle(decodeFrame(data));
		} catch {
			this.options.socket.close(PROTOCOL_ERROR);
		}
	}

	private handle(frame: Frame): void {
		const { method, headers } = frame;
		if (method === METHOD.control) {
			if (headers.type === 'ping') this.pong(frame);
		} else if (method === METHOD.data) {
			const event = this.sent.get(headers.message_id ?? '');
			event?.end(readResponse(frame, event.lastFrame));
		} else {
			throw new Error('Unknown method');
		}
	}

	private pong({ service }: Frame): void {
		this.sendBytes(
			encodeFrame({
				seqId: 0n,
				logId: 0n,
				service,
				method: METHOD.control,
				headers: { type: 'pong' },
				payload: Buffer.from(JSON.stringify(this.options.clientConfig())),
				logIdNew: '',
			}),
		);
	}

	private endAll(): void {
		for (const { end } of this.sent.values())
			end({ failure: { code: 'connectionClosed', params: {} } });
	}
}

/** Reads a response, which repeats the last frame of the event with the time taken and a code. */
function readResponse(response: Frame, sent: Frame): Outcome {
	const isExactEcho = response.seqId === sent.seqId && response.logId === sent.logId;
	const missing = missingOf(response, sent);
	if (missing)
		return { isExactEcho, failure: { code: 'differentEcho', params: { field: missing } } };
	const code = codeOf(response.payload);
	if (typeof code !== 'number')
		return { isExactEcho, failure: { code: 'unexpectedCode', params: { code: String(code) } } };
	return {
		isExactEcho,
		status: code,
		...(code !== 200 && { failure: { code: 'unexpectedCode', params: { code } } }),
	};
}

/** What a response does not repeat of the frame, or does not add to it. The SDK loses digits of the 64-bit numbers. */
function missingOf(response: Frame, sent: Frame): string | undefined {
	const { service, method, headers } = sent;
	if (response.service !== service) return 'service';
	if (response.method !== method) return 'method';
	const header = Object.keys(headers).find((key) => response.headers[key] !== headers[key]);
	if (header !== undefined) return header;
	return /^-?\d+$/.test(response.headers.biz_rt ?? '') ? undefined : 'biz_rt';
}

function codeOf(payload: Buffer): unknown {
	try {
		return (JSON.parse(payload.toString()) as { code?: unknown } | null)?.code;
	} catch {
		return undefined;
	}
}
