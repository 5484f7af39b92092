/**
 * One WebSocket of Node's own, with its traps (tried on Node 20, 22 and 24): after a refused handshake Node 22 reports
 * an error and no close, none says why, and closing a dead line is never answered. So nothing here waits for a close.
 */
import type { Clock } from '../transport/clock';

const OPEN_TIMEOUT_MS = 10_000;

const NORMAL_CLOSURE = 1000;

/** What is used of the WebSocket that Node has, and browsers. */
interface WebSocketLike {
	binaryType: string;
	onopen: ((event: never) => void) | null;
	onmessage: ((event: { data: unknown }) => void) | null;
	onerror: ((event: never) => void) | null;
	onclose: ((event: { wasClean: boolean }) => void) | null;
	send(data: Uint8Array<ArrayBuffer>): void;
	close(code?: number): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

declare const WebSocket: WebSocketConstructor | undefined;

/** Node's own WebSocket; undefined on Node 20, unless it is switched on there. */
export const findWebSocket = (): WebSocketConstructor | undefined =>
	typeof WebSocket === 'undefined' ? undefined : WebSocket;

const ignore = (): void => undefined;

export class Socket {
	private readonly webSocket: WebSocketLike | undefined;

	private readonly end = new AbortController();

	/** Whether the server ended it in good order, as it does before it restarts. */
	wasClosedByServer = false;

	private settleOpening: (isOpen: boolean) => void = ignore;

	private readonly opening = new Promise<boolean>((resolve) => {
		this.settleOpening = resolve;
	});

	/** @param onMessage gets the bytes of each message, or nothing for a message of text */
	constructor(
		url: string,
		WebSocketClass: WebSocketConstructor,
		private readonly onMessage: (bytes?: Uint8Array) => void,
	) {
		this.webSocket = this.connect(url, WebSocketClass);
	}

	/** Aborted when the connection has come to its end, for whatever reason. */
	get ended(): AbortSignal {
		return this.end.signal;
	}

	/** Waits until the connection is open; false when it does not come about, within ten seconds or before `signal`. */
	async open(clock: Clock, signal: AbortSignal): Promise<boolean> {
		const onAbort = () => this.abandon();
		signal.addEventListener('abort', onAbort, { once: true });
		if (signal.aborted) this.abandon();
		const timer = new AbortController();
		const timeout = clock.sleep(OPEN_TIMEOUT_MS, timer.signal).then(() => false);
		try {
			const isOpen = await Promise.race([this.opening, timeout]);
			if (!isOpen) this.abandon();
			return isOpen && !this.ended.aborted;
		} finally {
			timer.abort();
			signal.removeEventListener('abort', onAbort);
		}
	}

	/** Sends a message; what cannot be sent ends the connection. */
	send(bytes: Uint8Array<ArrayBuffer>): void {
		if (this.ended.aborted) return;
		try {
			this.webSocket?.send(bytes);
		} catch {
			this.abandon();
		}
	}

	/** Ends the connection, and hears nothing more of it. */
	abandon(): void {
		const { webSocket } = this;
		this.finish();
		try {
			webSocket?.close(NORMAL_CLOSURE);
		} catch {
			// It is closed already.
		}
	}

	private connect(url: string, WebSocketClass: WebSocketConstructor): WebSocketLike | undefined {
		try {
			const webSocket = new WebSocketClass(url);
			webSocket.binaryType = 'arraybuffer';
			webSocket.onopen = () => this.settleOpening(true);
			webSocket.onmessage = ({ data }) =>
				this.onMessage(data instanceof ArrayBuffer ? new Uint8Array(data) : undefined);
			webSocket.onerror = () => this.abandon();
			webSocket.onclose = ({ wasClean }) => {
				this.wasClosedByServer = wasClean;
				this.finish();
			};
			return webSocket;
		} catch {
			// The error would name the URL.
			this.finish();
			return undefined;
		}
	}

	private finish(): void {
		if (this.webSocket) {
			this.webSocket.onopen = ignore;
			this.webSocket.onmessage = ignore;
			this.webSocket.onerror = ignore;
			this.webSocket.onclose = ignore;
		}
		this.settleOpening(false);
		this.end.abort();
	}
}
