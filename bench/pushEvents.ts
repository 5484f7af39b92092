import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { decrypt } from '../nodes/FeishuHireExam/webhook/decrypt';
import { startSandbox } from '../sandbox';
import { startChild } from './child';

/** So many exams, arranged at even distances within so many seconds. */
export interface Load {
	events: number;
	seconds: number;
}

/** A push of an event as Feishu saw it. */
export interface Push {
	eventId: string;
	/** The event as it went out: another text at each attempt. */
	encrypted: string;
	/** Milliseconds since 1970, when it began. */
	at: number;
	attempt: number;
	received: boolean;
	/** Until the answer, or until Feishu gave up waiting. */
	milliseconds: number;
}

interface Order {
	url: string;
	load: Load;
	clockSpeed: number;
}

const ATTEMPTS = 5;

/** Has a sandbox in a process of its own send events to a URL. Done when each was received, or has had its last retry. */
export async function pushEvents(order: Order): Promise<Push[]> {
	const { ask, stop } = startChild(__filename);
	const pushes = await ask<Push[]>(order);
	stop();
	return pushes;
}

async function serve(): Promise<void> {
	const [{ url, load, clockSpeed }] = (await once(process, 'message')) as [Order];
	const sandbox = await startSandbox({ clockSpeed });
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p', name: 'Paper' });
	const took = meterPushes(sandbox.app.encryptKey);
	await sandbox.setRequestUrls([url]);

	const begun = performance.now();
	for (let event = 0; event < load.events; event++) {
		const wait = begun + (event * load.seconds * 1000) / load.events - performance.now();
		if (wait > 0) await sleep(wait);
		sandbox.arrangeExam({ accountId, paperId: 'p' });
	}
	const ended = () =>
		sandbox.deliveries.filter(({ failure, attempt }) => !failure || attempt === ATTEMPTS);
	const urlChecks = 1;
	while (ended().length < urlChecks + load.events) await sleep(100);

	const pushes = sandbox.deliveries
		.slice(urlChecks)
		.map(({ eventId = '', rawBody, at, attempt, failure }): Push => ({
			eventId,
			encrypted: encryptedOf(rawBody),
			at,
			attempt,
			received: !failure,
			milliseconds: took.get(rawBody) ?? 0,
		}));
	process.send?.(pushes);
}

const encryptedOf = (body: string): string => (JSON.parse(body) as { encrypt: string }).encrypt;

/**
 * Times each push, by its body. Answers the URL check, which is what comes unsigned, in the receiver's place,
 * as n8n's Webhook node could not.
 */
function meterPushes(encryptKey: string): Map<string, number> {
	const { fetch } = globalThis;
	const took = new Map<string, number>();
	globalThis.fetch = async (url, init) => {
		const body = String(init?.body);
		if (!new Headers(init?.headers).has('X-Lark-Signature')) {
			return new Response(decrypt(encryptedOf(body), encryptKey));
		}
		const begun = performance.now();
		try {
			return await fetch(url, init);
		} finally {
			took.set(body, performance.now() - begun);
		}
	};
	return took;
}

if (require.main === module) void serve();
