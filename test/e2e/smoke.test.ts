import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Environment, startEnvironment } from '../../n8nHost/environment';
import { run } from '../../n8nHost/exec';
import { ensureHost } from '../../n8nHost/host';
import { startN8n } from '../../n8nHost/n8n';
import { N8nApiError } from '../../n8nHost/n8nApi';
import { PACKAGE } from '../../n8nHost/pack';
import { sandboxCredentialData } from '../../n8nHost/provision';
import { waitFor } from '../../n8nHost/waitFor';
import {
	triggerUrl,
	waitForPublication,
	webhookNodeUrls,
	type Workflow,
} from '../../n8nHost/workflows';
import { type Sandbox, startSandbox } from '../../sandbox';
import { hasEnded } from '../support/executions';
import { event, seal, sign } from '../support/feishuDelivery';
import { createCredential, feishuTrigger, publish, returnLink } from '../support/workflows';

// What users need first, in any n8n: `npm run test:smoke -- --n8n 1.123`.
let userFolder: string;
let environment: Environment;
/** For the workflows that are no examples. */
let sandbox: Sandbox;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	// With the flag that Node 20 needs for the examples; after the restart it is missing.
	const env = (await hasWebSocket()) ? {} : { NODE_OPTIONS: '--experimental-websocket' };
	environment = await startEnvironment(userFolder, { examples: true, env });
	sandbox = await startSandbox();
});

afterAll(async () => {
	await environment?.stop();
	await sandbox?.close();
	await rm(userFolder, { recursive: true, force: true });
});

/** Whether the Node that n8n runs on has it without a flag. */
async function hasWebSocket(): Promise<boolean> {
	const { node } = await ensureHost();
	return (await run(node, ['-p', 'typeof WebSocket'], { cwd: userFolder })).trim() !== 'undefined';
}

function bindAccount(): string {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'spring', name: 'Spring' });
	return accountId;
}

const arrangeExam = () => sandbox.arrangeExam({ accountId: bindAccount(), paperId: 'spring' });

const linksReturned = (examId: string): number =>
	sandbox.calls.filter(
		({ path, status }) => path.endsWith(`eco_exams/${examId}/login_info`) && status === 200,
	).length;

/** The executions of a workflow, once all have ended. */
async function endedExecutions(workflowId: string): Promise<Array<{ status: string }>> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	return await waitFor(`the end of the executions of ${workflowId}`, async () => {
		const { results } = await environment.api.get<{ results: Array<{ status: string }> }>(
			`/executions?filter=${filter}`,
		);
		return results.every(hasEnded) && results;
	});
}

it('loads the nodes, and publishes every example but the one that combines others', async () => {
	const { api, n8n } = environment;
	const response = await fetch(`${n8n.url}/types/nodes.json`, { headers: api.headers });
	const types = ((await response.json()) as Array<{ name: string }>).map(({ name }) => name);
	expect(types).toEqual(
		expect.arrayContaining(
			['feishuHireExam', 'feishuHireExamTrigger', 'feishuHireExamStatusTrigger'].map(
				(name) => `${PACKAGE}.${name}`,
			),
		),
	);
	for (const [name, id] of environment.exampleIds) {
		if (name === 'exam-provider') continue;
		expect({ id, ...(await waitForPublication(api, id)) }).toMatchObject({
			id,
			status: 'published',
		});
		expect(await api.get<Workflow>(`/workflows/${id}`)).toMatchObject({ active: true });
	}
});

it.each([
	['the right secret', {}, { status: 'OK' }],
	[
		'a wrong secret',
		{ appSecret: 'wrong' },
		{ status: 'Error', message: expect.stringContaining('The App Secret is wrong') },
	],
])('tests a credential with %s', async (_, change, result) => {
	const { api } = environment;
	const data = { ...sandboxCredentialData(sandbox), ...change };
	const credential = { name: 'Under test', type: 'feishuAppApi', data };
	const { id } = await api.post<{ id: string }>('/credentials', credential);
	expect(await api.post('/credentials/test', { credentials: { ...credential, id } })).toMatchObject(
		result,
	);
});

