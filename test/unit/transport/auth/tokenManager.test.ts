import { type FeishuCredentials, readApp } from '../../../../nodes/FeishuHireExam/transport/app';
import { requestAccessToken } from '../../../../nodes/FeishuHireExam/transport/auth/accessToken';
import { AuthError } from '../../../../nodes/FeishuHireExam/transport/auth/authError';
import {
	TokenManager,
	type TokenSource,
} from '../../../../nodes/FeishuHireExam/transport/auth/tokenManager';
import { settle } from '../../../../nodes/FeishuHireExam/transport/concurrency';
import { credentialsWith } from '../../../support/feishuCredentials';
import { createHttpStub } from '../../../support/httpStub';
import { TestClock } from '../../../support/testClock';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LATENCY_MS = 100;

const TEXT = { message: 'No token', description: 'Try again.' };
const TRANSIENT = new AuthError(TEXT, { isTransient: true });
const FINAL = new AuthError(TEXT);
const AWAITS_TICKET = new AuthError(TEXT, { isTransient: true, awaitsTicket: true });
const rateLimited = (retryAfterMs: number) =>
	new AuthError(TEXT, { isTransient: true, retryAfterMs });

let clock: TestClock;
let manager: TokenManager;
/** The credential as n8n has stored it. */
let stored: FeishuCredentials;
/** When tokens were requested, in seconds. */
let requestedAt: number[];
/** What the next requests fail with. */
let failures: Error[];
beforeEach(() => {
	clock = new TestClock();
	manager = new TokenManager(clock);
	stored = credentialsWith();
	requestedAt = [];
	failures = [];
});

/** A source that stores in memory, and requests tokens t-1, t-2 and so on. */
const sourceWith = (fields: Partial<TokenSource> = {}): TokenSource => ({
	credentialId: '1',
	waitsForTicket: true,
	read: async () => await Promise.resolve({ ...stored }),
	request: async (credentials) => {
		requestedAt.push(clock.monotonic() / SECOND_MS);
		const token = `t-${requestedAt.length}`;
		await clock.sleep(LATENCY_MS);
		const failure = failures.shift();
		if (failure) throw failure;
		const answer = { code: 0, tenant_access_token: token, app_access_token: 'a', expire: 7200 };
		const { http } = createHttpStub(answer, answer);
		return await requestAccessToken.call(http, credentials, clock);
	},
	store: async (_, state) => {
		await Promise.resolve();
		stored = { ...stored, ...state };
	},
	...fields,
});

interface Call extends Partial<TokenSource> {
	tenantKey?: string;
	rejectedToken?: string;
}

/** Renews the token for one call; gives the token, or the error. */
async function renew({ tenantKey = '', rejectedToken, ...fields }: Call = {}) {
	const app = { ...readApp(stored), tenantKey };
	const renewing = async () => await manager.renew(app, sourceWith(fields), rejectedToken);
	const result = await settle(renewing);
	return result.error ?? result.value.accessToken;
}

const repeat = (count: number, error: Error) => Array.from({ length: count }, () => error);

/** Waits for an outcome that takes at most so long. */
async function after<T>(ms: number, outcome: Promise<T>): Promise<T> {
	await clock.advance(ms);
	return await outcome;
}

describe('parallel calls', () => {
	it('share one request, however many they are', async () => {
		const all = Promise.all(Array.from({ length: 500 }, async () => await renew()));
		expect(new Set(await after(LATENCY_MS, all))).toEqual(new Set(['t-1']));
		expect(requestedAt).toEqual([0]);
	});

	it('share it when they come while it is in flight', async () => {
		const first = renew();
		await clock.advance(LATENCY_MS / 2);
		const second = renew();
		expect(await after(LATENCY_MS, Promise.all([first, second]))).toEqual(['t-1', 't-1']);
		expect(requestedAt).toHaveLength(1);
	});

	it('all get the same error', async () => {
		failures = [FINAL];
		const all = Promise.all([renew(), renew(), renew()]);
		expect(await after(LATENCY_MS, all)).toEqual([FINAL, FINAL, FINAL]);
		expect(requestedAt).toHaveLength(1);
	});

	it.each([
		['credentials', { credentialId: '2' }],
		['willingness to wait for a ticket', { waitsForTicket: false }],
	])('of different %s get an outcome of their own', async (_, fields) => {
		failures = [FINAL];
		const all = Promise.all([renew(), renew(fields)]);
		expect(await after(2 * LATENCY_MS, all)).toEqual([FINAL, 't-2']);
	});
});

