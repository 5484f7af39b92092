import { setTimeout as sleep } from 'node:timers/promises';

import { event, seal, sign } from './feishuDelivery';

/** How long Feishu waits for a response, and then before it pushes an event again, as far as a test can wait. */
const PUSH_DEADLINE_MS = 3_000;
const RETRY_DELAYS_MS = [15_000, 5 * 60_000];

/** What came of one push. */
export interface Push {
	/** Of the HTTP response; 0 without one. */
	status: number;
	isInTime: boolean;
}

/** All pushes of one copy of an event. */
export interface Delivery {
	eventId: string;
	pushes: Push[];
}

/** Pushes an event once, as it is at Feishu: encrypted and signed anew each time. */
export async function push(url: string, eventId: string): Promise<Push> {
	const body = seal(event({ event_id: eventId }));
	const headers = {
		'content-type': 'application/json',
		...sign(body, String(Math.floor(Date.now() / 1000))),
	};
	const start = performance.now();
	const status = await fetch(url, { method: 'POST', headers, body }).then(
		async (response) => {
			await response.text();
			return response.status;
		},
		() => 0,
	);
	return { status, isInTime: performance.now() - start <= PUSH_DEADLINE_MS };
}

export const isReceived = ({ status, isInTime }: Push): boolean => status === 200 && isInTime;

/** Pushes an event until it is received or Feishu would wait for an hour; each time to the next of the URLs. */
export async function deliver(urls: string[], eventId: string): Promise<Delivery> {
	const pushes: Push[] = [];
	for (const delayMs of [0, ...RETRY_DELAYS_MS]) {
		await sleep(delayMs);
		const [next = '', ...others] = urls;
		urls = [...others, next];
		const outcome = await push(next, eventId);
		pushes.push(outcome);
		if (isReceived(outcome)) break;
	}
	return { eventId, pushes };
}

/** Does something a number of times a second, without waiting for its end. */
export async function atRate<T>(
	ids: string[],
	perSecond: number,
	send: (id: string, index: number) => Promise<T>,
): Promise<T[]> {
	const start = performance.now();
	const sent: Array<Promise<T>> = [];
	for (const [index, id] of ids.entries()) {
		await sleep(Math.max(0, start + (index * 1000) / perSecond - performance.now()));
		sent.push(send(id, index));
	}
	return await Promise.all(sent);
}
