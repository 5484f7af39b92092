import type { Duplex } from 'node:stream';

/** Why a handshake is refused: what its response says. */
export interface HandshakeRefusal {
	/** Handshake-Status, e.g. 403 or 514. */
	status: number;
	/** Handshake-Msg. */
	message: string;
	/** Handshake-Autherrcode. */
	code?: number;
}

/**
 * Refuses an upgrade as Feishu's frontier does: HTTP 200 with the reason in headers
 * (seen in https://github.com/zerodytrash/TikTok-Live-Connector/issues/184).
 */
export function refuseHandshake(socket: Duplex, { status, message, code }: HandshakeRefusal): void {
	const lines = [
		'HTTP/1.1 200 OK',
		'Connection: close',
		'Content-Length: 0',
		`Handshake-Status: ${status}`,
		`Handshake-Msg: ${message}`,
		...(code === undefined ? [] : [`Handshake-Autherrcode: ${code}`]),
	];
	socket.end(`${lines.join('\r\n')}\r\n\r\n`);
}
