import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Environment, startEnvironment } from '../../n8nHost/environment';
import { waitFor } from '../../n8nHost/waitFor';
import {
	triggerUrl,
	waitForPublication,
	webhookNodeUrls,
	type Workflow,
} from '../../n8nHost/workflows';
import { executions, hasEnded } from '../support/executions';
import {
	connectReceiver,
	createCredential,
	feishuAction,
	feishuTrigger,
	publish,
	type TestNode,
} from '../support/workflows';

const WORKFLOWS = {
	sync: 'Sync papers when an account is bound',
	arrange: 'Arrange an exam when one is created',
	forward: 'Forward a result',
};

let userFolder: string;
let environment: Environment;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	environment = await startEnvironment(userFolder, { examples: true });
});

afterAll(async () => {
	await environment?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

/** Calls a workflow that starts with n8n's own Webhook node. */
async function post(url: string, body: object): Promise<{ status: number; answer: unknown }> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	return { status: response.status, answer: await response.json() };
}

/** The status of a workflow's last execution, once there are as many as expected. */
async function lastStatusOf(workflow: string, count: number): Promise<string | undefined> {
	return await waitFor(`${count} executions of "${workflow}"`, async () => {
		const ended = (await executions(environment, userFolder)).filter(
			(execution) => execution.workflow === workflow && hasEnded(execution),
		);
		return ended.length >= count && ended.at(-1)?.status;
	});
}

/** How the sandbox's app receives events, as its page shows it. */
async function subscription() {
	const response = await fetch(`${environment.sandbox.url}/sandbox/api/state`);
	const { requestUrl, longConnection } = (await response.json()) as {
		requestUrl: string | null;
		longConnection: { isUsed: boolean; clients: unknown[] };
	};
	return { requestUrl, isUsed: longConnection.isUsed, clients: longConnection.clients.length };
}

/** An account once it has papers. */
const accountWithPapers = async (id: string) =>
	await waitFor('papers in the account', () =>
		environment.sandbox.state.accounts.find(
			({ accountId, papers }) => accountId === id && papers.length > 0,
		),
	);

describe('the packed package in a real n8n', () => {
	it('is loaded under its own name', async () => {
		const types = await get<Array<{ name: string }>>('/types/nodes.json');
		expect(types.map(({ name }) => name)).toEqual(
			expect.arrayContaining([
				'n8n-nodes-feishu-hire-exam.feishuHireExam',
				'n8n-nodes-feishu-hire-exam.feishuHireExamTrigger',
			]),
		);
		const credentials = await get<Array<{ name: string }>>('/types/credentials.json');
		expect(credentials.map(({ name }) => name)).toContain('feishuAppApi');
	});

	it("reads times in this machine's time zone", async () => {
		const { timezone } = await environment.api.get<{ timezone: string }>('/settings');
		expect(timezone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
	});

	it('shows its icons', async () => {
		const types =
			await get<Array<{ name: string; iconUrl?: { light: string; dark: string } }>>(
				'/types/nodes.json',
			);
		const ours = types.filter(({ name }) => name.startsWith('n8n-nodes-feishu-hire-exam.'));
		for (const { iconUrl } of ours) {
			for (const path of [iconUrl?.light, iconUrl?.dark]) {
				const response = await fetch(`${environment.n8n.url}/${path}`);
				expect(response.headers.get('content-type')).toContain('image/svg+xml');
			}
		}
	});

	it('causes no warning in the log of n8n', async () => {
		const log = await readFile(environment.n8n.logFile, 'utf8');
		expect(log).not.toContain('n8n-nodes-feishu-hire-exam');
		expect(log).not.toContain('feishuHireExam');
	});

	it('is reachable from this machine only', async () => {
		const addresses = Object.values(networkInterfaces())
			.flatMap((entries) => entries ?? [])
			.filter(({ internal, family }) => !internal && family === 'IPv4');
		for (const { address } of addresses) {
			for (const url of [environment.n8n.url, environment.sandbox.url]) {
				expect(await accepts(address, Number(new URL(url).port))).toBe(false);
			}
		}
	});

	async function get<T>(path: string): Promise<T> {
		return (await (
			await fetch(`${environment.n8n.url}${path}`, { headers: environment.api.headers })
		).json()) as T;
	}

	async function accepts(host: string, port: number): Promise<boolean> {
		return await new Promise((resolve) => {
			const socket = connect({ host, port, timeout: 2_000 });
			const end = (accepted: boolean) => {
				socket.destroy();
				resolve(accepted);
			};
			socket
				.once('connect', () => end(true))
				.once('error', () => end(false))
				.once('timeout', () => end(false));
		});
	}
});

describe('the example workflows', () => {
	it('share one long connection, with no address to enter', async () => {
		expect(await subscription()).toEqual({ requestUrl: null, isUsed: true, clients: 1 });
	});

	it('run from binding an account to returning a result', async () => {
		const { sandbox, api } = environment;

		const { accountId } = sandbox.bindAccount({});
		const account = await accountWithPapers(accountId);
		expect(account.papers.map(({ id }) => id)).toEqual(['paper-2026-spring', 'paper-2026-logic']);
		expect(await lastStatusOf(WORKFLOWS.sync, 1)).toBe('success');

		const { examId } = sandbox.arrangeExam({ accountId, paperId: 'paper-2026-logic' });
		const exam = await waitFor("the exam's link", () =>
			sandbox.state.exams.find((known) => known.examId === examId && known.arrangement),
		);
		expect(exam.arrangement).toMatchObject({
			result: 0,
			examUrl: `https://exam.example.com/take/${examId}`,
		});
		expect(await lastStatusOf(WORKFLOWS.arrange, 1)).toBe('success');

		const [resultUrl] = await webhookNodeUrls(api);
		const reports = [{ name: 'Report', url: 'https://exam.example.com/report.pdf' }];
		const taken = await post(resultUrl ?? '', { examId, result: '90', reports });
		expect(taken).toEqual({ status: 200, answer: { taken: true, exam_id: examId } });
		expect(exam.result).toMatchObject({ result: '90', reports });
		expect(exam.status).toBe(3);
		expect(await lastStatusOf(WORKFLOWS.forward, 1)).toBe('success');

		sandbox.markExam(examId, 'passed');
		expect(await post(resultUrl ?? '', { examId, result: '91' })).toMatchObject({
			status: 422,
			answer: {
				taken: false,
				error: 'The exam has already been marked',
				details: { code: 1002855 },
			},
		});
	});
});

describe('an event that Feishu sends again by webhook', () => {
	it('is deduplicated, also after a restart of n8n', async () => {
		const linkOf = (examId: string) => linkCalls().filter((path) => path.includes(examId)).length;
		const linkCalls = () =>
			environment.sandbox.calls
				.map(({ path }) => path)
				.filter((path) => path.endsWith('/login_info'));
		const { sandbox, api } = environment;
		const [{ accountId } = { accountId: '' }] = sandbox.state.accounts;
		await connectReceiver(api, sandbox);
		const exams = ['paper-2026-logic', 'paper-2026-spring'].map((paperId) =>
			sandbox.arrangeExam({ accountId, paperId }),
		);
		await waitFor('the links', () => exams.every(({ examId }) => linkOf(examId) > 0));

		const sent = sandbox.deliveries
			.filter(({ type }) => type === 'hire.eco_exam.created_v1')
			.slice(-2);
		const sendAgain = async () => {
			for (const { url, headers, rawBody } of sent) {
				const { pathname } = new URL(url ?? '');
				const again = await fetch(`${environment.n8n.url}${pathname}`, {
					method: 'POST',
					headers,
					body: rawBody,
				});
				expect(again.status).toBe(200);
			}
		};
		// The process remembers the event: a repeat does not even start an execution.
		const before = (await executions(environment, userFolder)).length;
		await Promise.all([sendAgain(), sendAgain(), sendAgain()]);
		expect(await executions(environment, userFolder)).toHaveLength(before);
		expect(exams.map(({ examId }) => linkOf(examId))).toEqual([1, 1]);

		// A new process finds the event in n8n's database.
		await environment.stop();
		environment = await startEnvironment(userFolder, { examples: true });
		const after = (await executions(environment, userFolder)).length;
		await sendAgain();
		await waitFor('the execution that ends at the trigger', async () => {
			const all = await executions(environment, userFolder);
			return all.length > after && all.every(({ status }) => status === 'success');
		});
		expect(linkCalls()).toEqual([]);
	});
});

describe('a trigger whose credential has no keys to verify events', () => {
	it('is not activated, and n8n shows where to find the keys', async () => {
		const { api, sandbox } = environment;
		const credential = await createCredential(api, sandbox, {
			verificationToken: '',
			encryptKey: '',
		});
		const trigger = feishuTrigger('without-keys', { events: ['examCreated'] });
		const id = await publish(api, 'Without keys', [trigger], credential);
		const { triggers } = await waitForPublication(api, id);
		expect(triggers).toEqual([
			expect.objectContaining({
				status: 'failed',
				errorMessage: expect.stringContaining('neither an Encrypt Key nor a Verification Token'),
			}),
		]);
		const { status } = await fetch(triggerUrl(api, 'without-keys'), { method: 'POST' });
		expect(status).toBe(404);
	});
});

describe('the credential test', () => {
	it.each([
		['the right secret', {}, 'OK', /successful/],
		['a wrong secret', { appSecret: 'wrong' }, 'Error', /App Secret is wrong/],
		['an unknown app', { appId: 'cli_0000000000000000' }, 'Error', /no app with the App ID/],
		[
			'a refused connection',
			{ customBaseUrl: 'http://127.0.0.1:9' },
			'Error',
			/Could not reach http:\/\/127\.0\.0\.1:9\. The connection was refused/,
		],
	])('explains %s', async (_case, change, status, message) => {
		const result = await test(change);
		expect(result).toMatchObject({ status });
		expect(result.message).toMatch(message);
	});

	it('explains a missing scope', async () => {
		const { app } = environment.sandbox;
		const scopes = app.scopes;
		app.scopes = [];
		try {
			const result = await test({});
			expect(result).toMatchObject({ status: 'Error' });
			expect(result.message).toMatch(/lacks the scope hire:exam/);
		} finally {
			app.scopes = scopes;
		}
	});

	/** As the editor does it: the credential is saved, then tested. */
	async function test(change: object): Promise<{ status: string; message: string }> {
		const { url, app } = environment.sandbox;
		const { appId, appSecret } = app;
		const data = { platform: 'custom', customBaseUrl: url, appId, appSecret, ...change };
		const credential = { name: 'Under test', type: 'feishuAppApi', data };
		const { id } = await environment.api.post<{ id: string }>('/credentials', credential);
		return await environment.api.post('/credentials/test', { credentials: { ...credential, id } });
	}
});

/** Publishes nodes behind a webhook that responds with the output of the last one; returns its URL. */
async function publishBehindWebhook(name: string, nodes: TestNode[]) {
	const { api } = environment;
	const credentials = await api.get<Array<{ id: string; name: string }>>('/credentials');
	const credential = credentials.find((known) => known.name === 'Feishu sandbox');
	const parameters = {
		httpMethod: 'POST',
		path: name,
		responseMode: 'lastNode',
		responseData: 'allEntries',
		options: {},
	};
	const webhook = { type: 'n8n-nodes-base.webhook', typeVersion: 2.1, parameters, webhookId: name };
	await publish(api, name, [webhook, ...nodes], credential?.id ?? '');
	const url = `${api.url}/webhook/${name}`;
	return url;
}

describe('tokens in a real n8n', () => {
	it('are renewed for the HTTP Request node too', async () => {
		const { sandbox } = environment;
		const url = await publishBehindWebhook('http-request', [
			{
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				parameters: {
					method: 'POST',
					url: `${sandbox.url}/open-apis/hire/v1/tests/search`,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: 'feishuAppApi',
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '{}',
					options: {},
				},
			},
		]);
		expect(await post(url, {})).toMatchObject({ status: 200, answer: [{ code: 0 }] });
		sandbox.revokeTokens();
		expect(await post(url, {})).toMatchObject({ status: 200, answer: [{ code: 0 }] });
	});

	it('are shared by all items and executions, and renewed once after a revocation', async () => {
		const { sandbox } = environment;
		const { accountId } = sandbox.bindAccount({});
		await accountWithPapers(accountId);
		const url = await publishBehindWebhook('results', [
			{
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				parameters: { fieldToSplitOut: 'body.exams', options: {} },
			},
			feishuAction({
				resource: 'exam',
				operation: 'returnResult',
				examId: "={{ $json['body.exams'] }}",
				result: '60.5',
			}),
		]);
		// No events for these exams: n8n has enough to do with their results.
		sandbox.removeLongConnection();
		const exams = Array.from({ length: 120 }, () =>
			sandbox.arrangeExam({ accountId, paperId: 'paper-2026-logic' }),
		);
		const body = { exams: exams.map(({ examId }) => examId) };

		const tokenRequests = () =>
			sandbox.calls.filter(({ path }) => path.includes('tenant_access_token')).length;
		const before = tokenRequests();
		const { status, answer } = await post(url, body);
		expect({ status, count: (answer as unknown[]).length }).toEqual({ status: 200, count: 120 });
		expect(exams.every(({ result }) => result?.result === '60.5')).toBe(true);
		expect(tokenRequests()).toBe(before);

		sandbox.revokeTokens();
		expect(await post(url, body)).toMatchObject({ status: 200 });
		expect(tokenRequests()).toBe(before + 1);
		sandbox.setLongConnection();
	});
});

describe('a second start', () => {
	it('keeps what a user changed', async () => {
		const { id } = await workflowNamed(WORKFLOWS.forward);
		await environment.api.patch(`/workflows/${id}`, { name: 'My own name' });
		await environment.api.post(`/workflows/${id}/deactivate`, {});
		const before = await environment.api.get<Workflow[]>('/workflows');
		await environment.stop();

		environment = await startEnvironment(userFolder, { examples: true });
		const after = await environment.api.get<Workflow[]>('/workflows');
		expect(after.length).toBe(before.length);
		expect(await workflowNamed('My own name')).toMatchObject({ id, active: false });
		// The workflow without keys affects neither the start nor the long connection.
		expect(after.map(({ name }) => name)).toContain('Without keys');
		expect(await subscription()).toEqual({ requestUrl: null, isUsed: true, clients: 1 });
	});

	it('runs the workflows again', async () => {
		const { accountId } = environment.sandbox.bindAccount({});
		await accountWithPapers(accountId);
		expect(await lastStatusOf(WORKFLOWS.sync, 2)).toBe('success');
	});

	async function workflowNamed(name: string): Promise<Workflow> {
		const workflow = (await environment.api.get<Workflow[]>('/workflows')).find(
			(known) => known.name === name,
		);
		if (!workflow) throw new Error(`There is no workflow "${name}"`);
		return workflow;
	}
});
