import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Environment, startEnvironment } from '../../n8nHost/environment';
import { startN8n } from '../../n8nHost/n8n';
import { freePort } from '../../n8nHost/ports';
import { waitFor } from '../../n8nHost/waitFor';
import { triggerUrl, waitForPublication } from '../../n8nHost/workflows';
import { type Sandbox, startSandbox } from '../../sandbox';
import { executions, hasEnded } from '../support/executions';
import { report } from '../support/report';
import { createCredential, feishuTrigger, publish, returnLink } from '../support/workflows';

const MINUTE = 60_000;

/** n8n's default settings: the long connection needs no others. */
let userFolder: string;
let environment: Environment;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	environment = await startEnvironment(userFolder);
	environment.sandbox.removeRequestUrl();
});

afterAll(async () => {
	await environment?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

const trigger = (name: string, parameters: object = {}) =>
	feishuTrigger(name, { delivery: 'longConnection', events: ['examCreated'], ...parameters });

const clients = ({ longConnection }: Sandbox) => longConnection.clients.length;

/** Publishes a workflow that receives events over the long connection, and chooses it in the console. */
async function listen(sandbox: Sandbox, name: string, parameters: object = {}): Promise<string> {
	const { api } = environment;
	const credential = await createCredential(api, sandbox);
	const id = await publish(api, name, [trigger(name, parameters), returnLink], credential);
	await waitFor('a connection', () => clients(sandbox) > 0);
	sandbox.setLongConnection();
	return id;
}

const unpublish = async (id: string) =>
	await environment.api.post(`/workflows/${id}/deactivate`, {});

function bindAccount(sandbox: Sandbox): string {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'spring', name: 'Spring' });
	return accountId;
}

const arrange = (sandbox: Sandbox, accountId: string, count = 1): string[] =>
	Array.from({ length: count }, () => sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId);

/** How many times the link of each exam was returned. */
function linksReturned({ calls }: Sandbox): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { path, status } of calls) {
		const [, examId] = /eco_exams\/(\d+)\/login_info/.exec(path) ?? [];
		if (examId && status === 200) counts.set(examId, (counts.get(examId) ?? 0) + 1);
	}
	return counts;
}

/** Deliveries of exams, without those that failed. */
const received = ({ deliveries }: Sandbox) =>
	deliveries.filter(({ name, failure }) => name === 'examCreated' && !failure);

const executionsOf = async (workflow: string) =>
	(await executions(environment, userFolder)).filter(
		(execution) => execution.workflow === workflow,
	);

describe('a workflow with the long connection', () => {
	it('gets its events, has no webhook, and ends its connection when it is unpublished', async () => {
		const { sandbox, api } = environment;
		const accountId = bindAccount(sandbox);
		const id = await listen(sandbox, 'single');
		const exams = arrange(sandbox, accountId, 3);
		await waitFor('the links', () => exams.every((exam) => linksReturned(sandbox).get(exam) === 1));
		expect(received(sandbox).map(({ status, isExactEcho }) => [status, isExactEcho])).toEqual(
			Array(3).fill([200, true]),
		);
		const response = await fetch(triggerUrl(api, 'single'), { method: 'POST', body: '{}' });
		expect(response.status).toBe(404);

		await unpublish(id);
		await waitFor('the end of the connection', () => clients(sandbox) === 0);
	});

	it('shares one connection of the app with another one, and each event reaches both', async () => {
		const { sandbox } = environment;
		const accountId = bindAccount(sandbox);
		const ids = [await listen(sandbox, 'first'), await listen(sandbox, 'second')];
		expect(clients(sandbox)).toBe(1);
		const exams = arrange(sandbox, accountId, 2);
		await waitFor('two links each', () =>
			exams.every((exam) => linksReturned(sandbox).get(exam) === 2),
		);
		for (const id of ids) await unpublish(id);
	});

	it('runs once for each event of a burst of 300', async () => {
		const { sandbox } = environment;
		const accountId = bindAccount(sandbox);
		const id = await listen(sandbox, 'burst');
		const exams = arrange(sandbox, accountId, 300);
		await waitFor('the links', () => exams.every((exam) => linksReturned(sandbox).has(exam)), {
			timeoutMs: 5 * MINUTE,
		});
		const counts = linksReturned(sandbox);
		expect(exams.filter((exam) => counts.get(exam) !== 1)).toEqual([]);
		expect((await executionsOf('burst')).length).toBeLessThan(exams.length);
		await unpublish(id);
	});
});

