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
	/** The event as it was sent to a URL: another text at each attempt. */
	encrypted?: string;
	/** Start, in milliseconds since 1970. */
	at: number;
	attempt: number;
	received: boolean;
	/** Until the response, or until Feishu gave up waiting. */
	milliseconds: number;
}

interface Options {
	/** The sandbox's, to which the long connection is made. */
	port: number;
	/** Absent: over the long connection. */
	url: string | undefined;
	load: Load;
	clockSpeed: number;
}

const ATTEMPTS = 5;
const PUSH_TIMEOUT_MS = 15 * 60_000;

/**
 * Has a sandbox in a process of its own send events in one of both ways, and returns all pushes once each event was
 * received or has had its last attempt.
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
	const [{ port, url, load, clockSpeed }] = (await once(process, 'message')) as [Options];
	const sandbox = await startSandbox({ port, clockSpeed });
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p', name: 'Paper' });
	await waitFor('the long connection', () => sandbox.longConnection.clients.length > 0);
	if (url === undefined) {
		sandbox.setLongConnection();
	} else {
		answerUrlCheck(sandbox.app.encryptKey);
		await sandbox.setRequestUrl(url);
	}
	const before = sandbox.deliveries.length;

	const start = performance.now();
	for (let event = 0; event < load.events; event++) {
		const wait = start + (event * load.seconds * 1000) / load.events - performance.now();
		if (wait > 0) await sleep(wait);
		sandbox.arrangeExam({ accountId, paperId: 'p' });
	}
	const ended = () =>
		sandbox.deliveries.filter(({ failure, attempt }) => !failure || attempt === ATTEMPTS);
	await waitFor('the last attempt', () => ended().length >= before + load.events, {
		timeoutMs: PUSH_TIMEOUT_MS,
	});

	const pushes = sandbox.deliveries
		.slice(before)
		.map(({ eventId, rawBody, at, attempt, failure, durationMs }): Push => ({
			eventId,
			...(url !== undefined && { encrypted: encryptedOf(rawBody) }),
			at,
			attempt,
			received: !failure,
			milliseconds: durationMs,
		}));
	process.send?.(pushes);
}

const encryptedOf = (body: string): string => (JSON.parse(body) as { encrypt: string }).encrypt;

/** Answers the URL check, the one push without a signature, in the receiver's place, as n8n's Webhook node could not. */
function answerUrlCheck(encryptKey: string): void {
	const send = globalThis.fetch.bind(globalThis);
	globalThis.fetch = async (url, init) =>
		new Headers(init?.headers).has('X-Lark-Signature')
			? await send(url, init)
			: new Response(decrypt(encryptedOf(init?.body as string), encryptKey));
}

if (require.main === module) void serve();
