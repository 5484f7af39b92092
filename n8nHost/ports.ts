import { createServer, type AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** The preferred port if nobody listens there, otherwise any free one. */
export async function freePort(preferred = 0): Promise<number> {
	return (await tryPort(preferred)) ?? (await freePort());
}

async function tryPort(port: number): Promise<number | undefined> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen(port, HOST, () => {
			const { port: granted } = server.address() as AddressInfo;
			server.close(() => resolve(granted));
		});
	});
}