describe('a token that somebody else has stored meanwhile', () => {
	it('is taken in place of a new one', async () => {
		await after(LATENCY_MS, renew());
		expect(await renew()).toBe('t-1');
		expect(await renew({ rejectedToken: 't-0' })).toBe('t-1');
		expect(requestedAt).toHaveLength(1);
	});

	it('is not taken when it is the one that Feishu rejected', async () => {
		await after(LATENCY_MS, renew());
		expect(await after(LATENCY_MS, renew({ rejectedToken: 't-1' }))).toBe('t-2');
	});

	it('is not taken from the request of a call that does not know of the rejection', async () => {
		await after(LATENCY_MS, renew());
		let read = () => {};
		const reading = new Promise<void>((resolve) => (read = resolve));
		const slowly = async () => {
			await reading;
			return { ...stored };
		};
		const both = Promise.all([renew({ read: slowly }), renew({ rejectedToken: 't-1' })]);
		read();
		expect(await after(LATENCY_MS, both)).toEqual(['t-1', 't-2']);
	});

	it('is taken in place of a retry, too', async () => {
		failures = [rateLimited(MINUTE_MS)];
		const waiting = renew();
		await clock.advance(LATENCY_MS);
		await after(LATENCY_MS, renew({ credentialId: '2' }));
		expect(await after(MINUTE_MS, waiting)).toBe('t-2');
		expect(requestedAt).toHaveLength(2);
	});
});

describe('retries', () => {
	it('three times after a network or service error', async () => {
		failures = repeat(3, TRANSIENT);
		expect(await after(MINUTE_MS, renew())).toBe('t-4');
	});

	it('gives up after the third, and the next call asks anew', async () => {
		failures = repeat(4, TRANSIENT);
		expect(await after(MINUTE_MS, renew())).toBe(TRANSIENT);
		expect(requestedAt).toHaveLength(4);
		expect(await after(LATENCY_MS, renew())).toBe('t-5');
	});

	it.each([
		['a rejection', FINAL],
		['an error that is none of the token', new TypeError('x')],
	])('never after %s', async (_, error) => {
		failures = [error];
		expect(await after(LATENCY_MS, renew())).toBe(error);
		expect(await after(LATENCY_MS, renew())).toBe('t-2');
	});

	it('once a rate limit of the token endpoint is over', async () => {
		failures = [rateLimited(30 * SECOND_MS), rateLimited(5 * MINUTE_MS)];
		expect(await after(6 * MINUTE_MS, renew())).toBe('t-3');
		expect(requestedAt).toEqual([0, 30.1, 330.2]);
	});

	it('with a backoff after a rate limit that does not say for how long', async () => {
		failures = [rateLimited(0), rateLimited(0)];
		expect(await after(MINUTE_MS, renew())).toBe('t-3');
		const [, first = 0, second = 0] = requestedAt;
		expect(first).toBeGreaterThan(0.4);
		expect(second - first).toBeGreaterThan(first);
	});

	it.each([
		['is repeated 20 times', repeat(21, rateLimited(SECOND_MS)), 21],
		['takes an hour in all', repeat(20, rateLimited(5 * MINUTE_MS)), 12],
	])('no more when a rate limit %s', async (_, errors, requests) => {
		failures = [...errors];
		const result = await after(2 * 60 * MINUTE_MS, renew());
		expect(result).toBe(errors[0]);
		expect(requestedAt).toHaveLength(requests);
	});

	it.each([
		['six minutes', 6 * MINUTE_MS],
		['a day', DAY_MS],
	])('not at all when a rate limit takes %s: the error comes at once', async (_, retryAfterMs) => {
		failures = [rateLimited(retryAfterMs)];
		expect(await after(LATENCY_MS, renew())).toMatchObject({ retryAfterMs });
		expect(requestedAt).toEqual([0]);
	});
});

