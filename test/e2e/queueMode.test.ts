import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { N8nApi } from '../../n8nHost/n8nApi';
import { QueueMode, WORKER_CONCURRENCY } from '../../n8nHost/queueMode';
import { waitFor } from '../../n8nHost/waitFor';
import { credentials } from '../support/feishuDelivery';
import { atRate, deliver, push, type Delivery, type Push } from '../support/feishuPushes';
import { describeInQueueMode, waitForExecutions } from '../support/queueMode';
import { report } from '../support/report';
import { allOnce, RunRecorder } from '../support/runRecorder';
import { feishuTrigger, publish } from '../support/workflows';

const MINUTE = 60_000;
const WORKFLOW = 'queue';

interface Execution {
	id: number;
	status: string;
}

/** The README's setting for bursts, and five processes share the machine. */
const SETTINGS = { N8N_EXPRESSION_ENGINE: 'legacy' };

describeInQueueMode('in queue mode', () => {
	const recorder = new RunRecorder();
	let folder: string;
	let queueMode: QueueMode;
	let api: N8nApi;

	/** The production URL of the trigger, at each process for webhooks. */
	let urls: [string, string];

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-e2e-'));
		await recorder.start();
		queueMode = await QueueMode.start(folder, { env: SETTINGS });
		api = await queueMode.signIn();
		const credential = await api.post<{ id: string }>('/credentials', {
			name: 'Feishu',
			type: 'feishuAppApi',
			data: credentials,
		});
		await publish(
			api,
			WORKFLOW,
			[
				feishuTrigger(WORKFLOW, { events: ['examCreated'] }),
				recorder.caller('$json.header.event_id'),
			],
			credential.id,
		);
		const [first = '', second = ''] = queueMode.webhookUrls.map(
			(url) => `${url}/webhook/${WORKFLOW}/webhook`,
		);
		urls = [first, second];
	});

	afterAll(async () => {
		await queueMode?.stop();
		await recorder.close();
		await rm(folder, { recursive: true, force: true });
	});

	const eventIds = (series: string, count: number) =>
		Array.from({ length: count }, (_, index) => `${series}-${index}`);

	/** Delivers an event through both processes at the same moment. */
	const deliverThroughBoth = async (eventId: string): Promise<Delivery[]> =>
		await Promise.all([deliver(urls, eventId), deliver([...urls].reverse(), eventId)]);

	const runsOf = (ids: string[]) => recorder.runsOf(ids);

	it('runs the workflow once for each event whose copies arrive through both processes at once', async () => {
		const ids = eventIds('copies', 300);
		const deliveries = (await atRate(ids, 5, deliverThroughBoth)).flat();
		await waitForExecutions(queueMode);

		report('Copies at once', { ...runsOf(ids), ...answersTo(deliveries) });
		expect(runsOf(ids)).toEqual(allOnce(ids));
		expect(firstStatuses(deliveries)).not.toContain(503);
		expect(undelivered(deliveries)).toEqual([]);
	});

	it('answers copies that arrive later with 200, and does not run for them', async () => {
		const ids = eventIds('later', 50);
		await atRate(ids, 5, async (id, index) => await deliver(alternate(index), id));
		await waitForExecutions(queueMode);
		const before = runsOf(ids);

		const copies = await atRate(
			ids,
			5,
			async (id) => await Promise.all(urls.map(async (url) => await push(url, id))),
		);
		await waitForExecutions(queueMode);

		report('Later copies', { ...runsOf(ids), answers: countStatuses(copies.flat()) });
		expect(before).toEqual(allOnce(ids));
		expect(runsOf(ids)).toEqual(allOnce(ids));
		expect(new Set(copies.flat().map(({ status }) => status))).toEqual(new Set([200]));
	});

	it('runs the workflow once for each event of a burst', async () => {
		const ids = eventIds('burst', 200);
		const deliveries = await atRate(
			ids,
			40,
			async (id, index) => await deliver(alternate(index), id),
		);
		await waitForExecutions(queueMode);

		report('Burst', { ...runsOf(ids), ...answersTo(deliveries) });
		expect(runsOf(ids)).toEqual(allOnce(ids));
		expect(firstStatuses(deliveries)).not.toContain(503);
		expect(undelivered(deliveries)).toEqual([]);
	});

	it('loses no event without a trace when a worker is killed', async () => {
		const ids = eventIds('killed', 150);
		const sent = atRate(ids, 5, deliverThroughBoth);
		await waitFor('a third of the events', () => runsOf(ids).ranOnce >= ids.length / 3, {
			timeoutMs: 5 * MINUTE,
		});
		recorder.hold();
		// More than one worker runs at a time: each has some.
		await waitFor('both workers at work', () => recorder.heldCount > WORKER_CONCURRENCY, {
			timeoutMs: 5 * MINUTE,
		});
		await queueMode.kill('worker1');
		// What n8n gives up later may no longer say which event it was about.
		const eventOf = await eventsOfExecutions('killed');
		await waitFor('interrupted executions', () => recorder.interrupted.size > 0);
		recorder.release();
		await queueMode.restart('worker1');
		const deliveries = (await sent).flat();
		await waitForExecutions(queueMode);

		const failed = await failedExecutions();
		const afterKill = runsOf(ids);
		report('Worker killed', {
			...afterKill,
			...answersTo(deliveries),
			failedExecutions: count(failed.map(({ status }) => status)),
			interrupted: recorder.interrupted.size,
		});
		const eventsOf = (executions: Execution[]) => executions.map(({ id }) => eventOf.get(id));
		expect(undelivered(deliveries)).toEqual([]);
		expect(afterKill.ranTwice).toEqual([]);
		expect(eventsOf(failed)).toEqual(expect.arrayContaining(afterKill.neverRan));

		// A crashed execution runs when the user retries it. One whose job n8n gave up, 'error', has lost its data.
		await retryAll(failed);
		await waitForExecutions(queueMode);
		const afterRetry = runsOf(ids);
		report('Worker killed, all that failed retried', afterRetry);
		const givenUp = (await failedExecutions()).filter(({ status }) => status === 'error');
		expect(eventsOf(givenUp)).toEqual(expect.arrayContaining(afterRetry.neverRan));
		// Only a workflow interrupted between its call and its end may call again.
		const wasInterrupted = (id: string) =>
			[...recorder.executionsOf(id)].some((execution) => recorder.interrupted.has(execution));
		expect(afterRetry.ranTwice.filter((id) => !wasInterrupted(id))).toEqual([]);
	});

	/**
	 * Presses Retry on executions, and waits until each is retried, or refused because it has no data. n8n answers when
	 * the new execution has ended, or not at all when its worker's message got lost.
	 */
	async function retryAll(executions: Execution[]): Promise<void> {
		const refused = new Set<number>();
		for (const { id } of executions) {
			void api
				.post(`/executions/${id}/retry`, { loadWorkflow: false })
				.catch(() => refused.add(id));
		}
		await waitFor(
			'the retries',
			async () => {
				const retries = await queueMode.database.query<{ of: number }>(
					'SELECT "retryOf"::int AS of FROM execution_entity WHERE "retryOf" IS NOT NULL',
				);
				const retried = new Set(retries.map(({ of }) => of));
				return executions.every(({ id }) => retried.has(id) || refused.has(id));
			},
			{ timeoutMs: 5 * MINUTE },
		);
	}

	/** The event of each execution of a series, as far as its data says so. */
	const eventsOfExecutions = async (series: string): Promise<Map<number, string>> => {
		const rows = await queueMode.database.query<{ id: number; event: string }>(
			`SELECT "executionId" AS id, substring(data FROM '${series}-[0-9]+') AS event
			FROM execution_data WHERE data LIKE '%${series}-%'`,
		);
		return new Map(rows.map(({ id, event }) => [id, event]));
	};

	const failedExecutions = async () =>
		await queueMode.database.query<Execution>(
			"SELECT id, status FROM execution_entity WHERE status IN ('crashed', 'error') ORDER BY id",
		);

	/** The processes in turn, as a load balancer chooses them. */
	const alternate = (index: number) => (index % 2 === 0 ? urls : [...urls].reverse());
});

const firstStatuses = (deliveries: Delivery[]) =>
	deliveries.map(({ pushes: [first] }) => first?.status);

/** The events of deliveries that got no 200 at all. */
const undelivered = (deliveries: Delivery[]) =>
	deliveries
		.filter(({ pushes }) => !pushes.some(({ status }) => status === 200))
		.map(({ eventId }) => eventId);

const answersTo = (deliveries: Delivery[]) => ({
	firstAnswers: countStatuses(deliveries.flatMap(({ pushes }) => pushes.slice(0, 1))),
	answersToRepeats: countStatuses(deliveries.flatMap(({ pushes }) => pushes.slice(1))),
});

const countStatuses = (pushes: Push[]) =>
	count(pushes.map(({ status, isInTime }) => (isInTime ? `${status}` : `${status} too late`)));

function count(values: string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}
