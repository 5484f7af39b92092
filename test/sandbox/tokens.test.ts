import { defaultApp, type SandboxApp } from '../../sandbox/app';
import { FastClock } from '../../sandbox/clock';
import { Tokens } from '../../sandbox/openApi/tokens';
import { requestToken, callHire, post, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';

describe('tokens', () => {
	const MINUTE = 60_000;
	const clock = new TestClock();
	const tokensOf = (app: SandboxApp, kind: 't' | 'a') =>
		new Tokens(app, new FastClock(clock, 1), kind);

	it('issues the same token while 30 minutes remain, then a new one while the former lives on', async () => {
		await clock.advance(1_000);
		const tokens = tokensOf(defaultApp(), 't');
		const first = tokens.issue('a');
		expect(first).toEqual({ token: expect.stringMatching(/^t-/), expire: 7200 });

		await clock.advance(90 * MINUTE);
		expect(tokens.issue('a')).toEqual({ token: first.token, expire: 1800 });

		await clock.advance(1);
		const second = tokens.issue('a');
		expect(second.token).not.toBe(first.token);
		expect(second.expire).toBe(7200);
		expect([tokens.ownerOf(first.token), tokens.ownerOf(second.token)]).toEqual(['a', 'a']);

		await clock.advance(30 * MINUTE);
		expect([tokens.ownerOf(first.token), tokens.ownerOf(second.token)]).toEqual([undefined, 'a']);
	});

	it('issues each owner a token of its own, of its kind', () => {
		const tokens = tokensOf(defaultApp(), 'a');
		const [a, b] = [tokens.issue('a').token, tokens.issue('b').token];
		expect([a, b]).toEqual(Array(2).fill(expect.stringMatching(/^a-[0-9a-f]{40}$/)));
		expect([tokens.ownerOf(a), tokens.ownerOf(b)]).toEqual(['a', 'b']);
		expect(tokens.issue('b').token).toBe(b);
	});

	it('ends the tokens that were issued for a secret that was reset', () => {
		const app = defaultApp();
		const tokens = tokensOf(app, 't');
		const { token } = tokens.issue('a');
		app.appSecret = 'another';
		expect(tokens.ownerOf(token)).toBeUndefined();
		expect(tokens.issue('a').token).not.toBe(token);
	});
});

describe('token endpoint', () => {
	const sandbox = useSandbox();

	it('answers flat, with a valid token', async () => {
		const { status, headers, body } = await requestToken(sandbox());
		expect(status).toBe(200);
		expect(headers.get('X-Tt-Logid')).toMatch(/^\d{14}[0-9A-F]{18}$/);
		expect(body).toEqual({
			code: 0,
			msg: 'ok',
			tenant_access_token: expect.stringMatching(/^t-/),
			expire: expect.any(Number),
		});
		expect(body.expire).toBeGreaterThan(7100);
		expect((await callHire(sandbox(), '/tests/search', {})).body.code).toBe(0);
	});

	it.each([
		['bad JSON', '{', 10003, 'invalid param'],
		['null', 'null', 10003, 'invalid param'],
		['no app_id', { app_secret: 'x' }, 10003, 'invalid param'],
		['no app_secret', { app_id: 'cli_a1b2c3d4e5f60718' }, 10003, 'invalid param'],
		['app_id as a number', { app_id: 1, app_secret: 'x' }, 10003, 'invalid param'],
		['a malformed app_id', { app_id: 'my-app', app_secret: 'x' }, 10003, 'invalid param'],
		[
			'an unknown app_id',
			{ app_id: 'cli_0000000000000000', app_secret: 'x' },
			10014,
			'app id not exists',
		],
		[
			'a wrong secret',
			{ app_id: 'cli_a1b2c3d4e5f60718', app_secret: 'x' },
			10014,
			'app secret invalid',
		],
	])('answers %s with HTTP 200 and a code', async (_name, request, code, msg) => {
		const { status, body } = await requestToken(sandbox(), request);
		expect([status, body]).toEqual([200, { code, msg }]);
	});

	it('accepts any app id that its app was given', async () => {
		sandbox().app.appId = 'my-app';
		expect((await requestToken(sandbox())).body.code).toBe(0);
	});
});

describe('token expiry', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock, clockSpeed: 60 });

	it('follows the fast clock', async () => {
		const { tenant_access_token } = (await requestToken(sandbox())).body;
		const search = () =>
			post(
				`${sandbox().url}/open-apis/hire/v1/tests/search`,
				{},
				{ Authorization: `Bearer ${tenant_access_token}` },
			);
		// Two hours are two minutes here.
		await clock.advance(2 * 60_000 - 1);
		expect((await search()).body.code).toBe(0);
		await clock.advance(1);
		expect((await search()).body.code).toBe(99991663);
	});
});
