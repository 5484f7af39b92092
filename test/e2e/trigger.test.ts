import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Environment, startEnvironment } from '../../n8nHost/environment';
import { startN8n } from '../../n8nHost/n8n';
import { waitFor } from '../../n8nHost/waitFor';
import { triggerUrl } from '../../n8nHost/workflows';
import { startSandbox, type Sandbox } from '../../sandbox';
import { executions, hasEnded } from '../support/executions';
import { event, seal, sign } from '../support/feishuDelivery';
import { HeldTimers } from '../support/heldTimers';
import {
	connect,
	createCredential,
	feishuTrigger,
	publish,
	republish,
	returnLink,
} from '../support/workflows';

const MINUTE = 60_000;

/** How long Feishu waits for a response, and then before it pushes an event again. */
const PUSH_DEADLINE_MS = 3_000;
const RETRY_DELAYS_MS = [15_000, 5 * MINUTE, 60 * MINUTE, 360 * MINUTE] as const;

/** The README's setting for bursts; without it, n8n on two cores may take longer than Feishu retries. */
const BURST_SETTINGS = { N8N_EXPRESSION_ENGINE: 'legacy' };

let userFolder: string;
let environment: Environment;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	environment = await startEnvironment(userFolder, { env: BURST_SETTINGS });
	// The example workflows are tested elsewhere.
	environment.sandbox.removeRequestUrl();
});

afterAll(async () => {
	await environment?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

/** Binds an account with two papers; the app gets the event if it has a request URL. */
function bindAccount(sandbox: Sandbox, tenantKey?: string) {
	const account = sandbox.bindAccount({ tenantKey });
	account.papers.push({ id: 'spring', name: 'Spring' }, { id: 'autumn', name: 'Autumn' });
	return account;
}

/** Which of the exams an execution was about. */
async function examOf(executionId: number, exams: string[]): Promise<string | undefined> {
	const { data } = await environment.api.get<{ data: string }>(`/executions/${executionId}`);
	const ids = new Set(data.match(/\d{19}/g));
	return exams.find((examId) => ids.has(examId));
}

/** How many times the link of each exam was returned. */
function linksReturned(sandbox: Sandbox): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { path, status } of sandbox.calls) {
		const [, examId] = /eco_exams\/(\d+)\/login_info/.exec(path) ?? [];
		if (examId && status === 200) counts.set(examId, (counts.get(examId) ?? 0) + 1);
	}
	return counts;
}

const executionsOf = async (workflow: string) =>
	(await executions(environment, userFolder)).filter(
		(execution) => execution.workflow === workflow,
	);

describe('workflows with filters', () => {
	it('each get the events that match them, once', async () => {
		const { api } = environment;
		const other = await startSandbox();
		try {
			const byPaper = { sandbox: environment.sandbox, account: bindAccount(environment.sandbox) };
			const byAccount = { sandbox: other, account: bindAccount(other) };
			const filters = {
				spring: { paperIds: 'spring' },
				account: { accountIds: byAccount.account.accountId },
			};
			for (const [name, { sandbox }] of [
				['spring', byPaper],
				['account', byAccount],
			] as const) {
				const trigger = feishuTrigger(name, { events: ['examCreated'], filters: filters[name] });
				const credential = await createCredential(api, sandbox);
				await publish(api, name, [trigger, returnLink], credential);
				await connect(api, sandbox, name);
			}

			const arrange = (sandbox: Sandbox, accountId: string, paperId: string) =>
				sandbox.arrangeExam({ accountId, paperId }).examId;
			const { accountId } = byAccount.account;
			const wanted = [
				arrange(byPaper.sandbox, byPaper.account.accountId, 'spring'),
				arrange(other, accountId, 'spring'),
				arrange(other, accountId, 'autumn'),
			];
			const unwanted = [
				arrange(byPaper.sandbox, byPaper.account.accountId, 'autumn'),
				arrange(other, bindAccount(other).accountId, 'spring'),
			];
			const counts = (exams: string[]) =>
				exams.map(
					(examId) =>
						linksReturned(byPaper.sandbox).get(examId) ?? linksReturned(other).get(examId) ?? 0,
				);
			await waitFor('three links', () => counts(wanted).join() === '1,1,1');
			expect(counts(unwanted)).toEqual([0, 0]);
			expect(await executionsOf('spring')).toHaveLength(1);
			expect(await executionsOf('account')).toHaveLength(2);
		} finally {
			await other.close();
		}
	});
});

