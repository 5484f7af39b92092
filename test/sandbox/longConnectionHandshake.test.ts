import {
	discover,
	RECONNECT_AT_ONCE,
	shakeHands,
	useLongConnectionClients,
} from '../support/longConnection';
import { useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const clock = new TestClock();
const sandbox = useSandbox({ clock });
const { startSdk, connectSdk, connectPlain } = useLongConnectionClients(sandbox);

const urlOf = async () => (await discover(sandbox())).body.data.URL;

const connected = () => sandbox().longConnection.clients.length;

describe('discovery', () => {
	it('gives a URL with a ticket, and the settings of clients', async () => {
		const { status, body } = await discover(sandbox());
		expect([status, body]).toEqual([
			200,
			{
				code: 0,
				msg: 'ok',
				data: {
					URL: expect.any(String),
					ClientConfig: {
						ReconnectCount: -1,
						ReconnectInterval: 120,
						ReconnectNonce: 30,
						PingInterval: 120,
					},
				},
			},
		]);
		const { protocol, host, pathname, searchParams } = new URL(body.data.URL);
		expect([protocol, host, pathname]).toEqual(['ws:', new URL(sandbox().url).host, '/ws/v2']);
		expect(Object.fromEntries(searchParams)).toEqual({
			fpid: '493',
			device_id: expect.stringMatching(/^\d{19}$/),
			access_key: expect.any(String),
			ticket: expect.any(String),
			service_id: '33554678',
		});
	});

	it.each([
		['without a secret', { AppID: 'cli_a1b2c3d4e5f60718' }, 1000040344],
		['with names of another endpoint', { app_id: 'x', app_secret: 'x' }, 1000040344],
		['that is not JSON', 'AppID=x', 1000040344],
		['that is JSON null', 'null', 1000040344],
		['with a wrong secret', { AppID: 'cli_a1b2c3d4e5f60718', AppSecret: 'x' }, 1000040345],
		['with an unknown app', { AppID: 'x', AppSecret: 'sandbox-app-secret' }, 1000040345],
	])('refuses a body %s', async (_name, credential, code) => {
		expect(await discover(sandbox(), credential)).toEqual({
			status: 200,
			body: {
				code,
				msg: expect.any(String),
				data: { URL: '' },
				error: { id: expect.any(String), localizedMessage: expect.any(Object) },
			},
		});
	});

	it('refuses store apps', async () => {
		sandbox().app.appType = 'store';
		expect((await discover(sandbox())).body).toMatchObject({ code: 403, data: { URL: '' } });
	});

	it('tells the SDK to give up on a wrong secret', async () => {
		const { errors } = startSdk(undefined, { appSecret: 'wrong' });
		await until(() => errors.length === 1);
		expect(errors[0]).toContain('code=1000040345');
		expect(connected()).toBe(0);
	});

	it('keeps a record of all attempts', async () => {
		await discover(sandbox(), {});
		await connectPlain();
		expect(sandbox().longConnection.attempts).toEqual([
			{ at: clock.now(), step: 'discovery', code: 1000040344 },
			{ at: clock.now(), step: 'discovery', code: 0 },
			{ at: clock.now(), step: 'handshake', code: 0 },
		]);
	});
});

describe('the handshake', () => {
	const authFailed = {
		status: 200,
		'handshake-status': '514',
		'handshake-msg': 'auth failed',
		'handshake-autherrcode': '1000040344',
	};

	it('takes a ticket once', async () => {
		const url = await urlOf();
		const { socket, refusal } = await shakeHands(url);
		expect(refusal).toBeUndefined();
		expect((await shakeHands(url)).refusal).toMatchObject(authFailed);
		socket.terminate();
		await until(() => connected() === 0);
		expect((await shakeHands(url)).refusal).toMatchObject(authFailed);
	});

	it.each(['ticket', 'device_id', 'access_key'])('refuses another %s', async (name) => {
		const url = new URL(await urlOf());
		url.searchParams.set(name, 'other');
		expect((await shakeHands(url.href)).refusal).toMatchObject(authFailed);
	});

	it('is offered at one path only', async () => {
		const { host } = new URL(sandbox().url);
		expect((await shakeHands(`ws://${host}/elsewhere`)).refusal).toMatchObject({ status: 404 });
	});
});

describe('the connection limit', () => {
	it('counts connected clients, in discovery and in the handshake', async () => {
		sandbox().longConnection.settings.connectionLimit = 2;
		const early = await urlOf();
		const first = await connectPlain();
		await connectPlain();
		expect((await discover(sandbox())).body).toMatchObject({
			code: 1000040350,
			data: { URL: '' },
		});
		expect((await shakeHands(early)).refusal).toMatchObject({
			'handshake-status': '514',
			'handshake-autherrcode': '1000040350',
		});
		const { errors } = startSdk();
		await until(() => errors.length === 1);
		expect(errors[0]).toContain('code=1000040350');

		first.close();
		await until(() => connected() === 1);
		await connectPlain();
		expect(connected()).toBe(2);
	});

	it('is 50', async () => {
		await Promise.all(Array.from({ length: 50 }, () => connectPlain()));
		expect(connected()).toBe(50);
		expect((await discover(sandbox())).body.code).toBe(1000040350);
	});
});

describe('faults of connecting', () => {
	const faults = () => sandbox().longConnection.faults;
	const steps = () => sandbox().longConnection.attempts.map(({ step, code }) => [step, code]);

	beforeEach(() => {
		sandbox().longConnection.settings.clientConfig = { ...RECONNECT_AT_ONCE };
	});

	it('discovery is down', async () => {
		faults().add({ kind: 'discoveryDown' });
		const down = await fetch(`${sandbox().url}/callback/ws/endpoint`, { method: 'POST' });
		expect([down.status, await down.text()]).toEqual([503, '']);
		faults().add({ kind: 'discoveryDown', status: 502 });
		const broken = await fetch(`${sandbox().url}/callback/ws/endpoint`, { method: 'POST' });
		expect(broken.status).toBe(502);
		expect(steps()).toEqual([
			['discovery', 503],
			['discovery', 502],
		]);
		await connectPlain();
	});

	it('discovery does not answer', async () => {
		faults().add({ kind: 'discoveryHangs' });
		const abort = new AbortController();
		const call = fetch(`${sandbox().url}/callback/ws/endpoint`, {
			method: 'POST',
			signal: abort.signal,
		});
		await until(() => sandbox().longConnection.attempts.length === 1);
		expect(steps()).toEqual([['discovery', undefined]]);
		await connectPlain();
		abort.abort();
		await expect(call).rejects.toThrow();
	});

	it('discovery answers with a code', async () => {
		faults().add({ kind: 'discoveryRefused', times: 2 });
		faults().add({ kind: 'discoveryRefused', code: 1000040351 });
		expect((await discover(sandbox())).body.code).toBe(1000040343);
		expect((await discover(sandbox())).body.code).toBe(1000040343);
		expect((await discover(sandbox())).body.code).toBe(1000040351);
		expect((await discover(sandbox())).body.code).toBe(0);
	});

	it('the handshake is refused', async () => {
		faults().add({ kind: 'handshakeRefused' });
		const { refusal } = await shakeHands(await urlOf());
		expect(refusal).toMatchObject({ status: 200, 'handshake-status': '403' });
		expect(refusal).not.toHaveProperty('handshake-autherrcode');
		faults().add({ kind: 'handshakeRefused', status: 514, code: 1000040350 });
		expect((await shakeHands(await urlOf())).refusal).toMatchObject({
			'handshake-status': '514',
			'handshake-autherrcode': '1000040350',
		});
		await connectPlain();
	});

	it('the handshake is not answered, and the SDK tries again', async () => {
		faults().add({ kind: 'handshakeHangs' });
		await connectSdk(undefined, { handshakeTimeoutMs: 20 });
		expect(steps().slice(0, 3)).toEqual([
			['discovery', 0],
			['handshake', undefined],
			['discovery', 0],
		]);
	});

	it('end when they are cleared', async () => {
		faults().add({ kind: 'discoveryDown', times: Infinity });
		faults().add({ kind: 'handshakeRefused', times: 3 });
		faults().clear();
		await connectPlain();
	});
});
