import fastify from 'fastify';

/** Counts what reaches the end of a flow, by its path. */
export async function startSink() {
	const counts = new Map<string, number>();
	const server = fastify();
	server.removeAllContentTypeParsers();
	server.addContentTypeParser('*', (_request, _payload, done) => done(null));
	server.post('/:name', ({ params }) => {
		const { name } = params as { name: string };
		counts.set(name, (counts.get(name) ?? 0) + 1);
		return {};
	});
	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	return { url, counts, stop: async () => await server.close() };
}
