import { createDecipheriv, createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { startSandbox, type Sandbox } from '../../sandbox';
import { defaultApp, type SandboxApp } from '../../sandbox/app';
import { createEvents, EVENT_SCOPES, type Delivery } from '../../sandbox/events/dispatcher';
import { State } from '../../sandbox/tenant/tenant';
import { type Received, startReceiver, useSandbox } from '../support/sandbox';
import { until } from '../support/until';

function decrypt(encrypted: string, encryptKey: string): string {
	const bytes = Buffer.from(encrypted, 'base64');
	const key = createHash('sha256').update(encryptKey).digest();
	const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
	return decipher.update(bytes.subarray(16), undefined, 'utf8') + decipher.final('utf8');
}

type Push = {
	challenge?: string;
	type?: string;
	token?: string;
	header: Record<string, string>;
	event: Record<string, unknown>;
};

function read({ rawBody }: Received, { encryptKey }: SandboxApp): Push {
	const body = JSON.parse(rawBody) as Push & { encrypt?: string };
	return body.encrypt ? (JSON.parse(decrypt(body.encrypt, encryptKey)) as Push) : body;
}

/** Passes the URL check and answers events with a status. */
async function startEndpoint(app: SandboxApp, status: () => number | undefined = () => 200) {
	const endpoint = await startReceiver((received) => {
		const { challenge } = read(received, app);
		if (challenge) return { status: 200, body: JSON.stringify({ challenge }) };
		const code = status();
		return code === undefined ? undefined : { status: code, body: '{"msg":"success"}' };
	});
	return {
		...endpoint,
		events: () => endpoint.received.filter((one) => !read(one, app).challenge),
	};
}

describe('events', () => {
	const sandbox = useSandbox();
	const endpoints: Array<{ close(): Promise<void> }> = [];
	afterEach(() => Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close())));

	async function endpoint(...args: Parameters<typeof startEndpoint>) {
		const started = await startEndpoint(...args);
		endpoints.push(started);
		return started;
	}
	async function receiver(...args: Parameters<typeof startReceiver>) {
		const started = await startReceiver(...args);
		endpoints.push(started);
		return started;
	}

	it('checks a URL encrypted and unsigned', async () => {
		const { url, received } = await endpoint(sandbox().app);
		await sandbox().setRequestUrls([url]);
		expect(received).toHaveLength(1);
		expect(Object.keys(JSON.parse(received[0]?.rawBody ?? ''))).toEqual(['encrypt']);
		expect(received[0]?.headers).not.toHaveProperty('x-lark-signature');
		expect(read(received[0] as Received, sandbox().app)).toEqual({
			challenge: expect.any(String),
			token: 'sandbox-verification-token',
			type: 'url_verification',
		});
		expect(sandbox().deliveries).toEqual([
			{
				at: expect.any(Number),
				type: 'url_verification',
				url,
				attempt: 1,
				headers: expect.any(Object),
				body: read(received[0] as Received, sandbox().app),
				rawBody: received[0]?.rawBody,
				status: 200,
			},
		]);
	});

	it('signs events over the bytes sent', async () => {
		const { url, events } = await endpoint(sandbox().app);
		await sandbox().setRequestUrls([url]);
		const account = sandbox().bindAccount({
			customFieldList: [{ key: 'k', value: 'v' }],
			usageList: [2],
		});
		await until(() => events().length === 1);
		const [{ headers, rawBody }] = events() as [Received];
		const timestamp = String(headers['x-lark-request-timestamp']);
		expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
		expect(headers['x-lark-signature']).toBe(
			createHash('sha256')
				.update(
					`${timestamp}${String(headers['x-lark-request-nonce'])}sandbox-encrypt-key${rawBody}`,
				)
				.digest('hex'),
		);
		expect(read({ headers, rawBody }, sandbox().app)).toEqual({
			schema: '2.0',
			header: {
				event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
				event_type: 'hire.eco_account.created_v1',
				create_time: expect.stringMatching(/^\d{13}$/),
				token: 'sandbox-verification-token',
				app_id: 'cli_a1b2c3d4e5f60718',
				tenant_key: 'sandbox-tenant',
			},
			event: {
				scope: 2,
				account_id: account.accountId,
				account_name: account.accountName,
				usage_list: [2],
				custom_field_list: [{ key: 'k', value: 'v' }],
			},
		});
	});

	it('sends plain text without an Encrypt Key', async () => {
		sandbox().app.encryptKey = '';
		const { url, events, received } = await endpoint(sandbox().app);
		await sandbox().setRequestUrls([url]);
		expect(JSON.parse(received[0]?.rawBody ?? '')).toMatchObject({ type: 'url_verification' });
		sandbox().bindAccount();
		await until(() => events().length === 1);
		expect(events()[0]?.headers).not.toHaveProperty('x-lark-signature');
		expect(JSON.parse(events()[0]?.rawBody ?? '')).toMatchObject({ schema: '2.0' });
	});

	it('sends each event to every request URL, and none to one that was replaced', async () => {
		const [a, b] = [await endpoint(sandbox().app), await endpoint(sandbox().app)];
		await sandbox().setRequestUrls([a.url, b.url, a.url]);
		sandbox().bindAccount();
		await until(() => a.events().length === 1 && b.events().length === 1);
		await sandbox().setRequestUrls([b.url]);
		sandbox().bindAccount();
		await until(() => b.events().length === 2);
		expect(a.events()).toHaveLength(1);
	});

	/** What people do that the app hears of. */
	const ACTS: Record<keyof typeof EVENT_SCOPES, (sandbox: Sandbox) => void> = {
		'hire.eco_account.created_v1': ({ bindAccount }) => bindAccount(),
		'hire.eco_exam.created_v1': ({ bindAccount, arrangeExam }) => {
			const { accountId, papers } = bindAccount();
			papers.push({ id: 'p', name: 'n' });
			arrangeExam({ accountId, paperId: 'p' });
		},
		'hire.application.stage_changed_v1': ({ state, moveApplication }) =>
			moveApplication(state.applications[0]?.applicationId ?? '', 'interview'),
		'hire.application.deleted_v1': ({ state, deleteApplication }) =>
			deleteApplication(state.applications[0]?.applicationId ?? ''),
		'hire.talent.deleted_v1': ({ state, deleteTalent }) =>
			deleteTalent(state.applications[0]?.talentId ?? ''),
	};

	it.each(Object.entries(EVENT_SCOPES))(
		'pushes %s to an app with any one of %j, and to no other',
		async (type, scopes: readonly string[]) => {
			const act = ACTS[type as keyof typeof ACTS];
			const { url, events } = await endpoint(sandbox().app);
			await sandbox().setRequestUrls([url]);
			const pushed = () =>
				events().filter((one) => read(one, sandbox().app).header.event_type === type);
			sandbox().app.scopes = Object.values(EVENT_SCOPES)
				.flat()
				.filter((scope) => !scopes.includes(scope));
			act(sandbox());
			for (const [index, scope] of scopes.entries()) {
				sandbox().app.scopes = [scope];
				act(sandbox());
				await until(() => pushed().length > index);
			}
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(pushed()).toHaveLength(scopes.length);
		},
	);

	it.each([
		['another status', () => ({ status: 404, body: '' }), /answered HTTP 404 instead of 200$/],
		[
			'no challenge',
			() => ({ status: 200, body: '{"msg":"success"}' }),
			/answered without the challenge$/,
		],
		['no JSON', () => ({ status: 200, body: 'ok' }), /answered without the challenge$/],
		['nothing', () => undefined, /no answer within 1 s$/],
	])('does not accept a URL that answers its check with %s', async (_name, answer, reason) => {
		const good = await endpoint(sandbox().app);
		await sandbox().setRequestUrls([good.url]);
		const bad = await receiver(answer);
		await expect(sandbox().setRequestUrls([bad.url])).rejects.toThrow(reason);
		expect(sandbox().deliveries.at(-1)?.failure).toMatch(reason);

		sandbox().bindAccount();
		await until(() => good.events().length === 1);
		expect(bad.received).toHaveLength(1);
	});

	it('says why an address can not be one', async () => {
		await expect(sandbox().setRequestUrls(['ftp://example.com'])).rejects.toThrow(
			'is no http or https address',
		);
		await expect(sandbox().setRequestUrls(['nonsense'])).rejects.toThrow(
			'is no http or https address',
		);
		const closed = await startReceiver(() => undefined);
		await closed.close();
		await expect(sandbox().setRequestUrls([closed.url])).rejects.toThrow(
			'no connection (ECONNREFUSED)',
		);
	});
});

