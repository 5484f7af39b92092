import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { EventHeader } from '../webhook/verifyDelivery';
import { knownTo, mayPass } from './deduplication';
import type { Known } from './deduplication';

/** An event that was not recorded in this time was lost on the way, or is another process's. */
const UNDER_WAY_MS = 120_000;

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 50;

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
