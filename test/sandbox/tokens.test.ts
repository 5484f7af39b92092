import { defaultApp } from '../../sandbox/app';
import type { Clock } from '../../sandbox/clock';
import { createTokens } from '../../sandbox/openApi/tokens';
import { askForToken, callHire, post, useSandbox } from '../support/sandbox';

describe('tokens', () => {
	const MINUTE = 60_000;
	let elapsed = 0;
	const clock: Clock = { elapsed: () => elapsed, after: () => {}, stop: () => {} };

	it('hands the same token out while 30 minutes remain, then a new one beside it', () => {
		elapsed = 1_000;
		const tokens = createTokens(defaultApp(), clock, 't');
		const first = tokens.issue('a');
		expect(first).toEqual({ token: expect.stringMatching(/^t-/), expire: 7200 });

		elapsed += 90 * MINUTE;
		expect(tokens.issue('a')).toEqual({ token: first.token, expire: 1800 });

		elapsed += 1;
		const second = tokens.issue('a');
		expect(second.token).not.toBe(first.token);
		expect(second.expire).toBe(7200);
		expect([tokens.ownerOf(first.token), tokens.ownerOf(second.token)]).toEqual(['a', 'a']);

		elapsed += 30 * MINUTE;
		expect([tokens.ownerOf(first.token), tokens.ownerOf(second.token)]).toEqual([undefined, 'a']);
	});

	it('gives each owner another one, of its kind', () => {
		const tokens = createTokens(defaultApp(), clock, 'a');
		const [a, b] = [tokens.issue('a').token, tokens.issue('b').token];
		expect([a, b]).toEqual(Array(2).fill(expect.stringMatching(/^a-[0-9a-f]{40}$/)));
		expect([tokens.ownerOf(a), tokens.ownerOf(b)]).toEqual(['a', 'b']);
		expect(tokens.issue('b').token).toBe(b);
	});

	it('ends the tokens got with a secret that was reset', () => {
		const app = defaultApp();
		const tokens = createTokens(app, clock, 't');
		const { token } = tokens.issue('a');
		app.appSecret = 'another';
		expect(tokens.ownerOf(token)).toBeUndefined();
		expect(tokens.issue('a').token).not.toBe(token);
	});
});

describe('token endpoint', () => {
	const sandbox = useSandbox();

	it('answers flat, with a token that works', async () => {
		const { status, headers, body } = await askForToken(sandbox());
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
		const { status, body } = await askForToken(sandbox(), request);
		expect([status, body]).toEqual([200, { code, msg }]);
	});

	it('takes any app id its app was given', async () => {
		sandbox().app.appId = 'my-app';
		expect((await askForToken(sandbox())).body.code).toBe(0);
	});
});

describe('token expiry', () => {
	const sandbox = useSandbox({ clockSpeed: 100_000 });

	it('follows the clock of the sandbox', async () => {
		const { tenant_access_token } = (await askForToken(sandbox())).body;
		const search = () =>
			post(
				`${sandbox().url}/open-apis/hire/v1/tests/search`,
				{},
				{ Authorization: `Bearer ${tenant_access_token}` },
			);
		// Two hours are 72 ms here.
		await new Promise((resolve) => setTimeout(resolve, 80));
		expect((await search()).body.code).toBe(99991663);
	});
});
