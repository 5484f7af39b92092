import fastify from 'fastify';

interface OddServer {
	url: string;
	close(): Promise<void>;
}

/** A host that hands out tokens as Feishu does, and gives one fixed answer to everything else. */
export async function startOddServer(
	status: number,
	body: string,
	contentType = 'application/json',
): Promise<OddServer> {
	const server = fastify();
	server.post('/open-apis/auth/v3/tenant_access_token/internal', async () => ({
		code: 0,
		msg: 'ok',
		tenant_access_token: 't-odd',
		expire: 7200,
	}));
	server.setNotFoundHandler(
		async (_, reply) => await reply.code(status).type(contentType).send(body),
	);
	return {
		url: await server.listen({ host: '127.0.0.1', port: 0 }),
		close: async () => await server.close(),
	};
}
