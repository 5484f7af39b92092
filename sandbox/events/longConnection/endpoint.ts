import type { FastifyInstance } from 'fastify';

import { DISCOVERY_PATH } from './discovery';
import type { LongConnections } from './longConnections';

/** The endpoint of discovery, and what it leads to: the WebSocket server on the same port. */
export async function longConnectionEndpoint(
	server: FastifyInstance,
	{ longConnections }: { longConnections: LongConnections },
) {
	// As text: what is not JSON gets Feishu's code, not a parser's.
	server.removeAllContentTypeParsers();
	server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
		done(null, body),
	);
	server.post<{ Body?: string }>(DISCOVERY_PATH, ({ body = '', host, protocol }, reply) => {
		const origin = `${protocol === 'https' ? 'wss' : 'ws'}://${host}`;
		const answer = longConnections.discover(body, origin);
		if (!answer) return reply.hijack();
		return reply.code(answer.status).send(answer.body);
	});
	server.server.on('upgrade', (request, socket, head) =>
		longConnections.accept(request, socket, head),
	);
}
