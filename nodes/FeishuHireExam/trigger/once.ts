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

/** An event that was not recorded in this time was lost on the way, or is another process's. */
const UNDER_WAY_MS = 120_000;

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 50;

type Context = IExecuteFunctions | IWebhookFunctions;

/** An execution that wants to know whether it may go on with its event. */
interface Waiting {
	context: IExecuteFunctions;
	header: EventHeader;
	resolve(mayPass: boolean): void;
	reject(error: unknown): void;
}

/** What this process knows of the events of a node. */
interface Known {
	/** Seen recorded: their repeats need not cost an execution. What else is recorded, the database knows. */
	recorded: Set<string>;
	/** Let in (milliseconds since 1970), and not recorded yet; the oldest first. */
	underWay: Map<string, number>;
	waiting: Waiting[];
	isRecording: boolean;
}

const knownByNode = new Map<string, Known>();

function knownTo(context: Context): Known {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const known = knownByNode.get(node) ?? {
		recorded: new Set(),
		underWay: new Map(),
		waiting: [],
		isRecording: false,
	};
	knownByNode.set(node, known);
	return known;
}

function dropLost({ underWay }: Known): void {
	for (const [event, since] of underWay) {
		if (Date.now() - since < UNDER_WAY_MS) break;
		underWay.delete(event);
	}
}

/**
 * Whether a delivery is to start an execution. A copy of an event that is under way waits for it to be recorded;
 * if that takes too long, it is 'unsettled': Feishu must send it again, in case the first one breaks off. A test
 * in the editor gets every event.
 */
export async function admit(
	this: IWebhookFunctions,
	{ event_id }: EventHeader,
): Promise<'first' | 'repeat' | 'unsettled'> {
	if (this.getMode() === 'manual') return 'first';
	const known = knownTo(this);
	const answerBy = Date.now() + ANSWER_WITHIN_MS;
	dropLost(known);
	while (known.underWay.has(event_id)) {
		if (Date.now() > answerBy) return 'unsettled';
		await sleep(LOOK_AGAIN_MS);
	}
	if (known.recorded.has(event_id)) return 'repeat';
	known.underWay.set(event_id, Date.now());
	return 'first';
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

function settle({ recorded, underWay }: Known, { header }: Waiting, isRecorded: boolean): void {
	underWay.delete(header.event_id);
	if (!isRecorded) return;
	recorded.add(header.event_id);
	const [oldest] = recorded;
	if (recorded.size > KEPT_EVENTS && oldest !== undefined) recorded.delete(oldest);
}

/** A batch waits so long, at most, for events that are still on their way here. */
const GATHER_MS = 100;
const GATHER_STEP_MS = 10;

async function gather({ underWay, waiting }: Known): Promise<void> {
	const until = Date.now() + GATHER_MS;
	while (underWay.size > waiting.length && Date.now() < until) await sleep(GATHER_STEP_MS);
}

/**
 * n8n keeps the entries of a node in one row of its database, which it reads, changes and writes back without
 * a lock: so only one batch is under way for a node, and who comes meanwhile is in the next one. A turn takes as
 * much as a whole execution when the row is full, so the events of a burst gather first.
 */
async function recordWaiting(known: Known): Promise<void> {
	known.isRecording = true;
	while (known.waiting.length > 0) {
		await gather(known);
		const batch = known.waiting.splice(0);
		try {
			const passed = await recordAll(batch);
			for (const waiting of batch) {
				settle(known, waiting, true);
				waiting.resolve(passed.has(waiting));
			}
		} catch (error) {
			for (const waiting of batch) {
				settle(known, waiting, false);
				waiting.reject(error);
			}
		}
	}
	known.isRecording = false;
}

async function mayPass(context: IExecuteFunctions, header: EventHeader): Promise<boolean> {
	const known = knownTo(context);
	return await new Promise((resolve, reject) => {
		known.waiting.push({ context, header, resolve, reject });
		if (!known.isRecording) void recordWaiting(known);
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
		if (await mayPass(this, item.json.header as unknown as EventHeader)) passed.push(item);
	}
	return passed;
}
