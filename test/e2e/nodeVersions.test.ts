import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ensureNodes } from '../../n8nHost/nodes';
import { ROOT } from '../../n8nHost/pack';
import { waitFor } from '../../n8nHost/waitFor';
import { type Sandbox, startSandbox } from '../../sandbox';

let nodes: Awaited<ReturnType<typeof ensureNodes>>;
let sandbox: Sandbox;
beforeAll(async () => {
	nodes = await ensureNodes();
});
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => await sandbox.close());

interface Line {
	attempt?: { kind: string; text?: { message: string } };
	event?: { exam_id?: string };
}

/** The client of the long connection in a Node of its own. */
function startClient(node: string, flags: string[]) {
	const script = join(ROOT, 'test', 'support', 'longConnectionClient.ts');
	const { url, app } = sandbox;
	const child = spawn(node, [...flags, '--import', 'tsx', script, url, app.appId, app.appSecret], {
		cwd: ROOT,
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines: Line[] = [];
	createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
	return {
		lines,
		async stop() {
			child.stdin.end();
			const [code] = (await once(child, 'exit')) as [number | null];
			return code;
		},
	};
}

const attempt = async ({ lines }: ReturnType<typeof startClient>) =>
	await waitFor('the first attempt', () => lines.find((line) => line.attempt)?.attempt);

describe('the long connection', () => {
	it.each<[string, keyof typeof nodes, string[]]>([
		['20 with --experimental-websocket', 'node-20', ['--experimental-websocket']],
		['22', 'node-22', []],
		['24', 'node-24', []],
	])('receives and acknowledges an event on Node %s', async (_, name, flags) => {
		const client = startClient(nodes[name], flags);
		expect(await attempt(client)).toEqual({ kind: 'connected' });

		sandbox.setLongConnection();
		const { accountId, papers } = sandbox.bindAccount();
		papers.push({ id: 'spring', name: 'Spring' });
		const { examId } = sandbox.arrangeExam({ accountId, paperId: 'spring' });
		await waitFor('the event', () => client.lines.some(({ event }) => event?.exam_id === examId));
		const delivery = await waitFor('the answer', () =>
			sandbox.deliveries.find(({ name: event, status }) => event === 'examCreated' && status),
		);
		expect(delivery).toMatchObject({ status: 200, isExactEcho: true });

		expect(await client.stop()).toBe(0);
		expect(sandbox.longConnection.clients).toEqual([]);
	});

	it('explains on Node 20 that there is no WebSocket', async () => {
		const client = startClient(nodes['node-20'], []);
		expect(await attempt(client)).toMatchObject({
			kind: 'mend',
			text: {
				message: 'This version of Node.js has no WebSocket',
				description: expect.stringContaining('needs Node.js 22 or later'),
			},
		});
		expect(await client.stop()).toBe(0);
	});
});
