import {
	APP,
	KEY,
	TOKEN,
	credentials,
	encrypt,
	event,
	now,
	oldEvent,
	seal,
	sign,
} from '../support/feishuDelivery';
import { testClock } from '../support/testClock';
import { startWebhookHost, type WebhookHost } from '../support/webhookHost';

const BOTH = { events: ['examCreated', 'accountBound'], simplify: true };
const MEGABYTE = 1024 * 1024;

let host: WebhookHost;
let plainHost: WebhookHost;

beforeAll(async () => {
	host = await startWebhookHost(credentials, BOTH);
	plainHost = await startWebhookHost({ ...credentials, encryptKey: '' }, BOTH);
});

afterAll(async () => {
	await host.close();
	await plainHost.close();
});

async function post(body: string, headers: Record<string, string> = {}, to = host) {
	const response = await fetch(to.url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body,
	});
	const text = await response.text();
	const started = to.started.splice(0);
	return { status: response.status, text, started };
}

const signedPost = async (body: string) => await post(body, sign(body));
const plainPost = async (body: unknown) => await post(JSON.stringify(body), {}, plainHost);

/** Objects in objects in objects. */
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

let sealed: string;
beforeEach(() => {
	sealed = seal(event());
});

describe('a genuine delivery', () => {
	it('is accepted with its signature in either case', async () => {
		expect((await post(sealed, sign(sealed))).started).toHaveLength(1);
		const other = seal(event());
		const signed = sign(other);
		const upper = {
			...signed,
			'x-lark-signature': signed['x-lark-signature']?.toUpperCase() ?? '',
		};
		expect((await post(other, upper)).started).toHaveLength(1);
		expect((await plainPost(event())).started).toHaveLength(1);
	});

	it('is accepted in the older envelope too, with the same header', async () => {
		const header = {
			event_id: 'u1',
			event_type: 'hire.eco_exam.created_v1',
			create_time: '1608725989000',
			app_id: APP,
			tenant_key: 'k',
		};
		const { status, started } = await signedPost(seal(oldEvent({ uuid: 'u1' })));
		expect(status).toBe(200);
		expect(started).toMatchObject([{ exam_id: '7178536692385679677', header }]);
		expect(JSON.stringify(started)).not.toContain(TOKEN);
		const plain = await plainPost(oldEvent({ uuid: 'u2' }));
		expect(plain.started).toMatchObject([{ header: { ...header, event_id: 'u2' } }]);
	});
});