describe('what the user has to mend', () => {
	it.each<[string, object, RegExp]>([
		['a wrong App Secret', { appSecret: 'wrong' }, /The App ID and App Secret don't match/],
		[
			'a store app',
			{ appType: 'store', tenantKey: 'tenant' },
			/A store app can't use the long connection/,
		],
	])('is said when the workflow is published: %s', async (_, change, message) => {
		const { api, sandbox } = environment;
		const credential = await createCredential(api, sandbox, change);
		const id = await publish(api, 'wrong', [trigger('wrong')], credential);
		const { status, triggers } = await waitForPublication(api, id);
		expect(status).toBe('failed');
		expect(triggers[0]?.errorMessage).toMatch(message);
		expect(clients(sandbox)).toBe(0);
		await unpublish(id);
	});

	it('the log holds neither the secret nor the address of the connection', async () => {
		const log = await readFile(join(userFolder, 'n8n.log'), 'utf8');
		expect(log).toContain('the long connection is open');
		expect(log).not.toContain(environment.sandbox.app.appSecret);
		expect(log).not.toMatch(/ticket=/);
	});
});

describe('when the platform is back, the connection is within five seconds, with one loop and one socket', () => {
	let port: number;
	let sandbox: Sandbox;
	beforeEach(async () => {
		port = await freePort();
		sandbox = await startSandbox({ port });
	});
	afterEach(async () => await sandbox.close());

	/** Brings the platform back. Returns how many milliseconds later a client is connected. */
	async function comeBack(): Promise<number> {
		sandbox = await startSandbox({ port });
		const since = performance.now();
		await waitFor('the connection', () => clients(sandbox) === 1, { intervalMs: 20 });
		return performance.now() - since;
	}

	/** That an event runs once; and that nothing else connects. */
	async function expectEvents(): Promise<void> {
		sandbox.setLongConnection();
		const accountId = bindAccount(sandbox);
		const exams = arrange(sandbox, accountId, 3);
		await waitFor('the links', () => exams.every((exam) => linksReturned(sandbox).has(exam)));
		expect(exams.map((exam) => linksReturned(sandbox).get(exam))).toEqual([1, 1, 1]);
		expect(clients(sandbox)).toBe(1);
		expect(sandbox.longConnection.attempts.map(({ step, code }) => [step, code])).toEqual([
			['discovery', 0],
			['handshake', 0],
		]);
	}

	const publishTrigger = async (name: string) => {
		const credential = await createCredential(environment.api, sandbox);
		return await publish(environment.api, name, [trigger(name), returnLink], credential);
	};

	it('after it was down when the workflow was published', async () => {
		const credential = await createCredential(environment.api, sandbox);
		await sandbox.close();
		const nodes = [trigger('early'), returnLink];
		const id = await publish(environment.api, 'early', nodes, credential);
		expect((await waitForPublication(environment.api, id)).status).toBe('published');
		expect(await comeBack()).toBeLessThan(5_000);
		await expectEvents();
		await unpublish(id);
	});

	it('after it was down when n8n started', async () => {
		const id = await publishTrigger('restart');
		await waitFor('a connection', () => clients(sandbox) === 1);
		await environment.n8n.stop();
		await sandbox.close();
		environment.n8n = await startN8n(environment.host, userFolder, {
			preferredPort: Number(new URL(environment.api.url).port),
		});
		await waitFor('an attempt in vain', async () =>
			(await readFile(environment.n8n.logFile, 'utf8')).includes('The connection was refused'),
		);
		expect(await comeBack()).toBeLessThan(5_000);
		await expectEvents();
		await unpublish(id);
	});

	it('after it was killed, each of three times', async () => {
		const id = await publishTrigger('killed platform');
		await waitFor('a connection', () => clients(sandbox) === 1);
		const times: number[] = [];
		for (let kill = 0; kill < 3; kill += 1) {
			await sandbox.close();
			times.push(await comeBack());
		}
		report('connected again after (ms)', times);
		expect(Math.max(...times)).toBeLessThan(5_000);
		await expectEvents();
		await unpublish(id);
	});

	it('after the line was mute: as soon as ten seconds bring no answer to a ping', async () => {
		// Feishu's own interval is longer than that of the node, which is 30 seconds.
		sandbox.longConnection.settings.clientConfig.PingInterval = 1;
		const id = await publishTrigger('mute');
		await waitFor('a connection', () => clients(sandbox) === 1);
		const [dead] = sandbox.longConnection.clients;
		sandbox.longConnection.mute();
		const since = performance.now();
		await waitFor('another connection', () =>
			sandbox.longConnection.clients.some(({ deviceId }) => deviceId !== dead?.deviceId),
		);
		const ms = performance.now() - since;
		report('connected again after the line went mute (ms)', [ms]);
		expect(ms).toBeLessThan(1_000 + 10_000 + 5_000);
		await unpublish(id);
	});
});

it('a connection that is lost comes back, and gets what Feishu sends again', async () => {
	const sandbox = await startSandbox();
	try {
		const accountId = bindAccount(sandbox);
		const id = await listen(sandbox, 'lost');
		for (let loss = 0; loss < 3; loss += 1) {
			sandbox.longConnection.drop();
			await waitFor('the connection', () => clients(sandbox) === 1);
			const exams = arrange(sandbox, accountId);
			await waitFor('the link', () => exams.every((exam) => linksReturned(sandbox).has(exam)));
		}
		expect(clients(sandbox)).toBe(1);
		await unpublish(id);
	} finally {
		await sandbox.close();
	}
});

it('n8n is killed during a burst: what was acknowledged has run, or runs when the user retries it', async () => {
	const EVENTS = 300;
	const sandbox = await startSandbox();
	try {
		const { api } = environment;
		const accountId = bindAccount(sandbox);
		const id = await listen(sandbox, 'killed');
		const exams = arrange(sandbox, accountId, EVENTS);
		await waitFor('the first links', () => linksReturned(sandbox).size >= EVENTS / 10);
		await environment.n8n.kill();
		const acknowledged = received(sandbox).map(
			({ body }) => (body as { event: { exam_id: string } }).event.exam_id,
		);
		environment.n8n = await startN8n(environment.host, userFolder, {
			preferredPort: Number(new URL(api.url).port),
		});
		await waitFor('the connection', () => clients(sandbox) === 1);
		const ended = async () => {
			const all = await executionsOf('killed');
			return all.every(hasEnded) && all;
		};
		const before = await waitFor('the end of the executions', ended, { timeoutMs: 5 * MINUTE });
		for (const { id: execution } of before.filter(({ status }) => status !== 'success')) {
			await api.post(`/executions/${execution}/retry`, { loadWorkflow: false });
		}
		await waitFor('the end of the retries', ended, { timeoutMs: 5 * MINUTE });
		const counts = linksReturned(sandbox);
		expect(acknowledged.filter((exam) => !counts.has(exam))).toEqual([]);
		expect(exams.length).toBe(EVENTS);
		await unpublish(id);
	} finally {
		await sandbox.close();
	}
});
