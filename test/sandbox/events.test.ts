import { createDecipheriv, createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { startSandbox, type Sandbox } from '../../sandbox';
import type { SandboxApp } from '../../sandbox/app';
import { EVENT_SCOPES } from '../../sandbox/events/catalogue';
import { type Received, startReceiver, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
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
	const clock = new TestClock();
	const sandbox = useSandbox({ clock });
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
		await sandbox().setRequestUrl(url);
		expect(received).toHaveLength(1);
		expect(Object.keys(JSON.parse(received[0]?.rawBody ?? '') as object)).toEqual(['encrypt']);
		expect(received[0]?.headers).not.toHaveProperty('x-lark-signature');
		expect(read(received[0] as Received, sandbox().app)).toEqual({
			challenge: expect.any(String),
			token: 'sandbox-verification-token',
			type: 'url_verification',
		});
		expect(sandbox().deliveries).toEqual([
			{
				at: clock.now(),
				eventId: expect.any(String),
				name: 'urlCheck',
				type: 'url_verification',
				url,
				attempt: 1,
				headers: expect.any(Object),
				body: read(received[0] as Received, sandbox().app),
				rawBody: received[0]?.rawBody,
				durationMs: expect.any(Number),
				status: 200,
			},
		]);
	});

	it('signs the bytes sent', async () => {
		const { url, events } = await endpoint(sandbox().app);
		await sandbox().setRequestUrl(url);
		const account = sandbox().bindAccount({
			customFieldList: [{ key: 'k', value: 'v' }],
			usageList: [2],
		});
		await until(() => events().length === 1);
		const [{ headers, rawBody }] = events() as [Received];
		const timestamp = String(headers['x-lark-request-timestamp']);
		expect(timestamp).toBe(String(Math.floor(clock.now() / 1000)));
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
				create_time: String(clock.now()),
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
		await sandbox().setRequestUrl(url);
		expect(JSON.parse(received[0]?.rawBody ?? '')).toMatchObject({ type: 'url_verification' });
		sandbox().bindAccount();
		await until(() => events().length === 1);
		expect(events()[0]?.headers).not.toHaveProperty('x-lark-signature');
		expect(JSON.parse(events()[0]?.rawBody ?? '')).toMatchObject({ schema: '2.0' });
	});

	it('sends all events to one request URL: a second one replaces the first', async () => {
		const [a, b] = [await endpoint(sandbox().app), await endpoint(sandbox().app)];
		await sandbox().setRequestUrl(a.url);
		sandbox().bindAccount();
		await until(() => a.events().length === 1);
		await sandbox().setRequestUrl(b.url);
		sandbox().bindAccount();
		await until(() => b.events().length === 1);
		expect(a.events()).toHaveLength(1);
	});

	it('keeps the request URL when another one does not pass the check', async () => {
		const { url, events } = await endpoint(sandbox().app);
		await sandbox().setRequestUrl(url);
		await expect(sandbox().setRequestUrl('http://127.0.0.1:1')).rejects.toThrow();
		sandbox().bindAccount();
		await until(() => events().length === 1);
	});

	/** What people do that the app is notified of. */
	const ACTIONS: Record<keyof typeof EVENT_SCOPES, (sandbox: Sandbox) => void> = {
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
			const act = ACTIONS[type as keyof typeof ACTIONS];
			const { url, events } = await endpoint(sandbox().app);
			await sandbox().setRequestUrl(url);
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
			// What was pushed without a scope would have arrived before.
			const { length } = sandbox().deliveries;
			await sandbox().setRequestUrl(url);
			await until(() => sandbox().deliveries.length > length);
			expect(pushed()).toHaveLength(scopes.length);
		},
	);

	it.each([
		[
			'another status',
			() => ({ status: 404, body: '' }),
			{ code: 'unexpectedStatus', params: { status: 404 } },
			/responded with HTTP 404 instead of 200$/,
		],
		[
			'no challenge',
			() => ({ status: 200, body: '{"msg":"success"}' }),
			{ code: 'challengeMismatch', params: {} },
			/responded without the challenge$/,
		],
		[
			'text that is not JSON',
			() => ({ status: 200, body: 'ok' }),
			{ code: 'challengeMismatch', params: {} },
			/responded without the challenge$/,
		],
		[
			'nothing',
			() => undefined,
			{ code: 'timeout', params: { seconds: 1 } },
			/no response within 1 s$/,
		],
	])(
		'does not accept a URL that answers its check with %s',
		async (name, answer, failure, reason) => {
			const good = await endpoint(sandbox().app);
			await sandbox().setRequestUrl(good.url);
			const bad = await receiver(answer);
			const refused = expect(sandbox().setRequestUrl(bad.url)).rejects.toThrow(reason);
			await until(() => bad.received.length === 1);
			if (name === 'nothing') await clock.advance(1_000);
			await refused;
			expect(sandbox().deliveries.at(-1)?.failure).toEqual(failure);

			sandbox().bindAccount();
			await until(() => good.events().length === 1);
			expect(bad.received).toHaveLength(1);
		},
	);

	it('tells why a URL is not accepted', async () => {
		await expect(sandbox().setRequestUrl('ftp://example.com')).rejects.toThrow(
			'is not an http or https URL',
		);
		await expect(sandbox().setRequestUrl('nonsense')).rejects.toThrow(
			'is not an http or https URL',
		);
		const closed = await startReceiver(() => undefined);
		await closed.close();
		await expect(sandbox().setRequestUrl(closed.url)).rejects.toThrow(
			'connection failed (ECONNREFUSED)',
		);
	});
});