describe('a delivery that fails verification', () => {
	it('starts no execution, and the log holds the reason but no content', async () => {
		const { api, sandbox } = environment;
		const credential = await createCredential(api, sandbox);
		await publish(
			api,
			'guarded',
			[feishuTrigger('guarded', { events: ['examCreated'] })],
			credential,
		);
		await connect(api, sandbox, 'guarded');

		const post = async (body: string, headers: Record<string, string>) => {
			const init = {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...headers },
				body,
			};
			const response = await fetch(triggerUrl(api, 'guarded'), init);
			return { status: response.status, text: await response.text() };
		};
		const forged = seal(event({}, { candidate_info: { name: 'Forged Name' } }), 'another key');
		expect(await post(forged, sign(forged))).toEqual({ status: 401, text: '' });
		expect(await post(JSON.stringify(event()), {})).toEqual({ status: 401, text: '' });
		expect(await executionsOf('guarded')).toEqual([]);

		const log = await readFile(environment.n8n.logFile, 'utf8');
		const refusals = log.split('\n').filter((line) => line.includes('Trigger refused a delivery'));
		expect(refusals).toHaveLength(2);
		for (const secret of ['Forged Name', sandbox.app.verificationToken, forged])
			expect(log).not.toContain(secret);
	});
});

describe('a delivery that fails before its event is read', () => {
	const timers = new HeldTimers();
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox({ clock: timers });
	});
	afterAll(async () => await sandbox?.close());

	it('fails again when the user retries it, and starts the workflow when Feishu repeats it', async () => {
		const { api } = environment;
		const credential = await createCredential(api, sandbox);
		const nodes = [feishuTrigger('unreadable', { events: ['examCreated'] }), returnLink];
		const workflow = await publish(api, 'unreadable', nodes, credential);
		await connect(api, sandbox, 'unreadable');
		await api.delete(`/credentials/${credential}`);
		// What does not verify is never refused by what was read before.
		const forged = await fetch(triggerUrl(api, 'unreadable'), { method: 'POST', body: '{}' });
		expect(forged.status).toBe(500);

		const { accountId } = bindAccount(sandbox);
		sandbox.arrangeExam({ accountId, paperId: 'spring' });
		const waitForExecutions = async (count: number) =>
			await waitFor(`${count} ended executions`, async () => {
				const all = await executionsOf('unreadable');
				return all.length === count && all.every(hasEnded) && all;
			});
		// The forged one, the account and the exam.
		const failed = await waitForExecutions(3);
		expect(sandbox.deliveries.slice(-2).map(({ status }) => status)).toEqual([500, 500]);
		for (const { id } of failed) await api.post(`/executions/${id}/retry`, { loadWorkflow: false });
		const all = await waitForExecutions(6);
		expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['error']));
		for (const { id } of all.slice(3)) {
			const { data } = await api.get<{ data: string }>(`/executions/${id}`);
			expect(data).toContain('There is no event to process');
		}

		const restored = await createCredential(api, sandbox);
		await republish(api, workflow, restored);
		timers.pass(RETRY_DELAYS_MS[0]);
		await waitFor('the link', () => linksReturned(sandbox).size === 1);
		sandbox.arrangeExam({ accountId, paperId: 'autumn' });
		await waitFor('the next link', () => linksReturned(sandbox).size === 2);
	});
});

describe('a store app', () => {
	it('serves two tenants with one credential, and waits for its app ticket', async () => {
		const sandbox = await startSandbox({ clockSpeed: 60, app: { appType: 'store' } });
		try {
			const { api } = environment;
			const credential = await createCredential(api, sandbox, { appType: 'store' });
			const tenantKey = '={{ $json.header.tenant_key }}';
			const returnLinkOfTenant = {
				...returnLink,
				parameters: { ...returnLink.parameters, options: { tenantKey } },
			};
			const trigger = feishuTrigger('store', { events: ['examCreated'] });
			await publish(api, 'store', [trigger, returnLinkOfTenant], credential);
			await connect(api, sandbox, 'store');

			const exams = sandbox.app.tenantKeys.flatMap((tenant) => {
				const { accountId } = bindAccount(sandbox, tenant);
				return Array.from(
					{ length: 5 },
					() => sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId,
				);
			});
			await waitFor('a link for each exam', () => linksReturned(sandbox).size === exams.length, {
				timeoutMs: 3 * MINUTE,
			});
			expect([...linksReturned(sandbox).values()]).toEqual(exams.map(() => 1));

			const paths = sandbox.calls.map(({ path }) => path);
			expect(paths.filter((path) => path.endsWith('/app_ticket/resend'))).toHaveLength(1);
			const stored = await api.get<{ data: object }>(`/credentials/${credential}?includeData=true`);
			expect(stored.data).toMatchObject({ appType: 'store', appTicketToken: expect.any(String) });
			for (const name of ['tenantKey', 'callTenantKey', 'carriedState'])
				expect(stored.data).not.toHaveProperty(name);

			const ended = await waitFor('ended executions', async () => {
				const all = await executionsOf('store');
				return all.every(hasEnded) && all;
			});
			expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['success']));
		} finally {
			await sandbox.close();
		}
	});
});

