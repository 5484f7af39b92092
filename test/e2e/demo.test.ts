import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

import { plainWebhookUrls, type Workflow } from '../../n8nHost/provision';
import { setStage, type Stage } from '../../n8nHost/stage';
import { eventually } from '../support/eventually';
import { executions } from '../support/executions';
import {
	createCredential,
	feishuAction,
	feishuTrigger,
	publish,
	triggerUrl,
	type FlowNode,
} from '../support/flows';

const FLOWS = {
	sync: 'Sync papers when an account is bound',
	arrange: 'Arrange an exam when one is created',
	forward: 'Forward a result',
};

let userFolder: string;
let stage: Stage;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	stage = await setStage(userFolder);
});

afterAll(async () => {
	await stage?.stop();
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

/** The execution of a workflow that ended last, once there are as many of it as expected. */
async function lastOf(workflow: string, count: number): Promise<string> {
	return await eventually(`${count} executions of "${workflow}"`, async () => {
		const ended = (await executions(stage, userFolder)).filter(
			(execution) =>
				execution.workflow === workflow && !['new', 'running'].includes(execution.status),
		);
		return ended.length >= count ? ended[ended.length - 1]?.status : undefined;
	});
}

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

	it('shows its icons', async () => {
		const types =
			await get<Array<{ name: string; iconUrl?: { light: string; dark: string } }>>(
				'/types/nodes.json',
			);
		const ours = types.filter(({ name }) => name.startsWith('n8n-nodes-feishu-hire-exam.'));
		for (const { iconUrl } of ours) {
			for (const path of [iconUrl?.light, iconUrl?.dark]) {
				const response = await fetch(`${stage.n8n.url}/${path}`);
				expect(response.headers.get('content-type')).toContain('image/svg+xml');
			}
		}
	});

	it('gives n8n nothing to warn about', async () => {
		const log = await readFile(stage.n8n.logFile, 'utf8');
		expect(log).not.toContain('n8n-nodes-feishu-hire-exam');
		expect(log).not.toContain('feishuHireExam');
	});

	it('is reachable from this machine only', async () => {
		const addresses = Object.values(networkInterfaces())
			.flatMap((entries) => entries ?? [])
			.filter(({ internal, family }) => !internal && family === 'IPv4');
		for (const { address } of addresses) {
			for (const url of [stage.n8n.url, stage.sandbox.url]) {
				expect(await accepts(address, Number(new URL(url).port))).toBe(false);
			}
		}
	});

	async function get<T>(path: string): Promise<T> {
		return (await (
			await fetch(`${stage.n8n.url}${path}`, { headers: stage.api.headers })
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
	it('lead from a bound account to a result', async () => {
		const { sandbox, api } = stage;

		const { accountId } = sandbox.bindAccount({});
		const account = await eventually('papers in the account', () =>
			sandbox.state.accounts.find(
				(known) => known.accountId === accountId && known.papers.length > 0,
			),
		);
		expect(account.papers.map(({ id }) => id)).toEqual(['paper-2026-spring', 'paper-2026-logic']);
		expect(await lastOf(FLOWS.sync, 1)).toBe('success');

		const { examId } = sandbox.arrangeExam({ accountId, paperId: 'paper-2026-logic' });
		const exam = await eventually("the exam's link", () =>
			sandbox.state.exams.find((known) => known.examId === examId && known.arrangement),
		);
		expect(exam.arrangement).toMatchObject({
			result: 0,
			examUrl: `https://exam.example.com/take/${examId}`,
		});
		expect(await lastOf(FLOWS.arrange, 1)).toBe('success');

		const [resultUrl] = await plainWebhookUrls(api);
		const reports = [{ name: 'Report', url: 'https://exam.example.com/report.pdf' }];
		const taken = await post(resultUrl ?? '', { examId, result: '90', reports });
		expect(taken).toEqual({ status: 200, answer: { taken: true, exam_id: examId } });
		expect(exam.result).toMatchObject({ result: '90', reports });
		expect(exam.status).toBe(3);
		expect(await lastOf(FLOWS.forward, 1)).toBe('success');

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

describe('an event that Feishu sends again', () => {
	it('starts the flow once, also after n8n was started anew', async () => {
		const linkOf = (examId: string) => linkCalls().filter((path) => path.includes(examId)).length;
		const linkCalls = () =>
			stage.sandbox.calls.map(({ path }) => path).filter((path) => path.endsWith('/login_info'));
		const { sandbox } = stage;
		const [{ accountId } = { accountId: '' }] = sandbox.state.accounts;
		const { examId } = sandbox.arrangeExam({ accountId, paperId: 'paper-2026-logic' });
		await eventually('the link', () => linkOf(examId) || undefined);

		const sent = sandbox.deliveries
			.filter(({ type }) => type === 'hire.eco_exam.created_v1')
			.slice(-2);
		const sendAgain = async () => {
			for (const { url, headers, rawBody } of sent) {
				const { pathname } = new URL(url);
				const again = await fetch(`${stage.n8n.url}${pathname}`, {
					method: 'POST',
					headers,
					body: rawBody,
				});
				expect(again.status).toBe(200);
			}
		};
		// The process knows that it has had this one: a repeat does not even cost an execution.
		const before = (await executions(stage, userFolder)).length;
		await Promise.all([sendAgain(), sendAgain(), sendAgain()]);
		expect(await executions(stage, userFolder)).toHaveLength(before);
		expect(linkOf(examId)).toBe(1);

		// A new process finds it in n8n's database.
		await stage.stop();
		stage = await setStage(userFolder);
		const after = (await executions(stage, userFolder)).length;
		await sendAgain();
		await eventually('the execution that ends at the trigger', async () => {
			const all = await executions(stage, userFolder);
			return (all.length > after && all.every(({ status }) => status === 'success')) || undefined;
		});
		expect(linkCalls()).toEqual([]);
	});
});

describe('a trigger whose credential could not tell forged events', () => {
	it('is not published, and n8n says where to find the keys', async () => {
		const { api, sandbox } = stage;
		const credential = await createCredential(api, sandbox, {
			verificationToken: '',
			encryptKey: '',
		});
		const trigger = feishuTrigger('without-keys', { events: ['examCreated'] });
		const id = await publish(api, 'Without keys', [trigger], credential);
		// n8n takes every refusal for one that may pass, and tries for a while before it tells.
		const told = await eventually(
			'the reason',
			async () => {
				const { status, ...reason } = await api.get<{ status: string }>(
					`/workflows/${id}/publication-status`,
				);
				return status === 'in_progress' ? undefined : JSON.stringify(reason);
			},
			60_000,
		);
		expect(told).toContain('neither an Encrypt Key nor a Verification Token');
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
			'a host where nobody answers',
			{ customBaseUrl: 'http://127.0.0.1:9' },
			'Error',
			/Could not reach http:\/\/127\.0\.0\.1:9\. The connection was refused/,
		],
	])('tells in words about %s', async (_case, change, status, words) => {
		const result = await test(change);
		expect(result).toMatchObject({ status });
		expect(result.message).toMatch(words);
	});

	it('tells in words about a missing scope', async () => {
		const { app } = stage.sandbox;
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
		const { url, app } = stage.sandbox;
		const { appId, appSecret } = app;
		const data = { platform: 'custom', customBaseUrl: url, appId, appSecret, ...change };
		const credential = { name: 'Under test', type: 'feishuAppApi', data };
		const { id } = await stage.api.post<{ id: string }>('/credentials', credential);
		return await stage.api.post('/credentials/test', { credentials: { ...credential, id } });
	}
});

/** Publishes nodes behind a webhook that answers with what the last one gives; returns its URL. */
async function publishBehindWebhook(name: string, nodes: FlowNode[]) {
	const { api } = stage;
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
	await eventually('the webhook', async () =>
		(await post(url, {})).status === 404 ? undefined : true,
	);
	return url;
}

describe('tokens in a real n8n', () => {
	it('the HTTP Request node calls Feishu with this credential, also when the token has died', async () => {
		const { sandbox } = stage;
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

	it('one serves all items and executions, and is replaced once when it has died', async () => {
		const { sandbox } = stage;
		const { accountId } = sandbox.bindAccount({});
		await eventually('papers', () =>
			sandbox.state.accounts.find(
				(known) => known.accountId === accountId && known.papers.length > 0,
			),
		);
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
		// Nobody is to hear of these exams: n8n has enough to do with their results.
		await sandbox.setRequestUrls([]);
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
		await sandbox.setRequestUrls(stage.triggerUrls);
	});
});

describe('a second start', () => {
	it('keeps what somebody changed', async () => {
		const { id } = await workflowNamed(FLOWS.forward);
		await stage.api.patch(`/workflows/${id}`, { name: 'My own name' });
		await stage.api.post(`/workflows/${id}/deactivate`, {});
		const before = await stage.api.get<Workflow[]>('/workflows');
		await stage.stop();

		stage = await setStage(userFolder);
		const after = await stage.api.get<Workflow[]>('/workflows');
		expect(after.length).toBe(before.length);
		expect(await workflowNamed('My own name')).toMatchObject({ id, active: false });
		// The one without keys is left out, and keeps neither the start nor the others from working.
		expect(stage.triggerUrls).toHaveLength(2);
	});

	it('runs the flows again', async () => {
		const { accountId } = stage.sandbox.bindAccount({});
		await eventually('papers in the account', () =>
			stage.sandbox.state.accounts.find(
				(known) => known.accountId === accountId && known.papers.length > 0,
			),
		);
		expect(await lastOf(FLOWS.sync, 2)).toBe('success');
	});

	async function workflowNamed(name: string): Promise<Workflow> {
		const workflow = (await stage.api.get<Workflow[]>('/workflows')).find(
			(known) => known.name === name,
		);
		if (!workflow) throw new Error(`There is no workflow "${name}"`);
		return workflow;
	}
});
