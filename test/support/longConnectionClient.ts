/**
 * The client of the long connection in a process of its own, so that it can run on any Node. Arguments: base URL, App
 * ID, App Secret. Writes a line of JSON for the first attempt to connect, and for each event; ends when its standard
 * input does.
 */
import type { IHttpRequestOptions } from 'n8n-workflow';

import { LongConnections } from '../../nodes/FeishuHireExam/longConnection/hub';
import { systemClock } from '../../nodes/FeishuHireExam/transport/clock';

const [baseUrl = '', appId = '', appSecret = ''] = process.argv.slice(2);

const write = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function httpRequest({ url, body }: IHttpRequestOptions) {
	const response = await fetch(url, { method: 'POST', body: String(body) });
	return { statusCode: response.status, headers: {}, body: (await response.json()) as unknown };
}

const connections = new LongConnections(systemClock);
const { firstAttempt } = connections.join({
	key: 'node',
	isTest: false,
	log: { info: () => undefined, warn: () => undefined },
	httpRequest,
	readApp: async () =>
		await Promise.resolve({ baseUrl, appId, appSecret, isStoreApp: false, tenantKey: '' }),
	wants: () => true,
	handle: async ({ event }) => {
		write({ event });
		await Promise.resolve();
	},
	onMend: () => undefined,
});
void firstAttempt.then((attempt) => write({ attempt }));

process.stdin.resume().once('end', () => {
	void connections.reset().then(() => process.exit(0));
});
