import * as lark from '@larksuiteoapi/node-sdk';
import { type RawData, WebSocket } from 'ws';

import type { ClientConfig, Sandbox } from '../../sandbox';
import { EVENT_TYPES } from '../../sandbox/events/catalogue';
import { decodeFrame, encodeFrame, type Frame } from '../../sandbox/events/longConnection/frame';
import { until } from './until';

/** Lets a client reconnect at once. */
export const RECONNECT_AT_ONCE: ClientConfig = {
	ReconnectCount: -1,
	ReconnectInterval: 0.01,
	ReconnectNonce: 0,
	PingInterval: 120,
};

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

/** What the SDK hands to a handler: header and event in one object. */
export interface SdkEvent {
	event_id: string;
	event_type: string;
	token: string;
	account_name?: string;
}

type SdkOptions = Partial<ConstructorParameters<typeof lark.WSClient>[0]>;

/** The SDK's client; `connected` tells how often it has connected, `errors` why it has given up. */
function newSdkClient(
	{ url, app }: Sandbox,
	handle: (event: SdkEvent) => unknown,
	options: SdkOptions,
) {
	const events: SdkEvent[] = [];
	const errors: string[] = [];
	const counts = { connected: 0 };
	const onConnected = () => void (counts.connected += 1);
	const client = new lark.WSClient({
		appId: app.appId,
		appSecret: app.appSecret,
		domain: url,
		logger: silent,
		onReady: onConnected,
		onReconnected: onConnected,
		onError: ({ message }) => errors.push(message),
		...options,
	});
	const receive = async (event: SdkEvent) => {
		events.push(event);
		return await handle(event);
	};
	const eventDispatcher = new lark.EventDispatcher({ logger: silent }).register(
		Object.fromEntries(Object.values(EVENT_TYPES).map((type) => [type, receive])),
	);
	return {
		client,
		events,
		errors,
		counts,
		start: () => client.start({ eventDispatcher }),
		close: () => client.close({ force: true }),
	};
}

/** Asks for the URL to connect to; gives the answer. */
export async function discover({ url, app }: Sandbox, credential: unknown = credentialOf(app)) {
	const response = await fetch(`${url}/callback/ws/endpoint`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: typeof credential === 'string' ? credential : JSON.stringify(credential),
	});
	const body = (await response.json()) as {
		code: number;
		msg: string;
		data: { URL: string; ClientConfig?: ClientConfig };
		error?: object;
	};
	return { status: response.status, body };
}

const credentialOf = ({ appId, appSecret }: Sandbox['app']) => ({
	AppID: appId,
	AppSecret: appSecret,
});

/** Opens a WebSocket; gives it once the handshake succeeded, or what refuses it: status and headers, or nothing. */
export async function shakeHands(url: string) {
	const socket = new WebSocket(url);
	socket.on('error', () => undefined);
	return await new Promise<{ socket: WebSocket; refusal?: Record<string, unknown> }>((resolve) => {
		socket.on('open', () => resolve({ socket }));
		socket.on('close', () => resolve({ socket, refusal: {} }));
		socket.on('unexpected-response', (_request, { statusCode, headers }) => {
			resolve({ socket, refusal: { status: statusCode, ...headers } });
			socket.terminate();
		});
	});
}

/** A client that does nothing by itself; it keeps the messages it gets. */
async function connectPlainClient(sandbox: Sandbox) {
	const { body } = await discover(sandbox);
	const { socket, refusal } = await shakeHands(body.data.URL);
	if (refusal) throw new Error(`Refused: ${JSON.stringify(refusal)}`);
	const messages: Buffer[] = [];
	socket.on('message', (data: RawData) => messages.push(data as Buffer));
	const deviceId = new URL(body.data.URL).searchParams.get('device_id') ?? '';
	await until(() => sandbox.longConnection.clients.some((one) => one.deviceId === deviceId));
	return {
		socket,
		deviceId,
		messages,
		frames: (): Frame[] => messages.map(decodeFrame),
		send: (frame: Frame) => socket.send(encodeFrame(frame)),
		close: () => socket.terminate(),
	};
}

/** The response that a client owes for a frame. */
export const responseTo = (frame: Frame, changes: Partial<Frame> = {}): Frame => ({
	...frame,
	headers: { ...frame.headers, biz_rt: '1' },
	payload: Buffer.from('{"code":200}'),
	...changes,
});

/** Clients that are closed after each test. */
export function useLongConnectionClients(sandbox: () => Sandbox) {
	const open: Array<{ close(): void }> = [];
	afterEach(() => {
		for (const client of open.splice(0)) client.close();
	});
	const keep = <T extends { close(): void }>(client: T): T => {
		open.push(client);
		return client;
	};
	/** The SDK's client, started. */
	function startSdk(
		handle: (event: SdkEvent) => unknown = () => undefined,
		options: SdkOptions = {},
	) {
		const client = keep(newSdkClient(sandbox(), handle, options));
		void client.start();
		return client;
	}
	/** The SDK's client, connected. */
	async function connectSdk(...args: Parameters<typeof startSdk>) {
		const client = startSdk(...args);
		await until(() => client.counts.connected === 1);
		return client;
	}
	const connectPlain = async () => keep(await connectPlainClient(sandbox()));
	return { startSdk, connectSdk, connectPlain };
}
