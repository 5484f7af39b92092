import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import {
	decodeFrame,
	encodeFrame,
	type Frame,
	type Header,
} from '../../nodes/FeishuHireExam/longConnection/frame';
import type { WebSocketConstructor } from '../../nodes/FeishuHireExam/longConnection/socket';
import { APP_ID } from './feishuCredentials';

type SocketHandler = ((event: never) => void) | null;

const typeOf = ({ headers }: Frame): string | undefined =>
	headers.find(({ key }) => key === 'type')?.value;

/** A WebSocket that a test plays the other side of. */
export class FakeSocket {
	binaryType = '';

	onopen: SocketHandler = null;

	onmessage: ((event: { data: unknown }) => void) | null = null;

	onerror: SocketHandler = null;

	onclose: ((event: { wasClean: boolean }) => void) | null = null;

	/** What the client has sent. */
	readonly sent: Frame[] = [];

	/** The code with which the client has closed it. */
	closedWith?: number;

	isOpen = false;

	constructor(
		private readonly platform: FakePlatform,
		readonly url: string,
	) {
		platform.connect(this);
	}

	send(bytes: Uint8Array): void {
		if (!this.isOpen) throw new Error('The socket is not open');
		const frame = decodeFrame(bytes);
		this.sent.push(frame);
		if (typeOf(frame) === 'ping') queueMicrotask(() => this.platform.onPing(this));
	}

	close(code?: number): void {
		this.closedWith = code;
		this.isOpen = false;
	}

	get pings(): number {
		return this.sent.filter((frame) => typeOf(frame) === 'ping').length;
	}

	/** The codes that the client has answered, by `message_id`. */
	get answers(): Record<string, number> {
		return Object.fromEntries(
			this.sent
				.filter(({ method }) => method === 1)
				.map(({ headers, payload }) => [
					headers.find(({ key }) => key === 'message_id')?.value,
					(JSON.parse(Buffer.from(payload ?? []).toString()) as { code: number }).code,
				]),
		) as Record<string, number>;
	}

	accept(): void {
		this.isOpen = true;
		this.onopen?.({} as never);
	}

	/** As Node 22 does it: an error, and no close. */
	refuse(): void {
		this.onerror?.({} as never);
	}

	/** Ends it from the other side. */
	drop(wasClean = false): void {
		this.isOpen = false;
		this.onclose?.({ wasClean });
	}

	receive(data: unknown): void {
		this.onmessage?.({ data });
	}

	receiveBytes(bytes: Uint8Array): void {
		this.receive(Uint8Array.from(bytes).buffer);
	}

	receiveFrame(type: string, payload: string | Uint8Array, headers: Header[] = []): void {
		this.receiveBytes(
			encodeFrame({
				seqId: 1n,
				logId: 18446744073709551610n,
				service: 33554678,
				method: type === 'pong' ? 0 : 1,
				headers: [{ key: 'type', value: type }, ...headers],
				payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
			}),
		);
	}

	/** Sends an event, whose `message_id` is the ID of the event. */
	receiveEvent(body: IDataObject, id = 'message'): void {
		this.receiveFrame('event', JSON.stringify(body), [
			{ key: 'message_id', value: id },
			{ key: 'sum', value: '1' },
			{ key: 'seq', value: '0' },
		]);
	}
}

/** What Feishu answers when it gives an address. */
export const found = (config: IDataObject = {}): IDataObject => ({
	code: 0,
	msg: 'ok',
	data: {
		URL: 'wss://msg.example.com/ws/v2?device_id=1&service_id=33554678&ticket=t-secret',
		ClientConfig: {
			ReconnectCount: -1,
			ReconnectInterval: 120,
			ReconnectNonce: 30,
			PingInterval: 120,
			...config,
		},
	},
});

/** An event in Feishu's envelope. */
export const eventBody = (eventId: string, header: IDataObject = {}): IDataObject => ({
	schema: '2.0',
	header: {
		event_id: eventId,
		event_type: 'hire.eco_exam.created_v1',
		create_time: '1700000000000',
		token: '',
		app_id: APP_ID,
		tenant_key: 'tenant',
		...header,
	},
	event: { exam_id: `exam of ${eventId}` },
});

/** Stands in for Feishu's long connection, with the faults that it can have. */
export class FakePlatform {
	/** The sockets that are open or being opened. */
	sockets: FakeSocket[] = [];

	/** How many sockets there have been. */
	connections = 0;

	readonly requests: IHttpRequestOptions[] = [];

	/** What discovery answers: a body, or an error. */
	answer: () => unknown = () => found();

	handshake: 'accept' | 'refuse' | 'hang' = 'accept';

	/** What a ping is answered with, if anything. */
	pong: IDataObject | undefined = {};

	readonly WebSocketClass: WebSocketConstructor = classFor(this);

	httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		this.requests.push(options);
		const body = await this.answer();
		if (body instanceof Error) throw body;
		return { statusCode: 200, headers: {}, body };
	};

	get open(): FakeSocket[] {
		return this.sockets.filter(({ isOpen }) => isOpen);
	}

	/** The one socket that is open. */
	get socket(): FakeSocket {
		const { open } = this;
		if (open.length !== 1 || !open[0]) throw new Error(`${open.length} sockets are open`);
		return open[0];
	}

	connect(socket: FakeSocket): void {
		this.connections += 1;
		this.sockets = [...this.open, socket];
		queueMicrotask(() => {
			if (this.handshake === 'accept') socket.accept();
			if (this.handshake === 'refuse') socket.refuse();
		});
	}

	onPing(socket: FakeSocket): void {
		if (this.pong && socket.isOpen) socket.receiveFrame('pong', JSON.stringify(this.pong));
	}
}

const classFor = (platform: FakePlatform): WebSocketConstructor =>
	class extends FakeSocket {
		constructor(url: string) {
			super(platform, url);
		}
	};
