import { sleep } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { EventHeader } from './receive';

/** Events that n8n keeps for a node; the oldest go first. Feishu's last repeat comes seven hours after the event. */
const KEPT_EVENTS = 10_000;

/** An event is kept as two entries: its own ID, and that of the delivery which let it through. */
const STORE = { mode: 'entries', maxEntries: 2 * KEPT_EVENTS } as const;

/**
 * Events that this process has seen recorded in n8n's database, by node: their repeats need not cost an
 * execution. After a restart, and for what other processes recorded, the database knows.
 */
const recorded = new Set<string>();

/** Events that this process has let in (milliseconds since 1970) and that are not recorded yet, by node. */
const underWay = new Map<string, number>();

/** An event that was not recorded in this time was lost on the way, or is another process's. */
const UNDER_WAY_MS = 120_000;

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 50;

function dropOldest(kept: Set<string> | Map<string, number>): void {
	const [oldest] = kept.keys();
	if (kept.size > KEPT_EVENTS && oldest !== undefined) kept.delete(oldest);
}

type Context = IExecuteFunctions | IWebhookFunctions;

const nodeKey = (context: Context): string => `${context.getWorkflow().id} ${context.getNode().id}`;

const keyOf = (context: Context, { event_id }: EventHeader): string => `${nodeKey(context)} ${event_id}`;

/**
 * Whether a delivery is to start an execution. A copy of an event that is under way waits for it to be recorded;
 * if that takes too long, it is 'unsettled': Feishu must send it again, in case the first one breaks off. A test
 * in the editor gets every event.
 */
export async function admit(
	this: IWebhookFunctions,
	header: EventHeader,
): Promise<'first' | 'repeat' | 'unsettled'> {
	if (this.getMode() === 'manual') return 'first';
	const key = keyOf(this, header);
	const answerBy = Date.now() + ANSWER_WITHIN_MS;
	while (Date.now() - (underWay.get(key) ?? 0) < UNDER_WAY_MS) {
		if (Date.now() > answerBy) return 'unsettled';
		await sleep(LOOK_AGAIN_MS);
	}
	if (recorded.has(key)) return 'repeat';
	underWay.set(key, Date.now());
	dropOldest(underWay);
	return 'first';
}

/** An execution that wants to know whether it may go on with its event. */
interface Waiting {
	context: IExecuteFunctions;
	header: EventHeader;
	resolve(mayPass: boolean): void;
	reject(error: unknown): void;
}

/** Records events and their deliveries in one go, and gives those to let through. */
async function recordAll(batch: Waiting[]): Promise<Set<Waiting>> {
	const deliveryOf = ({ header }: Waiting) => `${header.event_id} ${header.delivery_id}`;
	const entries = batch.flatMap((waiting) => [waiting.header.event_id, deliveryOf(waiting)]);
	const { helpers } = (batch[0] as Waiting).context;
	const fresh = new Set((await helpers.checkProcessedAndRecord(entries, 'node', STORE)).new);

	const passed = new Set<Waiting>();
	for (const waiting of batch) {
		// Copies of an event may wait together.
		const isFirst = fresh.delete(waiting.header.event_id);
		// The execution that the user retries was the one that had the event, and broke off.
		const hadIt = waiting.context.getMode() === 'retry' && !fresh.has(deliveryOf(waiting));
		if (isFirst || hadIt) passed.add(waiting);
	}
	const repeats = batch.filter((waiting) => !passed.has(waiting)).map(deliveryOf);
	if (repeats.length > 0) await helpers.removeProcessed(repeats, 'node', STORE);
	return passed;
}

/**
 * n8n keeps the entries of a node in one row of its database, which it reads, changes and writes back without
 * a lock: so only one batch is under way for a node. Who comes meanwhile waits, and is in the next one: a turn
 * takes as much as a whole execution when the row is full, so an event that follows others closely waits for some more.
 */
const BATCH_PAUSE_MS = 100;
const queues = new Map<string, Waiting[]>();

async function work(key: string): Promise<void> {
	for (;;) {
		const batch = queues.get(key) ?? [];
		if (batch.length === 0) break;
		queues.set(key, []);
		await recordAll(batch).then(
			(passed) => batch.forEach((waiting) => waiting.resolve(passed.has(waiting))),
			(error: unknown) => batch.forEach((waiting) => waiting.reject(error)),
		);
		await sleep(BATCH_PAUSE_MS);
	}
	queues.delete(key);
}

async function mayPass(context: IExecuteFunctions, header: EventHeader): Promise<boolean> {
	const key = nodeKey(context);
	return await new Promise((resolve, reject) => {
		const waiting: Waiting = { context, header, resolve, reject };
		const queue = queues.get(key);
		if (queue) {
			queue.push(waiting);
			return;
		}
		queues.set(key, [waiting]);
		void work(key);
	});
}

/**
 * Lets an event through the first time only: Feishu may send it up to five times, also after it was received
 * (page "Event subscription overview"). A test in the editor always goes through. A retry by the user does when
 * its execution broke off with the event, and not when the event came again and went through since.
 */
export async function passOnce(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = this.getInputData();
	if (this.getMode() === 'manual') return items;

	const passed: INodeExecutionData[] = [];
	for (const item of items) {
		const header = item.json.header as unknown as EventHeader;
		const key = keyOf(this, header);
		try {
			if (await mayPass(this, header)) passed.push(item);
			recorded.add(key);
			dropOldest(recorded);
		} finally {
			underWay.delete(key);
		}
	}
	return passed;
}
