import { createCipheriv, createHash, randomBytes } from 'crypto';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../../sandbox';
import { sandboxCredentials } from '../support/engine';
import { until } from '../support/until';
import { activate, startWebhookHost, type WebhookHost } from '../support/webhookHost';

const BOTH = { events: ['examCreated', 'accountBound'], simplify: true };

describe('the trigger and the platform', () => {
	let sandbox: Sandbox;
	let host: WebhookHost;

	const start = async (app: Partial<Sandbox['app']>, parameters: INodeParameters = BOTH) => {
		sandbox = await startSandbox({ app });
		host = await startWebhookHost(sandboxCredentials(sandbox), parameters);
		await sandbox.setRequestUrls([host.url]);
	};
	afterEach(async () => {
		await host.close();
		await sandbox.close();
	});

	const deliveriesOf = async (count: number) => {
		await until(() => sandbox.deliveries.length >= count);
		return sandbox.deliveries.slice(0, count);
	};

	it.each([
		['signed and encrypted', {}],
		['encrypted, with no Verification Token in the credential', { verificationToken: '' }],
		['plain, with a token', { encryptKey: '' }],
	])('%s: passes the URL check, and starts on both events', async (_, app) => {
		await start(app);
		const account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		const exam = sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
		const deliveries = await deliveriesOf(3);

		expect(deliveries.map(({ status }) => status)).toEqual([200, 200, 200]);
		const [bound, created] = host.started;
		expect(bound).toMatchObject({
			account_id: account.accountId,
			scope: 2,
			header: { event_type: 'hire.eco_account.created_v1', app_id: sandbox.app.appId },
		});
		expect(created).toMatchObject({
			exam_id: exam.examId,
			paper_id: 'p1',
			candidate_info: { name: '张三', mobile: { code: '86' } },
			header: { event_type: 'hire.eco_exam.created_v1', tenant_key: 'sandbox-tenant' },
		});
		expect((created?.header as IDataObject).event_id).toBeTruthy();
	});

	it('keeps header and event apart when it is not simplified, and never shows the token', async () => {
		await start({}, { events: ['accountBound'], simplify: false });
		const account = sandbox.bindAccount();
		await deliveriesOf(2);
		expect(host.started).toMatchObject([
			{ event: { account_id: account.accountId }, header: { event_type: 'hire.eco_account.created_v1' } },
		]);
		expect(JSON.stringify(host.started)).not.toContain(sandbox.app.verificationToken);
	});

	it('answers 200 to what it is not set to, and to background-check accounts, and starts nothing', async () => {
		await start({}, { events: ['accountBound'], simplify: true });
		const account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
		sandbox.bindAccount({ scope: 1 });
		const deliveries = await deliveriesOf(4);
		expect(deliveries.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		expect(host.started).toHaveLength(1);
	});
});

describe('activation', () => {
	const credentials = { platform: 'feishu', appId: 'cli_1', appSecret: 's' };

	it('needs an Encrypt Key or a Verification Token, and says where they are', async () => {
		await expect(activate(credentials)).rejects.toMatchObject({
			message: 'The credential has neither an Encrypt Key nor a Verification Token',
			description: expect.stringContaining("'Encryption Strategy'"),
		});
		await expect(activate({ ...credentials, encryptKey: 'k' })).resolves.toBe(true);
		await expect(activate({ ...credentials, verificationToken: 't' })).resolves.toBe(true);
	});
});

describe('what is not from Feishu starts nothing', () => {
	const KEY = 'sandbox-encrypt-key';
	const TOKEN = 'sandbox-verification-token';
	const APP = 'cli_a1b2c3d4e5f60718';
	const credentials = {
		platform: 'feishu',
		appId: APP,
		appSecret: 's',
		encryptKey: KEY,
		verificationToken: TOKEN,
	};

	/** Written here once more, after the contract, so that the node is not its own witness. */
	const encrypt = (plain: unknown, key = KEY) => {
		const iv = randomBytes(16);
		const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
		const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
		return Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64');
	};
	const event = (header: object = {}) => ({
		schema: '2.0',
		header: {
			event_id: 'e1',
			event_type: 'hire.eco_exam.created_v1',
			create_time: '1608725989000',
			token: TOKEN,
			app_id: APP,
			tenant_key: 'k',
			...header,
		},
		event: { exam_id: '7178536692385679677' },
	});
	const now = () => String(Math.floor(Date.now() / 1000));
	const sign = (body: string, timestamp = now(), key = KEY) => ({
		'x-lark-request-timestamp': timestamp,
		'x-lark-request-nonce': 'n1',
		'x-lark-signature': createHash('sha256').update(`${timestamp}n1${key}${body}`).digest('hex'),
	});

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

	const post = async (body: string, headers: Record<string, string> = {}, to = host) => {
		const response = await fetch(to.url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
		});
		const text = await response.text();
		const started = to.started.splice(0);
		return { status: response.status, text, started };
	};

	const sealed = JSON.stringify({ encrypt: encrypt(event()) });

	it('takes what is right, with the signature in either case', async () => {
		const signed = sign(sealed);
		expect((await post(sealed, signed)).started).toHaveLength(1);
		const upper = { ...signed, 'x-lark-signature': signed['x-lark-signature'].toUpperCase() };
		expect((await post(sealed, upper)).started).toHaveLength(1);
		expect((await post(JSON.stringify(event()), {}, plainHost)).started).toHaveLength(1);
	});

	const seal = (plain: unknown, key = KEY) => JSON.stringify({ encrypt: encrypt(plain, key) });
	const signedPost = async (body: string) => await post(body, sign(body));

	it.each<[string, number, () => ReturnType<typeof post>]>([
		['no signature', 401, async () => await post(sealed)],
		['a signature with another key', 401, async () => await post(sealed, sign(sealed, now(), 'other'))],
		['a changed body', 401, async () => await post(`${sealed} `, sign(sealed))],
		['a stale delivery', 401, async () => await post(sealed, sign(sealed, String(Number(now()) - 301)))],
		['a delivery from the future', 401, async () => await post(sealed, sign(sealed, String(Number(now()) + 400)))],
		['a time that is no number', 401, async () => await post(sealed, sign(sealed, 'NaN'))],
		['an event that was not encrypted', 401, async () => await signedPost(JSON.stringify(event()))],
		['an event encrypted with another key', 401, async () => await signedPost(seal(event(), 'other'))],
		['a cut ciphertext', 401, async () => await signedPost(JSON.stringify({ encrypt: encrypt(event()).slice(0, 40) }))],
		['an empty ciphertext', 401, async () => await signedPost('{"encrypt":""}')],
		['a wrong token', 401, async () => await signedPost(seal(event({ token: 'other' })))],
		['no token', 401, async () => await signedPost(seal(event({ token: undefined })))],
		['another app', 403, async () => await signedPost(seal(event({ app_id: 'cli_other' })))],
		['not JSON', 400, async () => await signedPost('hello')],
		['a list', 400, async () => await signedPost('[]')],
		['a body of 10 MB', 413, async () => await signedPost(JSON.stringify({ encrypt: 'x'.repeat(10_000_000) }))],
		['an event without its content', 400, async () => await signedPost(seal({ ...event(), event: 'x' }))],
		['a plain event with a wrong token', 401, async () => await post(JSON.stringify(event({ token: 'x' })), {}, plainHost)],
		['an encrypted event without a key to open it', 401, async () => await post(sealed, sign(sealed), plainHost)],
	])('%s', async (_, status, attack) => {
		expect(await attack()).toEqual({ status, text: '', started: [] });
	});

	describe('the URL check', () => {
		const check = (token: string) => ({ challenge: 'c-1', token, type: 'url_verification' });

		it('is answered without a signature, once key and token are right', async () => {
			expect(await post(seal(check(TOKEN)))).toMatchObject({ status: 200, text: '{"challenge":"c-1"}' });
			expect(await post(JSON.stringify(check(TOKEN)), {}, plainHost)).toMatchObject({
				status: 200,
				text: '{"challenge":"c-1"}',
			});
		});

		it.each<[string, () => ReturnType<typeof post>]>([
			['a wrong token', async () => await post(seal(check('other')))],
			['a wrong key', async () => await post(seal(check(TOKEN), 'other'))],
			['no encryption', async () => await post(JSON.stringify(check(TOKEN)))],
			['a wrong token in plain', async () => await post(JSON.stringify(check('x')), {}, plainHost)],
		])('is refused with %s', async (_, attack) => {
			expect(await attack()).toEqual({ status: 401, text: '', started: [] });
		});
	});
});