describe('retries', () => {
	/** A clock that notes every wait and ends it at once. */
	function hastyClock() {
		const waits: number[] = [];
		return {
			waits,
			elapsed: () => 0,
			after(ms: number, task: () => void) {
				waits.push(ms);
				setImmediate(task);
			},
			stop() {},
		};
	}
	const SCHEDULE = [15_000, 300_000, 3_600_000, 21_600_000];

	it('come after 15 s, 5 min, 1 h and 6 h with the same event id, and then no more', async () => {
		const app = defaultApp();
		const clock = hastyClock();
		const deliveries: Delivery[] = [];
		const events = createEvents(app, clock, deliveries);
		const { url, events: received, close } = await startEndpoint(app, () => 500);
		await events.setRequestUrls([url]);
		events.accountCreated(new State('sandbox-tenant', true).bindAccount());
		await until(() => deliveries.length === 6);
		await new Promise((resolve) => setTimeout(resolve, 30));

		expect(clock.waits).toEqual(SCHEDULE);
		expect(deliveries.slice(1).map(({ attempt, failure }) => [attempt, failure])).toEqual(
			[1, 2, 3, 4, 5].map((attempt) => [attempt, 'answered HTTP 500 instead of 200']),
		);
		expect(new Set(received().map((one) => read(one, app).header.event_id)).size).toBe(1);
		expect(new Set(received().map(({ headers }) => headers['x-lark-request-nonce'])).size).toBe(5);
		expect(new Set(received().map(({ headers }) => headers['x-lark-signature'])).size).toBe(5);
		events.close();
		await close();
	});

	it('end once the event is received, or its URL removed', async () => {
		for (const remove of [false, true]) {
			const clock = hastyClock();
			const deliveries: Delivery[] = [];
			const app = defaultApp();
			const events = createEvents(app, clock, deliveries);
			let calls = 0;
			const { url, close } = await startEndpoint(app, () => {
				if (remove) events.removeRequestUrl(url);
				return ++calls === 2 ? 200 : 503;
			});
			await events.setRequestUrls([url]);
			events.accountCreated(new State('sandbox-tenant', true).bindAccount());
			const expected = remove ? 1 : 2;
			await until(() => deliveries.length === 1 + expected);
			await new Promise((resolve) => setTimeout(resolve, 30));
			expect(calls).toBe(expected);
			events.close();
			await close();
		}
	});
});

