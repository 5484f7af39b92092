import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startN8n } from '../../n8nHost/n8n';
import { setStage, type Stage } from '../../n8nHost/stage';
import { startSandbox, type Sandbox } from '../../sandbox';
import { eventually } from '../support/eventually';
import { executions, type Execution } from '../support/executions';
import { event, seal, sign } from '../support/feishuDelivery';
import {
	connect,
	createCredential,
	feishuTrigger,
	publish,
	returnLink,
	triggerUrl,
} from '../support/flows';

/** Feishu's retries come after 1.5 s, 30 s, 6 minutes, and 36 minutes. */
const CLOCK_SPEED = 10;

/** What the README advises for bursts; without it, n8n on two cores takes so long that Feishu's last retry may pass. */
const HEAVY_USE = { N8N_EXPRESSION_ENGINE: 'legacy' };

let userFolder: string;
let stage: Stage;

beforeAll(async () => {
	userFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
	stage = await setStage(userFolder, { clockSpeed: CLOCK_SPEED, environment: HEAVY_USE });
	// The example workflows have their turn elsewhere.
	await stage.sandbox.setRequestUrls([]);
});

afterAll(async () => {
	await stage?.stop();
	await rm(userFolder, { recursive: true, force: true });
});

/** Binds an account with two papers; the app hears of it when it has a request URL. */
function bindAccount(sandbox: Sandbox, tenantKey?: string) {
	const account = sandbox.bindAccount({ tenantKey });
	account.papers.push({ id: 'spring', name: 'Spring' }, { id: 'autumn', name: 'Autumn' });
	return account;
}

/** Which of the exams an execution was about. */
async function examOf(executionId: number, exams: string[]): Promise<string | undefined> {
	const { data } = await stage.api.get<{ data: string }>(`/executions/${executionId}`);
	const ids = new Set(data.match(/\d{19}/g));
	return exams.find((examId) => ids.has(examId));
}

/** How often the link of each exam was returned. */
function linksReturned(sandbox: Sandbox): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { path, status } of sandbox.calls) {
		const [, examId] = /eco_exams\/(\d+)\/login_info/.exec(path) ?? [];
		if (examId && status === 200) counts.set(examId, (counts.get(examId) ?? 0) + 1);
	}
	return counts;
}

const executionsOf = async (workflow: string) =>
	(await executions(stage, userFolder)).filter((execution) => execution.workflow === workflow);

const isOver = ({ status }: Execution) => !['new', 'running'].includes(status);

describe('two workflows on one app', () => {
	it('each get the events that they are set to, and each get them once', async () => {
		const { api, sandbox } = stage;
		const credential = await createCredential(api, sandbox);
		const [one, other] = [bindAccount(sandbox), bindAccount(sandbox)];
		const flows = { spring: { paperIds: 'spring' }, other: { accountIds: other.accountId } };
		for (const [name, filters] of Object.entries(flows)) {
			await publish(
				api,
				name,
				[feishuTrigger(name, { events: ['examCreated'], filters }), returnLink],
				credential,
			);
		}
		await connect(api, sandbox, ...Object.keys(flows));

		const arrange = (accountId: string, paperId: string) =>
			sandbox.arrangeExam({ accountId, paperId }).examId;
		const forSpring = arrange(one.accountId, 'spring');
		const forBoth = arrange(other.accountId, 'spring');
		const forOther = arrange(other.accountId, 'autumn');
		const forNone = arrange(one.accountId, 'autumn');
		await eventually('four links', () => {
			const counts = linksReturned(sandbox);
			return (
				[forSpring, forBoth, forOther].map((id) => counts.get(id)).join() === '1,2,1' || undefined
			);
		});
		expect(linksReturned(sandbox).get(forNone)).toBeUndefined();
		expect(await executionsOf('spring')).toHaveLength(2);
		expect(await executionsOf('other')).toHaveLength(2);
	});
});

describe('what the trigger refuses', () => {
	it('starts nothing, and the log tells why but not what', async () => {
		const { api, sandbox } = stage;
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

		const log = await readFile(stage.n8n.logFile, 'utf8');
		const told = log.split('\n').filter((line) => line.includes('Trigger refused a delivery'));
		expect(told).toHaveLength(2);
		for (const secret of ['Forged Name', sandbox.app.verificationToken, forged])
			expect(log).not.toContain(secret);
	});
});

