import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { EventHeader } from '../webhook/verifyDelivery';

/** Events that n8n keeps for a node; the oldest go first. Feishu's last repeat comes seven hours after the event. */
const KEPT_EVENTS = 10_000;

/** An event is kept as two entries: its own ID, and that of the delivery which let it through. */
const STORE = { mode: 'entries', maxEntries: 2 * KEPT_EVENTS } as const;

/** A batch waits so long, at most, for events that are still on their way here. */
const GATHER_MS = 500;
const GATHER_STEP_MS = 10;

/** Longer than n8n takes to read, change and write back the entries of a node. */
const CONFIRM_AFTER_MS = 1_000;

type Helpers = Pick<IExecuteFunctions['helpers'], 'checkProcessedAndRecord' | 'removeProcessed'>;

/** A delivery that wants to know whether it may go on with its event. */
interface Waiting {
	header: EventHeader;
	resolve(mayPass: boolean): void;
	reject(error: unknown): void;
}

/** What this process knows of the events of a node. */
export interface Known {
	/** Seen recorded: their repeats need not cost an execution. What else is recorded, the database knows. */
	recorded: Set<string>;
	/** Let in (milliseconds since 1970), and not recorded yet; the oldest first. */
	underWay: Map<string, number>;
	waiting: Waiting[];
	/** Entries that this process wrote (milliseconds since 1970) and that another one may have overwritten since. */
	unconfirmed: Map<string, number>;
	/** When the last turn at the database began (milliseconds since 1970). */
	turnAt: number;
	isTakingTurns: boolean;
	isConfirming: boolean;
}

const knownByNode = new Map<string, Known>();

/** What this process knows of the events of the context's node. */
export function knownTo(context: IExecuteFunctions | IWebhookFunctions): Known {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const known = knownByNode.get(node) ?? {
		recorded: new Set(),
		underWay: new Map(),
		waiting: [],
		unconfirmed: new Map(),
		turnAt: 0,
		isTakingTurns: false,
		isConfirming: false,
	};
	knownByNode.set(node, known);
	return known;
}

const deliveryOf = ({ header }: Waiting): string => `${header.event_id} ${header.delivery_id}`;

/** Records events and their deliveries in one go, and gives those to let through. */
async function recordAll(known: Known, batch: Waiting[], helpers: Helpers): Promise<Set<Waiting>> {
	const { recorded, unconfirmed } = known;
	known.turnAt = Date.now();
	const own = batch.flatMap((waiting) => [waiting.header.event_id, deliveryOf(waiting)]);
	const entries = [...own, ...unconfirmed.keys()];
	const record = async () => await helpers.checkProcessedAndRecord(entries, 'node', STORE);
	// The second time, if another process has made the row of the node meanwhile.
	const fresh = new Set((await record().catch(record)).new);

	for (const [entry, since] of unconfirmed) {
		if (fresh.has(entry)) unconfirmed.set(entry, Date.now());
		else if (known.turnAt - since >= CONFIRM_AFTER_MS) unconfirmed.delete(entry);
	}
	const passed = new Set<Waiting>();
	for (const waiting of batch) {
		const { event_id } = waiting.header;
		// Copies of an event may wait together.
		const isFirst = fresh.delete(event_id) && !recorded.has(event_id);
		// The execution that the user retries was the one that had the event, and broke off.
		const hadIt = !fresh.has(deliveryOf(waiting));
		if (!isFirst && !hadIt) continue;
		passed.add(waiting);
		unconfirmed.set(event_id, Date.now()).set(deliveryOf(waiting), Date.now());
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

async function gather({ underWay, waiting }: Known): Promise<void> {
	const until = Date.now() + GATHER_MS;
	while (underWay.size > waiting.length && Date.now() < until) await sleep(GATHER_STEP_MS);
}

/**
 * n8n keeps the entries of a node in one row of its database, which it reads, changes and writes back without
 * a lock: so only one batch is under way for a node, and who comes meanwhile is in the next one. A turn takes as
 * much as a whole execution when the row is full, so the events of a burst gather first.
 */
async function takeTurns(known: Known, helpers: Helpers): Promise<void> {
	known.isTakingTurns = true;
	do {
		await gather(known);
		const batch = known.waiting.splice(0);
		try {
			const passed = await recordAll(known, batch, helpers);
			for (const waiting of batch) {
				settle(known, waiting, true);
				waiting.resolve(passed.has(waiting));
			}
		} catch (error) {
			// The workflow may be gone, and nothing is to be confirmed for ever.
			known.unconfirmed.clear();
			for (const waiting of batch) {
				settle(known, waiting, false);
				waiting.reject(error);
			}
		}
	} while (known.waiting.length > 0);
	known.isTakingTurns = false;
	if (!known.isConfirming) void confirm(known, helpers);
}

/**
 * Two processes that write at the same time overwrite each other's entries: so what was written is looked for
 * again, and written again if it is gone. While events come, their turns do that.
 */
async function confirm(known: Known, helpers: Helpers): Promise<void> {
	known.isConfirming = true;
	while (known.unconfirmed.size > 0) {
		await sleep(CONFIRM_AFTER_MS);
		const isIdle = !known.isTakingTurns && Date.now() - known.turnAt >= CONFIRM_AFTER_MS;
		if (isIdle) await takeTurns(known, helpers);
	}
	known.isConfirming = false;
}

/** Whether an execution may go on with its event: once, and again when the user retries it. */
export async function mayPass(context: IExecuteFunctions, header: EventHeader): Promise<boolean> {
	const known = knownTo(context);
	const { helpers } = context;
	const answer = new Promise<boolean>((resolve, reject) => {
		known.waiting.push({ header, resolve, reject });
	});
	if (!known.isTakingTurns) void takeTurns(known, helpers);
	return await answer;
}