describe('retries', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock });
	const SCHEDULE = [15_000, 300_000, 3_600_000, 21_600_000];

	/** Binds an account with an endpoint in place; resolves after the first push. */
	async function pushTo(url: string) {
		await sandbox().setRequestUrl(url);
		sandbox().bindAccount();
		await until(() => sandbox().deliveries.length === 2);
	}

	it('come after 15 s, 5 min, 1 h and 6 h with the same event id, and then no more', async () => {
		const { app, deliveries } = sandbox();
		const { url, events: received, close } = await startEndpoint(app, () => 500);
		await pushTo(url);
		for (const [index, delay] of SCHEDULE.entries()) {
			await clock.advance(delay - 1);
			expect(received()).toHaveLength(index + 1);
			await clock.advance(1);
			await until(() => deliveries.length === index + 3);
		}
		expect(clock.waiting).toBe(0);

		expect(deliveries.slice(1).map(({ attempt, failure }) => [attempt, failure])).toEqual(
			[1, 2, 3, 4, 5].map((attempt) => [
				attempt,
				{ code: 'unexpectedStatus', params: { status: 500 } },
			]),
		);
		expect(new Set(deliveries.map(({ name }) => name))).toEqual(
			new Set(['urlCheck', 'accountBound']),
		);
		expect(new Set(received().map((one) => read(one, app).header.event_id)).size).toBe(1);
		expect(new Set(received().map(({ headers }) => headers['x-lark-request-nonce'])).size).toBe(5);
		expect(new Set(received().map(({ headers }) => headers['x-lark-signature'])).size).toBe(5);
		await close();
	});

	it.each([
		['the event is received', false, 2],
		['its URL is removed', true, 1],
	])('end once %s', async (_name, isRemoved, pushes) => {
		const { app, deliveries } = sandbox();
		let calls = 0;
		const { url, close } = await startEndpoint(app, () => (++calls === 2 ? 200 : 503));
		await pushTo(url);
		if (isRemoved) sandbox().removeRequestUrl();
		await clock.advance(15_000);
		await until(() => deliveries.length === 1 + pushes);
		expect([calls, clock.waiting]).toEqual([pushes, 0]);
		await close();
	});

	it('come when the receiver does not respond within 3 s, whatever memory is collected', async () => {
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		const { app, deliveries } = sandbox();
		let calls = 0;
		const { url, events, close } = await startEndpoint(app, () =>
			++calls === 1 ? undefined : 200,
		);
		await sandbox().setRequestUrl(url);
		sandbox().bindAccount();
		await until(() => events().length === 1);
		for (const ms of [1_000, 1_000, 999]) {
			await clock.advance(ms);
			collectGarbage();
		}
		expect(deliveries).toHaveLength(1);
		await clock.advance(1);
		await until(() => deliveries.length === 2);
		await clock.advance(15_000);
		await until(() => deliveries.length === 3);
		const [, first, second] = deliveries;
		expect(first).toMatchObject({
			attempt: 1,
			failure: { code: 'timeout', params: { seconds: 3 } },
		});
		expect(first).not.toHaveProperty('status');
		expect(second).toMatchObject({ attempt: 2, status: 200, eventId: first?.eventId });
		await close();
	});
});

describe('a fast clock', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock, clockSpeed: 60 });

	it('speeds retries up, but no deadline and no timestamp', async () => {
		const { app, deliveries } = sandbox();
		const { url, events, close } = await startEndpoint(app, () => undefined);
		await sandbox().setRequestUrl(url);
		sandbox().bindAccount();
		await until(() => events().length === 1);
		const start = clock.now();
		await clock.advance(3_000);
		await until(() => deliveries.length === 2);
		// 15 s are 250 ms here.
		await clock.advance(249);
		expect(events()).toHaveLength(1);
		await clock.advance(1);
		await until(() => events().length === 2);
		expect(events()[1]?.headers['x-lark-request-timestamp']).toBe(
			String(Math.floor((start + 3_250) / 1000)),
		);
		await close();
	});
});

describe('closing', () => {
	it('cancels retries and pushes in flight', async () => {
		const clock = new TestClock();
		const sandbox = await startSandbox({ clock });
		let answered = 0;
		const { url, events, close } = await startEndpoint(sandbox.app, () =>
			++answered === 1 ? 500 : undefined,
		);
		await sandbox.setRequestUrl(url);
		sandbox.bindAccount();
		await until(() => sandbox.deliveries.length === 2);
		sandbox.bindAccount();
		await until(() => events().length === 2);
		await sandbox.close();
		await until(() => clock.waiting === 0);
		expect(events()).toHaveLength(2);
		expect(sandbox.deliveries).toHaveLength(2);
		await close();
	});
});