describe('a store app', () => {
	it('serves two tenants with one credential, and waits for its ticket by itself', async () => {
		const sandbox = await startSandbox({ clockSpeed: 60, app: { appType: 'store' } });
		try {
			const { api } = stage;
			const tenantKey = '={{ $json.header.tenant_key }}';
			const credential = await createCredential(api, sandbox, { appType: 'store', tenantKey });
			const trigger = feishuTrigger('store', { events: ['examCreated'] });
			await publish(api, 'store', [trigger, returnLink], credential);
			await connect(api, sandbox, 'store');

			const exams = sandbox.app.tenantKeys.flatMap((tenant) => {
				const { accountId } = bindAccount(sandbox, tenant);
				return Array.from(
					{ length: 5 },
					() => sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId,
				);
			});
			await eventually(
				'a link for each exam',
				() => linksReturned(sandbox).size === exams.length || undefined,
				60_000,
			);
			expect([...linksReturned(sandbox).values()]).toEqual(exams.map(() => 1));

			const paths = sandbox.calls.map(({ path }) => path);
			expect(paths.filter((path) => path.endsWith('/app_ticket/resend'))).toHaveLength(1);
			const stored = await api.get<{ data: object }>(`/credentials/${credential}?includeData=true`);
			expect(stored.data).toMatchObject({ tenantKey });

			const ended = await eventually('ended executions', async () => {
				const all = await executionsOf('store');
				return all.every(isOver) ? all : undefined;
			});
			expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['success']));
		} finally {
			await sandbox.close();
		}
	});
});

describe('a burst of 1,000 events, and n8n killed in the middle of it', () => {
	const EVENTS = 1_000;

	it('each flow runs once, by itself or when the user presses Retry', async () => {
		const { api, sandbox } = stage;
		const credential = await createCredential(api, sandbox);
		const { accountId } = bindAccount(sandbox);
		await publish(
			api,
			'burst',
			[feishuTrigger('burst', { events: ['examCreated'] }), returnLink],
			credential,
		);
		await connect(api, sandbox, 'burst');
		sandbox.calls.splice(0);
		const sent: string[] = [];
		const sending = setInterval(() => {
			for (let count = 0; count < 20 && sent.length < EVENTS; count += 1) {
				sent.push(sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId);
			}
			if (sent.length === EVENTS) clearInterval(sending);
		}, 200);

		await eventually(
			'a part of the links',
			() => linksReturned(sandbox).size > EVENTS / 5 || undefined,
			240_000,
		);
		await stage.n8n.kill();
		stage.n8n = await startN8n(stage.host, userFolder, {
			preferredPort: Number(new URL(api.url).port),
			environment: HEAVY_USE,
		});

		// Feishu's own retries bring most of the others.
		const isQuiet = async () => {
			const all = await executionsOf('burst');
			const crashed = all.filter(({ status }) => status === 'crashed').length;
			return all.every(isOver) && linksReturned(sandbox).size + crashed >= EVENTS;
		};
		await eventually('all events dealt with', async () => (await isQuiet()) || undefined, 600_000);
		expect(sent).toHaveLength(EVENTS);
		expect([...linksReturned(sandbox).values()].filter((count) => count > 1)).toEqual([]);

		// What broke off stands in the list of executions, and runs when the user presses Retry there.
		const before = await executionsOf('burst');
		const broken = before.filter(({ status }) => status === 'crashed');
		const succeeded = new Set<string | undefined>();
		for (const { id, status } of before)
			if (status === 'success') succeeded.add(await examOf(id, sent));
		// A copy of an event that came while the first one waited has an execution too, which let nothing through.
		succeeded.delete(undefined);
		expect(succeeded.size).toBeGreaterThan(0);
		for (const { id } of broken) await api.post(`/executions/${id}/retry`, { loadWorkflow: false });
		await eventually(
			'the end of the retries',
			async () => (await executionsOf('burst')).every(isOver) || undefined,
			60_000,
		);

		const counts = linksReturned(sandbox);
		expect(sent.filter((examId) => !counts.has(examId))).toEqual([]);
		// Only a flow that broke off between its call and its end may call again.
		const twice = sent.filter((examId) => counts.get(examId) !== 1);
		expect(twice.filter((examId) => succeeded.has(examId))).toEqual([]);
		console.info(
			`${broken.length} executions broke off; ${twice.length} of them after their call.`,
		);
	});
});