describe('a burst of 1,000 events during which n8n is killed', () => {
	const EVENTS = 1_000;
	const ATTEMPTS = 5;

	const timers = new HeldTimers();
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox({ clock: timers });
	});
	afterAll(async () => await sandbox?.close());

	/** The last push of each event that was tried at all. */
	const lastPushes = () =>
		new Map(
			sandbox.deliveries
				.filter(({ name }) => name === 'examCreated')
				.map((delivery) => [delivery.eventId, delivery]),
		);
	const failedPushes = () => [...lastPushes().values()].filter(({ failure }) => failure);

	const waitForLinks = async (count: number) =>
		await waitFor(`${count} links`, () => linksReturned(sandbox).size >= count, {
			timeoutMs: 10 * MINUTE,
		});

	const waitForExecutions = async () =>
		await waitFor(
			'the end of all executions',
			async () => (await executionsOf('burst')).every(hasEnded),
			{ timeoutMs: 10 * MINUTE },
		);

	/** Lets time pass until Feishu pushes what failed once more, and waits for the outcome. */
	async function pushAgain(delayMs: number): Promise<void> {
		const failed = failedPushes();
		timers.pass(delayMs);
		await waitFor(
			'the repeated pushes',
			() => {
				const last = lastPushes();
				return failed.every(
					({ eventId, attempt }) =>
						attempt === ATTEMPTS || (last.get(eventId)?.attempt ?? 0) > attempt,
				);
			},
			{ timeoutMs: 10 * MINUTE },
		);
	}

	it('runs the workflow once per event, by itself or when the user retries the crashed execution', async () => {
		const { api } = environment;
		const credential = await createCredential(api, sandbox);
		const { accountId } = bindAccount(sandbox);
		await publish(
			api,
			'burst',
			[feishuTrigger('burst', { events: ['examCreated'] }), returnLink],
			credential,
		);
		await connect(api, sandbox, 'burst');
		const arrange = (count: number) =>
			Array.from(
				{ length: count },
				() => sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId,
			);

		// Half of the events come at once. Those without a response in time are pushed again while n8n is at work on them.
		const sent = arrange(EVENTS / 2);
		await waitForLinks(EVENTS / 10);
		timers.pass(PUSH_DEADLINE_MS);
		await waitFor('the first pushes', () => lastPushes().size === sent.length);
		timers.pass(RETRY_DELAYS_MS[0]);

		// So does the other half, and n8n is killed while it is at work on them.
		sent.push(...arrange(EVENTS / 2));
		await waitForLinks((EVENTS * 3) / 10);
		await environment.n8n.kill();
		await waitFor('the first pushes', () => lastPushes().size === EVENTS);
		environment.n8n = await startN8n(environment.host, userFolder, {
			preferredPort: Number(new URL(api.url).port),
			env: BURST_SETTINGS,
		});

		for (const delayMs of RETRY_DELAYS_MS.slice(1)) {
			await pushAgain(delayMs);
			await waitForExecutions();
		}
		expect(failedPushes()).toEqual([]);
		expect([...linksReturned(sandbox).values()].filter((count) => count > 1)).toEqual([]);

		// What was interrupted is in the list of executions, and runs when the user retries it there.
		const before = await executionsOf('burst');
		const failed = before.filter(({ status }) => status !== 'success');
		const succeeded = new Set<string | undefined>();
		for (const { id, status } of before)
			if (status === 'success') succeeded.add(await examOf(id, sent));
		// A repeat that arrived while the first delivery waited has an execution too, which stopped at the trigger.
		succeeded.delete(undefined);
		expect(succeeded.size).toBeGreaterThan(0);
		for (const { id } of failed) await api.post(`/executions/${id}/retry`, { loadWorkflow: false });
		await waitForExecutions();

		const counts = linksReturned(sandbox);
		expect(sent.filter((examId) => !counts.has(examId))).toEqual([]);
		// Only a workflow interrupted between its call and its end may call again.
		const twice = sent.filter((examId) => counts.get(examId) !== 1);
		expect(twice.filter((examId) => succeeded.has(examId))).toEqual([]);
		console.info(`${failed.length} executions failed, ${twice.length} of them after their call.`);
	});
});