it('syncs the papers of a bound account, arranges an exam, and returns its result', async () => {
	const account = environment.sandbox.bindAccount({});
	const [paper] = await waitFor('the papers', () => account.papers.length > 0 && account.papers);
	const exam = environment.sandbox.arrangeExam({
		accountId: account.accountId,
		paperId: paper?.id ?? '',
	});
	await waitFor('the link', () => exam.arrangement);

	const [url = ''] = await webhookNodeUrls(environment.api);
	const post = async (result: string) =>
		await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ examId: exam.examId, result }),
		});
	expect((await post('90')).status).toBe(200);
	expect(exam.result).toMatchObject({ result: '90' });

	// An error goes out at the error output.
	environment.sandbox.markExam(exam.examId, 'passed');
	const refused = await post('91');
	expect(refused.status).toBe(422);
	expect(await refused.json()).toMatchObject({
		taken: false,
		error: 'The exam has already been marked',
		details: { code: 1002855 },
	});
});

it('reports a change that a poll finds', async () => {
	const second = new Date(Date.now() + 10_000).getSeconds();
	const statusTrigger = {
		type: `${PACKAGE}.feishuHireExamStatusTrigger`,
		typeVersion: 1,
		parameters: {
			// Every minute is the most that n8n takes; this is the second to wait for.
			pollTimes: { item: [{ mode: 'custom', cronExpression: `${second} * * * * *` }] },
			events: ['created'],
		},
	};
	const nothing = { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
	const credential = await createCredential(environment.api, sandbox);
	const id = await publish(environment.api, 'polls', [statusTrigger, nothing], credential);
	expect(await waitForPublication(environment.api, id)).toMatchObject({ status: 'published' });
	arrangeExam();
	const hasRun = async () => (await endedExecutions(id)).length > 0;
	await waitFor('an execution', hasRun, { timeoutMs: 3 * 60_000 });
	expect((await endedExecutions(id)).map(({ status }) => status)).toEqual(['success']);
	await environment.api.delete(`/workflows/${id}`).catch(() => undefined);
});

it('passes an event once, also when it is repeated after a restart', async () => {
	const { api, host, n8n } = environment;
	const trigger = feishuTrigger('once', { events: ['examCreated'] });
	const credential = await createCredential(api, sandbox);
	const id = await publish(api, 'once', [trigger, returnLink], credential);

	const { app } = sandbox;
	const { examId, tenantKey } = arrangeExam();
	const eventId = randomUUID();
	const deliver = async () => {
		const header = {
			event_id: eventId,
			app_id: app.appId,
			token: app.verificationToken,
			tenant_key: tenantKey,
		};
		const body = seal(event(header, { exam_id: examId }), app.encryptKey);
		const time = String(Math.floor(Date.now() / 1000));
		const response = await fetch(triggerUrl(api, 'once'), {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...sign(body, time, app.encryptKey) },
			body,
		});
		return response.status;
	};
	await waitFor('the first delivery', async () => (await deliver()) === 200);
	await waitFor('the link', () => linksReturned(examId) > 0);
	expect(await deliver()).toBe(200);
	await endedExecutions(id);
	expect(linksReturned(examId)).toBe(1);

	await n8n.stop();
	environment.n8n = await startN8n(host, userFolder, {
		preferredPort: Number(new URL(api.url).port),
	});
	await waitFor('the delivery after the restart', async () => (await deliver()) === 200);
	const executions = await endedExecutions(id);
	expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['success']));
	expect(linksReturned(examId)).toBe(1);
});

it('receives events over the long connection, or says when it is published that Node has no WebSocket', async () => {
	const { api } = environment;
	const trigger = feishuTrigger('long', { delivery: 'longConnection', events: ['examCreated'] });
	const credential = await createCredential(api, sandbox);
	const published = publish(api, 'long', [trigger, returnLink], credential);
	if (!(await hasWebSocket())) {
		const error = await published.catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(N8nApiError);
		expect((error as Error).message).toContain('This version of Node.js has no WebSocket');
		return;
	}
	await published;
	await waitFor('the connection', () => sandbox.longConnection.clients.length > 0);
	sandbox.setLongConnection();
	const { examId } = arrangeExam();
	await waitFor('the link', () => linksReturned(examId) === 1);
});
