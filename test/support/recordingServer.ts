import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

interface RecordingServer {
	url: string;
	/** Method and path of each request that arrived. */
	requests: string[];
	close(): Promise<void>;
}

/** A server that is not Feishu's, and remembers what arrives. With a certificate it speaks HTTPS. */
export async function startRecordingServer(
	answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
		void response.end(),
	certificate?: { key: string; cert: string },
): Promise<RecordingServer> {
	const requests: string[] = [];
	const listener = (request: IncomingMessage, response: ServerResponse) => {
		requests.push(`${request.method} ${request.url}`);
		answer(request, response);
	};
	const server: Server = certificate
		? createTlsServer(certificate, listener)
		: createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