describe('retries on a fast clock', () => {
	const sandbox = useSandbox({ clockSpeed: 1000 });

	it('follow the clock of the sandbox, and a receiver that is silent counts as failed after 3 s, whatever memory is collected', async () => {
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		let calls = 0;
		const { url, events, close } = await startEndpoint(sandbox().app, () =>
			++calls === 1 ? undefined : 200,
		);
		await sandbox().setRequestUrls([url]);
		sandbox().bindAccount();
		for (let time = 0; time < 5; time++) {
			await sleep(100);
			collectGarbage();
		}
		await until(() => events().length === 2);
		await until(() => sandbox().deliveries.length === 3);
		const [, first, second] = sandbox().deliveries;
		expect(first).toMatchObject({ attempt: 1, failure: 'no answer within 3 s' });
		expect(first).not.toHaveProperty('status');
		expect(second).toMatchObject({ attempt: 2, status: 200, eventId: first?.eventId });
		await close();
	}, 15_000);
});

describe('closing', () => {
	it('cancels retries and pushes under way', async () => {
		const sandbox = await startSandbox({ clockSpeed: 1000 });
		let answered = 0;
		const { url, events, close } = await startEndpoint(sandbox.app, () =>
			++answered === 1 ? 500 : undefined,
		);
		await sandbox.setRequestUrls([url]);
		sandbox.bindAccount();
		await until(() => events().length === 2);
		const before = sandbox.deliveries.length;
		await sandbox.close();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(events()).toHaveLength(2);
		expect(sandbox.deliveries).toHaveLength(before);
		await close();
	});
});