describe('a forged, stale or malformed delivery is refused without detail, and starts nothing', () => {
	const withBadPadding = () => {
		const text = JSON.stringify(event());
		return encrypt(text.padEnd(Math.ceil(text.length / 16) * 16), { autoPadding: false });
	};

	it.each<[string, number, () => ReturnType<typeof post>]>([
		['no headers', 401, async () => await post(sealed)],
		[
			'a signature with another key',
			401,
			async () => await post(sealed, sign(sealed, now(), 'other')),
		],
		[
			'a signature of nothing',
			401,
			async () => await post(sealed, { ...sign(sealed), 'x-lark-signature': ' ' }),
		],
		['a changed body', 401, async () => await post(seal(event({ tenant_key: 'x' })), sign(sealed))],
		[
			'a body that was serialised again',
			401,
			async () => await post(JSON.stringify(JSON.parse(sealed), null, 1), sign(sealed)),
		],
		[
			'a copied body with another signature',
			401,
			async () => await post(sealed, sign(seal(event()))),
		],
		[
			'another time beside the signature',
			401,
			async () => await post(sealed, { ...sign(sealed), 'x-lark-request-timestamp': '1' }),
		],
		[
			'a stale delivery',
			401,
			async () => await post(sealed, sign(sealed, String(Number(now()) - 301))),
		],
		[
			'a delivery from the future',
			401,
			async () => await post(sealed, sign(sealed, String(Number(now()) + 400))),
		],
		['a time that is no number', 401, async () => await post(sealed, sign(sealed, 'NaN'))],
		['an event that was not encrypted', 401, async () => await signedPost(JSON.stringify(event()))],
		[
			'the right token without encryption and signature',
			401,
			async () => await post(JSON.stringify(event())),
		],
		[
			'an event encrypted with another key',
			401,
			async () => await signedPost(seal(event(), 'other')),
		],
		[
			'a truncated ciphertext',
			401,
			async () => await signedPost(JSON.stringify({ encrypt: encrypt('{}').slice(0, 40) })),
		],
		[
			'a ciphertext of the IV alone',
			401,
			async () => await signedPost(JSON.stringify({ encrypt: encrypt('').slice(0, 24) })),
		],
		[
			'an oversized ciphertext',
			413,
			async () => await signedPost(seal({ ...event(), more: 'x'.repeat(MEGABYTE) })),
		],
		[
			'bad padding',
			401,
			async () => await signedPost(JSON.stringify({ encrypt: withBadPadding() })),
		],
		['an empty ciphertext', 401, async () => await signedPost('{"encrypt":""}')],
		[
			'a ciphertext that is no text',
			401,
			async () => await signedPost('{"encrypt":{"length":99}}'),
		],
		[
			'encrypted text that is no JSON',
			401,
			async () => await signedPost(JSON.stringify({ encrypt: encrypt('hello') })),
		],
		['a wrong token', 401, async () => await signedPost(seal(event({ token: 'other' })))],
		['no token', 401, async () => await signedPost(seal(event({ token: undefined })))],
		['a token that is no text', 401, async () => await signedPost(seal(event({ token: [TOKEN] })))],
		['another app', 403, async () => await signedPost(seal(event({ app_id: 'cli_other' })))],
		['no app', 403, async () => await signedPost(seal(event({ app_id: undefined })))],
		[
			'an app among prototype keys',
			403,
			async () =>
				await signedPost(
					JSON.stringify({
						encrypt: encrypt(
							`{"header":{"token":"${TOKEN}","__proto__":{"app_id":"${APP}","event_id":"e"}},"event":{}}`,
						),
					}),
				),
		],
		['not JSON', 400, async () => await signedPost('hello')],
		['nothing', 400, async () => await signedPost('')],
		['a list', 400, async () => await signedPost('[]')],
		[
			'a body of 10 MB',
			413,
			async () => await signedPost(JSON.stringify({ encrypt: 'x'.repeat(10 * MEGABYTE) })),
		],
		[
			'an event without its content',
			400,
			async () => await signedPost(seal({ ...event(), event: 'x' })),
		],
		['an event without an ID', 400, async () => await signedPost(seal(event({ event_id: '' })))],
		[
			'a deeply nested event',
			400,
			async () =>
				await signedPost(
					JSON.stringify({
						encrypt: encrypt(
							JSON.stringify(event({}, {})).replace('"event":{}', `"event":${nested(20_000)}`),
						),
					}),
				),
		],
		['deep nesting around it', 401, async () => await signedPost(nested(100_000))],
		[
			'a form',
			400,
			async () => await post('encrypt=x', { 'content-type': 'application/x-www-form-urlencoded' }),
		],
		['a plain event with a wrong token', 401, async () => await plainPost(event({ token: 'x' }))],
		[
			'an encrypted event without a key to open it',
			401,
			async () => await post(sealed, sign(sealed), plainHost),
		],
		[
			'the older envelope with a wrong token',
			401,
			async () => await signedPost(seal(oldEvent({ token: 'x' }))),
		],
		[
			'the older envelope for another app',
			403,
			async () => await signedPost(seal(oldEvent({}, { app_id: 'cli_other' }))),
		],
		[
			'the older envelope without an ID',
			400,
			async () => await signedPost(seal(oldEvent({ uuid: undefined }))),
		],
		[
			'the older envelope in plain with a wrong token',
			401,
			async () => await plainPost(oldEvent({ token: 'x' })),
		],
	])('%s', async (_, status, attack) => {
		expect(await attack()).toEqual({ status, text: '', started: [] });
	});

	it('a replay of a captured delivery after the freshness window', async () => {
		const signed = sign(sealed);
		expect(await post(sealed, signed)).toMatchObject({ status: 200, started: [{}] });
		await testClock.advance(301_000);
		expect(await post(sealed, signed)).toEqual({ status: 401, text: '', started: [] });
	});

	it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
		'an event type "%s" matches none that is selected',
		async (event_type) => {
			const { status, started } = await signedPost(seal(event({ event_type })));
			expect({ status, started }).toEqual({ status: event_type ? 200 : 400, started: [] });
		},
	);

	it('prototype keys in an event stay data', async () => {
		const content =
			'{"exam_id":"1","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
		const text = JSON.stringify(event({}, {})).replace('"event":{}', `"event":${content}`);
		const { started } = await signedPost(JSON.stringify({ encrypt: encrypt(text) }));
		expect(started).toMatchObject([{ exam_id: '1', header: { app_id: APP } }]);
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});
});

describe('when the keys in the credential change', () => {
	it('accepts the new ones at once, and stops accepting the old ones after a minute', async () => {
		const changing = { ...credentials };
		const changed = await startWebhookHost(changing, BOTH);
		const send = async (key: string) => {
			const body = seal(event(), key);
			return (await post(body, sign(body, now(), key), changed)).status;
		};
		expect(await send(KEY)).toBe(200);
		changing.encryptKey = 'another key';
		expect(await send('another key')).toBe(200);
		expect(await send(KEY)).toBe(401);
		changing.encryptKey = KEY;
		expect(await send('another key')).toBe(200);
		await testClock.advance(61_000);
		expect(await send('another key')).toBe(401);
		await changed.close();
	});
});

describe('the URL check', () => {
	const check = (token: string) => ({ challenge: 'c-1', token, type: 'url_verification' });

	it('is answered without a signature when key and token match', async () => {
		const answered = { status: 200, text: '{"challenge":"c-1"}', started: [] };
		expect(await post(seal(check(TOKEN)))).toEqual(answered);
		expect(await plainPost(check(TOKEN))).toEqual(answered);
	});

	it.each<[string, () => ReturnType<typeof post>]>([
		['a wrong token', async () => await post(seal(check('other')))],
		['a wrong key', async () => await post(seal(check(TOKEN), 'other'))],
		['no encryption', async () => await post(JSON.stringify(check(TOKEN)))],
		['a wrong token in plain', async () => await plainPost(check('x'))],
		[
			'a wrong signature',
			async () => await post(seal(check(TOKEN)), sign('another body', now(), KEY)),
		],
	])('is refused with %s', async (_, attack) => {
		expect(await attack()).toEqual({ status: 401, text: '', started: [] });
	});
});