describe('an app ticket', () => {
	it('is waited for, and the token is there soon after it has come', async () => {
		failures = repeat(10, AWAITS_TICKET);
		expect(await after(MINUTE_MS, renew())).toBe('t-11');
		expect(requestedAt.at(-1)).toBeLessThan(22);
	});

	it('is waited for up to three minutes', async () => {
		failures = repeat(1_000, AWAITS_TICKET);
		expect(await after(3 * MINUTE_MS + 2 * SECOND_MS, renew())).toBe(AWAITS_TICKET);
		expect(requestedAt.at(-1)).toBeGreaterThan(178);
	});

	it('that is waited for leaves all retries after other errors', async () => {
		failures = [...repeat(10, AWAITS_TICKET), ...repeat(3, TRANSIENT)];
		expect(await after(2 * MINUTE_MS, renew())).toBe('t-14');
	});

	it('is not waited for in a manual execution, whose source says so', async () => {
		failures = [AWAITS_TICKET];
		expect(await after(LATENCY_MS, renew({ waitsForTicket: false }))).toBe(AWAITS_TICKET);
		expect(requestedAt).toHaveLength(1);
	});
});

describe('a call that waits', () => {
	it.each<[string, AuthError, Call]>([
		['an app ticket', AWAITS_TICKET, { waitsForTicket: false }],
		['an app ticket', AWAITS_TICKET, { waitsForTicket: false, tenantKey: 'two' }],
		['a rate limit', rateLimited(3 * MINUTE_MS), { tenantKey: 'two' }],
	])('for %s holds up no other call of the app', async (_, reason, other) => {
		stored = credentialsWith({ appType: 'store', appTicketToken: 'ticket-1' });
		failures = [reason, FINAL];
		const waiting = renew({ tenantKey: 'one' });
		await clock.advance(SECOND_MS);
		expect(await after(LATENCY_MS, renew({ tenantKey: 'one', ...other }))).toBe(FINAL);
		expect(await after(3 * MINUTE_MS, waiting)).toBe('t-3');
	});

	it('gives up in time, whatever the others wait for', async () => {
		stored = credentialsWith({ appType: 'store' });
		failures = repeat(1_000, AWAITS_TICKET);
		const both = Promise.all([renew({ tenantKey: 'one' }), renew({ tenantKey: 'two' })]);
		expect(await after(3 * MINUTE_MS + 3 * SECOND_MS, both)).toEqual([
			AWAITS_TICKET,
			AWAITS_TICKET,
		]);
	});
});

describe('the tenants of a store app', () => {
	beforeEach(() => {
		stored = credentialsWith({ appType: 'store', appTicketToken: 'ticket-1' });
	});

	it('take turns, so that none overwrites the token of another', async () => {
		const tenants = ['one', 'two', 'three'];
		const all = Promise.all(tenants.map(async (tenantKey) => await renew({ tenantKey })));
		expect(await after(3 * LATENCY_MS, all)).toEqual(['t-1', 't-2', 't-3']);
		expect(requestedAt).toEqual([0, 0.1, 0.2]);
		expect(Object.keys(JSON.parse(stored.tenantTokens) as object)).toEqual(tenants);
	});

	it('get an error each for itself', async () => {
		failures = [FINAL];
		const both = Promise.all([renew({ tenantKey: 'one' }), renew({ tenantKey: 'two' })]);
		expect(await after(2 * LATENCY_MS, both)).toEqual([FINAL, 't-2']);
	});

	it('never get the tenant that an older n8n has stored with the credential', async () => {
		stored = { ...stored, callTenantKey: 'two' };
		await after(LATENCY_MS, renew({ tenantKey: 'one' }));
		expect(Object.keys(JSON.parse(stored.tenantTokens) as object)).toEqual(['one']);
	});
});

it('keeps nothing once all have their token', async () => {
	await after(LATENCY_MS, Promise.all([renew(), renew({ credentialId: '2' })]));
	failures = [FINAL];
	await after(LATENCY_MS, renew({ rejectedToken: 't-1' }));
	expect(manager).toEqual(new TokenManager(clock));
});
