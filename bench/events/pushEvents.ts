import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { waitFor } from '../../n8nHost/waitFor';
import { decrypt } from '../../nodes/FeishuHireExam/webhook/decrypt';
import { startSandbox } from '../../sandbox';
import { startChildProcess } from '../childProcess';

/** A number of exams, arranged at equal intervals within a number of seconds. */
export interface Load {
	events: number;
	seconds: number;
}

/** A push of an event, as Feishu sees it. */
export interface Push {
	eventId: string;
	/** The event as it was sent: another text at each attempt. */
	encrypted: string;
	/** Start, in milliseconds since 1970. */
	at: number;
	attempt: number;
	received: boolean;
	/** Until the response, or until Feishu gave up waiting. */
	milliseconds: number;
}

interface Options {
	url: string;
	load: Load;
	clockSpeed: number;
}

const ATTEMPTS = 5;
const PUSH_TIMEOUT_MS = 15 * 60_000;

/**
 * Has a sandbox in a process of its own send events to a URL, and returns all pushes once each event was received or
 * has had its last attempt.
 */
export async function pushEvents(options: Options): Promise<Push[]> {
	const child = startChildProcess(__filename);
	try {
		return await child.ask<Push[]>(options);
	} finally {
		child.stop();
	}
}

async function serve(): Promise<void> {
	const [{ url, load, clockSpeed }] = (await once(process, 'message')) as [Options];
	const sandbox = await startSandbox({ clockSpeed });
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p', name: 'Paper' });
	const durations = measurePushes(sandbox.app.encryptKey);
	await sandbox.setRequestUrl(url);

	const start = performance.now();
	for (let event = 0; event < load.events; event++) {
		const wait = start + (event * load.seconds * 1000) / load.events - performance.now();
		if (wait > 0) await sleep(wait);
		sandbox.arrangeExam({ accountId, paperId: 'p' });
	}
	const ended = () =>
		sandbox.deliveries.filter(({ failure, attempt }) => !failure || attempt === ATTEMPTS);
	const urlChecks = 1;
	await waitFor('the last attempt', () => ended().length >= urlChecks + load.events, {
		timeoutMs: PUSH_TIMEOUT_MS,
	});

	const pushes = sandbox.deliveries
		.slice(urlChecks)
		.map(({ eventId = '', rawBody, at, attempt, failure }): Push => ({
			eventId,
			encrypted: encryptedOf(rawBody),
			at,
			attempt,
			received: !failure,
			milliseconds: durations.get(rawBody) ?? 0,
		}));
	process.send?.(pushes);
}

const encryptedOf = (body: string): string => (JSON.parse(body) as { encrypt: string }).encrypt;

/**
 * Measures the duration of each push, by its body. Answers the URL check, the one push without a signature, in the
 * receiver's place, as n8n's Webhook node could not.
 */
function measurePushes(encryptKey: string): Map<string, number> {
	const send = globalThis.fetch.bind(globalThis);
	const durations = new Map<string, number>();
	globalThis.fetch = async (url, init) => {
		const body = init?.body as string;
		if (!new Headers(init?.headers).has('X-Lark-Signature')) {
			return new Response(decrypt(encryptedOf(body), encryptKey));
		}
		const start = performance.now();
		try {
			return await send(url, init);
		} finally {
			durations.set(body, performance.now() - start);
		}
	};
	return durations;
}

if (require.main === module) void serve();
