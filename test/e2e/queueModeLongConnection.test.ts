/** The long connection in queue mode: the main process holds it, and workers execute. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { logFileIn } from '../../n8nHost/n8n';
import type { N8nApi } from '../../n8nHost/n8nApi';
import { QueueMode } from '../../n8nHost/queueMode';
import { waitFor } from '../../n8nHost/waitFor';
import { type Delivery, type Sandbox, startSandbox } from '../../sandbox';
import { atRate } from '../support/feishuPushes';
import { describeInQueueMode, waitForExecutions } from '../support/queueMode';
import { report } from '../support/report';
import { allOnce, RunRecorder } from '../support/runRecorder';
import { createCredential, feishuTrigger, publish } from '../support/workflows';

const MINUTE = 60_000;
const PER_SECOND = 20;

/** The first repeats come after 0.25, 5 and 60 seconds: n8n is back before the last of them. */
const CLOCK_SPEED = 60;

/** Milliseconds that so many of a hundred pushes did not exceed. */
function percentile(pushes: readonly Delivery[], percent: number): number {
	const sorted = pushes.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
	return Math.round(sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN);
}

// n8n's default settings.
describeInQueueMode('the long connection in queue mode', () => {
	let recorder: RunRecorder;
	let folder: string;
	let queueMode: QueueMode;
	let api: N8nApi;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
		queueMode = await QueueMode.start(folder, { names: ['main', 'worker1', 'worker2'] });
		api = await queueMode.signIn();
	});

	afterAll(async () => {
		await queueMode?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	beforeEach(async () => {
		recorder = await new RunRecorder().start();
	});

	afterEach(async () => await recorder.close());

	const clients = ({ longConnection }: Sandbox) => longConnection.clients.length;

	/** Pushes of exams, without those that failed. */
	const received = ({ deliveries }: Sandbox) =>
		deliveries.filter(({ name, failure }) => name === 'examCreated' && !failure);

	/** Publishes a workflow of trigger and one node; returns how to arrange an exam, and how to unpublish. */
	async function listen(sandbox: Sandbox) {
		const credential = await createCredential(api, sandbox);
		const trigger = feishuTrigger('queue', { delivery: 'longConnection', events: ['examCreated'] });
		const id = await publish(api, 'queue', [trigger, recorder.caller('$json.exam_id')], credential);
		await waitFor('a connection', () => clients(sandbox) === 1);
		sandbox.setLongConnection();
		const { accountId, papers } = sandbox.bindAccount();
		papers.push({ id: 'spring', name: 'Spring' });
		return {
			arrange: () => sandbox.arrangeExam({ accountId, paperId: 'spring' }).examId,
			unpublish: async () => await api.post(`/workflows/${id}/deactivate`, {}),
		};
	}

	/** Arranges exams, 20 a second; returns their IDs. */
	const arrangeAtRate = async (arrange: () => string, seconds: number): Promise<string[]> =>
		await atRate(Array<string>(seconds * PER_SECOND).fill(''), PER_SECOND, async () => arrange());

	const runsOf = (exams: string[]) => recorder.runsOf(exams);

	const waitForRuns = async (exams: string[]) =>
		await waitFor('a run for each event', () => runsOf(exams).neverRan.length === 0, {
			timeoutMs: 10 * MINUTE,
		});

	it('20 events a second are all acknowledged, and each runs once, on the workers', async () => {
		const sandbox = await startSandbox();
		try {
			const { arrange, unpublish } = await listen(sandbox);
			// The first executions of a worker load the nodes.
			const first = await arrangeAtRate(arrange, 2);
			await waitFor(
				'an answer to the first events',
				() => received(sandbox).length >= first.length,
			);
			const before = sandbox.deliveries.length;
			const exams = await arrangeAtRate(arrange, 10);
			const all = first.length + exams.length;
			await waitFor('an answer to each event', () => received(sandbox).length >= all);
			const pushes = sandbox.deliveries.slice(before);
			await waitForRuns(exams);
			await waitForExecutions(queueMode);

			// How fast depends on what else the machine does: that is to be read, and fails nothing.
			report('20 a second', {
				...runsOf(exams),
				withinDeadline: pushes.filter(({ status, attempt }) => status === 200 && attempt === 1)
					.length,
				p50: percentile(pushes, 50),
				p99: percentile(pushes, 99),
				max: percentile(pushes, 100),
			});
			expect(runsOf(exams)).toEqual(allOnce(exams));
			expect(received(sandbox)).toHaveLength(all);
			for (const worker of ['worker1', 'worker2']) {
				const log = await readFile(logFileIn(join(folder, worker)), 'utf8');
				expect(log).toContain('Worker started execution');
			}
			await unpublish();
		} finally {
			await sandbox.close();
		}
	});

	it('an event is acknowledged as soon as a worker has it, however long its flow takes', async () => {
		const sandbox = await startSandbox();
		try {
			const { arrange, unpublish } = await listen(sandbox);
			recorder.hold();
			const exams = [arrange(), arrange(), arrange()];
			await waitFor('the calls', () => recorder.heldCount === exams.length);
			await waitFor('the answers', () => received(sandbox).length === exams.length);
			expect(received(sandbox).map(({ status, attempt }) => [status, attempt])).toEqual(
				exams.map(() => [200, 1]),
			);
			recorder.release();
			await waitForExecutions(queueMode);
			expect(runsOf(exams)).toEqual(allOnce(exams));
			await unpublish();
		} finally {
			await sandbox.close();
		}
	});

	it('the main process is killed: it connects again, and no event is lost or runs twice', async () => {
		const sandbox = await startSandbox({ clockSpeed: CLOCK_SPEED });
		try {
			const { arrange, unpublish } = await listen(sandbox);
			const before = arrangeAtRate(arrange, 5);
			await waitFor('the first answers', () => sandbox.deliveries.length >= PER_SECOND);
			await queueMode.kill('main');
			await waitFor('the end of the connection', () => clients(sandbox) === 0);
			const meantime = [arrange(), arrange(), arrange()];
			await queueMode.restart('main');
			await waitFor('the connection', () => clients(sandbox) === 1);
			const after = await arrangeAtRate(arrange, 2);
			const exams = [...(await before), ...meantime, ...after];
			await waitForRuns(exams);
			await waitForExecutions(queueMode);

			report('main process killed', {
				...runsOf(exams),
				repeats: sandbox.deliveries.filter(({ attempt }) => attempt > 1).length,
			});
			expect(runsOf(exams)).toEqual(allOnce(exams));
			expect(clients(sandbox)).toBe(1);
			await unpublish();
		} finally {
			await sandbox.close();
		}
	});
});
