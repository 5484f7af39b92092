import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { join } from 'node:path';

import { consoleApi } from './console/api';
import { longConnectionEndpoint } from './events/longConnection/endpoint';
import { answerNotFound, gateway } from './openApi/gateway';
import { AJV_OPTIONS } from './openApi/validation';
import type { Services } from './services';

/** The HTTP server of a sandbox: the Open API, the long connection, files, the console API and the page. */
export async function createServer(services: Services): Promise<FastifyInstance> {
	const server = fastify({
		forceCloseConnections: true,
		ajv: { customOptions: AJV_OPTIONS },
	});
	server.setNotFoundHandler(answerNotFound);
	await server.register(gateway, { prefix: '/open-apis', ...services });
	await server.register(longConnectionEndpoint, services);
	await server.register(consoleApi, { prefix: '/sandbox/api', ...services });
	services.uploads.registerRoutes(server);
	await server.register(fastifyStatic, {
		root: join(__dirname, 'page'),
		// A route per file: a wildcard would take the 404s of the Open API.
		wildcard: false,
		setHeaders: (reply) => void reply.header('Content-Security-Policy', "default-src 'self'"),
	});
	return server;
}
