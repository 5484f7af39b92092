import type { FaultKind } from '../../sandbox';
import { arrangeExam, requestToken, PAPER, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';
const JSON_TYPE = 'application/json; charset=utf-8';
const LIMIT = 'x-ogw-ratelimit-limit';
const RESET = 'x-ogw-ratelimit-reset';

interface Outcome {
	status: number;
	/** The code of a JSON answer, the text of another; `reset`: no answer at all. */
	answer: unknown;
	/** Those that tell the client how to go on. */
	headers: Record<string, string | null>;
}

/** Posts as a client that throws at nothing. */
async function attempt(url: string, body: object, token = 't-none'): Promise<Outcome> {
	try {
		const headers = { 'Content-Type': JSON_TYPE, Authorization: `Bearer ${token}` };
		const response = await fetch(url, {
			method: 'POST',
			headers,
			body: JSON.stringify(body),
			redirect: 'manual',
		});
		const text = await response.text();
		const told = ['content-type', LIMIT, RESET, 'retry-after', 'location'].filter((name) =>
			response.headers.has(name),
		);
		return {
			status: response.status,
			answer: text.endsWith('}') ? (JSON.parse(text) as { code: number }).code : text,
			headers: Object.fromEntries(told.map((name) => [name, response.headers.get(name)])),
		};
	} catch (error) {
		const { code } = (error as { cause: { code?: string } }).cause;
		return {
			status: 0,
			answer: code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' ? 'reset' : code,
			headers: {},
		};
	}
}

describe('faults', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock });
	const token = async () => (await requestToken(sandbox())).body.tenant_access_token;
	const hire = async (path: string, body: object) =>
		attempt(`${sandbox().url}/open-apis/hire/v1${path}`, body, await token());
	const search = () => hire('/tests/search', {});
	const addResult = () =>
		hire('/exams', {
			application_id: '6891565253964859661',
			exam_resource_name: PAPER.name,
			score: 95,
			operator_id: 'ou_f476cb099ac9227c9bae09ce46112579',
		});

	const json = { 'content-type': JSON_TYPE };
	const page = expect.stringMatching(/^<html>.*502 Bad Gateway/);
	const loginPage = expect.stringMatching(/^<html>.*Log in/);
	const limited = { ...json, [LIMIT]: '50', [RESET]: '1' };
	const half = '{"code":0,"msg":"S';

	describe.each<
		[FaultKind, number, unknown, Outcome['headers'], 'is carried out' | 'is not carried out']
	>([
		['deadToken400', 400, 99991663, json, 'is not carried out'],
		['deadToken200', 200, 99991663, json, 'is not carried out'],
		['rateLimited', 429, 99991400, limited, 'is not carried out'],
		['rateLimited400', 400, 99991400, limited, 'is not carried out'],
		['rateLimitedNoHeaders', 429, 99991400, json, 'is not carried out'],
		['retryAfter', 429, 99991400, { ...json, 'retry-after': '1' }, 'is not carried out'],
		['retryAfterDay', 429, 99991400, { ...json, 'retry-after': '86400' }, 'is not carried out'],
		['quotaExceeded', 429, 99991403, json, 'is not carried out'],
		['errorBefore', 500, 1002001, json, 'is not carried out'],
		['errorAfter', 500, 1002001, json, 'is carried out'],
		['errorBefore200', 200, 1002001, json, 'is not carried out'],
		['paramError', 400, 1002002, json, 'is not carried out'],
		['resetBefore', 0, 'reset', {}, 'is not carried out'],
		['resetAfter', 0, 'reset', {}, 'is carried out'],
		['html', 502, page, { 'content-type': 'text/html' }, 'is not carried out'],
		['html200', 200, loginPage, { 'content-type': 'text/html' }, 'is not carried out'],
		['redirect', 307, '', { location: 'https://login.example.com/' }, 'is not carried out'],
		['truncated', 200, half, json, 'is carried out'],
		['empty', 200, '', json, 'is carried out'],
		['slow', 200, 0, json, 'is carried out'],
	])('%s', (kind, status, answer, headers, effect) => {
		const isCarriedOut = effect === 'is carried out';

		it(`answers with ${status || 'a reset'} and ${effect}, once`, async () => {
			const { examId } = await arrangeExam(sandbox());
			const exam = sandbox().state.exams[0];
			sandbox().faults.add({ kind, delayMs: 0 });
			const returnResult = (result: string) =>
				hire(`/eco_exams/${examId}/update_result`, { result });

			expect(await returnResult('60')).toEqual({ status, answer, headers });
			expect(exam?.result?.result).toBe(isCarriedOut ? '60' : undefined);
			expect(await returnResult('70')).toEqual({ status: 200, answer: 0, headers: json });
			expect(exam?.result?.result).toBe('70');
		});

		it(`leaves ${isCarriedOut ? 'two results' : 'one result'} when a client repeats adding a result`, async () => {
			sandbox().faults.add({ kind, delayMs: 0 });
			await addResult();
			expect(sandbox().state.manualResults).toHaveLength(isCarriedOut ? 1 : 0);
			await addResult();
			expect(sandbox().state.manualResults).toHaveLength(isCarriedOut ? 2 : 1);
		});

		it('is recorded with what was answered', async () => {
			sandbox().faults.add({ kind, delayMs: 0 });
			await addResult();
			await addResult();
			const calls = sandbox().calls.filter(({ path }) => path !== TOKEN_PATH);
			expect(calls.map((call) => [call.status, call.fault])).toEqual([
				[status, kind],
				[200, undefined],
			]);
			const recorded = calls[0]?.answer;
			if (typeof answer === 'number') expect(recorded).toMatchObject({ code: answer });
			else
				expect(recorded).toEqual(
					{ html: page, html200: loginPage, truncated: expect.stringMatching(/^{"code":0,/) }[
						String(kind)
					] ?? '',
				);
			expect(calls[0]?.rawBody).toContain('"score":95');
		});
	});

	it('applies to a call whatever its token', async () => {
		sandbox().faults.add({ kind: 'deadToken200' });
		const withoutToken = () => attempt(`${sandbox().url}/open-apis/hire/v1/tests/search`, {});
		expect(await withoutToken()).toMatchObject({ status: 200, answer: 99991663 });
		expect(await withoutToken()).toMatchObject({ status: 400, answer: 99991663 });
	});

	it('tells in whole seconds when to retry, rounded up', async () => {
		sandbox().faults.add({ kind: 'rateLimited', resetSeconds: 2.1 });
		sandbox().faults.add({ kind: 'retryAfter', resetSeconds: 1.2 });
		expect((await search()).headers[RESET]).toBe('3');
		expect((await search()).headers['retry-after']).toBe('2');
	});

	it('holds an answer back after the operation', async () => {
		sandbox().faults.add({ kind: 'slow', delayMs: 300 });
		let outcome: Outcome | undefined;
		const added = addResult().then((result) => (outcome = result));
		await until(() => sandbox().state.manualResults.length === 1);
		await until(() => clock.waiting === 1);
		await clock.advance(299);
		expect([outcome, clock.waiting]).toEqual([undefined, 1]);
		await clock.advance(1);
		expect(await added).toMatchObject({ status: 200, answer: 0 });
	});

	it('holds back for a second by default, and not when the sandbox closes', async () => {
		sandbox().faults.add({ kind: 'slow' });
		const answered = search();
		await until(() => clock.waiting === 1);
		await clock.advance(999);
		expect(clock.waiting).toBe(1);
		await sandbox().close();
		expect(await answered).toMatchObject({ status: 0 });
	});

	it('redirects to a location', async () => {
		sandbox().faults.add({ kind: 'redirect', location: 'https://other.example.com/x' });
		expect((await search()).headers).toEqual({ location: 'https://other.example.com/x' });
	});

	it('applies to `times` calls, after skipping `after` calls', async () => {
		sandbox().faults.add({ kind: 'html', after: 1, times: 2 });
		const statuses: number[] = [];
		for (let call = 0; call < 4; call++) statuses.push((await search()).status);
		expect(statuses).toEqual([200, 502, 502, 200]);
	});

	it('applies in the order they were added, each counting on its own', async () => {
		sandbox().faults.add({ kind: 'html' });
		sandbox().faults.add({ kind: 'errorBefore', times: 2 });
		sandbox().faults.add({ kind: 'rateLimited', after: 4 });
		const statuses: number[] = [];
		for (let call = 0; call < 6; call++) statuses.push((await search()).status);
		expect(statuses).toEqual([502, 500, 500, 200, 429, 200]);
	});

	it('applies to its path only', async () => {
		sandbox().faults.add({ kind: 'html', path: '/exams' });
		expect((await search()).status).toBe(200);
		expect((await addResult()).status).toBe(502);
	});

	it('ends when cleared', async () => {
		sandbox().faults.add({ kind: 'html', times: 9 });
		expect((await search()).status).toBe(502);
		sandbox().faults.clear();
		expect((await search()).status).toBe(200);
	});

	describe('at the token endpoint', () => {
		const requestRawToken = () => {
			const { url, app } = sandbox();
			return attempt(url + TOKEN_PATH, { app_id: app.appId, app_secret: app.appSecret });
		};

		it.each<[FaultKind, number, unknown]>([
			['errorBefore', 200, 2200],
			['errorAfter', 200, 2200],
			['errorBefore200', 200, 2200],
			['paramError', 200, 10003],
			['html', 502, page],
			['resetBefore', 0, 'reset'],
			['rateLimited', 429, 99991400],
			['truncated', 200, expect.stringMatching(/^{"code":0,/)],
			['empty', 200, ''],
			['slow', 200, 0],
		])('%s answers with %s', async (kind, status, answer) => {
			sandbox().faults.add({ kind, path: 'tenant_access_token', delayMs: 0 });
			expect(await requestRawToken()).toMatchObject({ status, answer });
			expect(await requestRawToken()).toMatchObject({ status: 200, answer: 0 });
			expect(sandbox().calls.map((call) => [call.status, call.fault])).toEqual([
				[status, kind],
				[200, undefined],
			]);
		});

		it('is not affected by faults without a path', async () => {
			sandbox().faults.add({ kind: 'html' });
			expect(await requestRawToken()).toMatchObject({ status: 200, answer: 0 });
		});

		it('answers errors flat, without `error`', async () => {
			sandbox().faults.add({ kind: 'errorBefore', path: 'tenant_access_token' });
			expect((await requestToken(sandbox())).body).toEqual({ code: 2200, msg: 'internal error' });
		});
	});

	describe('limits', () => {
		it('take effect at once when tightened', async () => {
			expect(sandbox().limits).toEqual({ perSecond: 50, perMinute: 1000 });
			sandbox().limits.perMinute = 2;
			await search();
			await search();
			const refused = await search();
			expect(refused).toMatchObject({ status: 429, answer: 99991400, headers: { [LIMIT]: '2' } });
			expect(refused.headers[RESET]).toBe('60');
			sandbox().limits.perMinute = 3;
			expect((await search()).status).toBe(200);
		});

		it('do not count a call that was not carried out', async () => {
			sandbox().limits.perMinute = 1;
			sandbox().faults.add({ kind: 'rateLimited', times: 3 });
			const statuses: number[] = [];
			for (let call = 0; call < 5; call++) statuses.push((await search()).status);
			expect(statuses).toEqual([429, 429, 429, 200, 429]);
		});
	});

	describe('from the console', () => {
		async function put(body: object) {
			const response = await fetch(`${sandbox().url}/sandbox/api/faults`, {
				method: 'PUT',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			});
			return { status: response.status, body: (await response.json()) as unknown };
		}
		const active = async () =>
			((await (await fetch(`${sandbox().url}/sandbox/api/state`)).json()) as { faults: unknown })
				.faults;

		it('replaces all, and shows those that are pending', async () => {
			sandbox().faults.add({ kind: 'resetAfter' });
			const faults = [
				{ kind: 'html', times: 2, after: 0, path: 'search' },
				{ kind: 'slow', times: 1, after: 3 },
			];
			expect(await put({ faults })).toEqual({ status: 200, body: { faults } });
			expect((await search()).status).toBe(502);
			expect(await active()).toEqual([
				{ ...faults[0], times: 1 },
				{ ...faults[1], after: 2 },
			]);
			expect(await put({ faults: [] })).toEqual({ status: 200, body: { faults: [] } });
			expect(await active()).toEqual([]);
		});

		it.each([
			[{}, /faults/],
			[{ faults: [{}] }, /kind/],
			[
				{ faults: [{ kind: 'meteor' }] },
				/faults\/0\/kind must be equal to one of the allowed values/,
			],
			[{ faults: [{ kind: 'html' }, { kind: 'html', times: 0 }] }, /faults\/1\/times must be >= 1/],
			[{ faults: [{ kind: 'html', after: '1' }] }, /after must be integer/],
			[{ faults: [{ kind: 'html', color: 'red' }] }, /additional properties/],
		])('refuses %j', async (body, message) => {
			sandbox().faults.add({ kind: 'html' });
			expect(await put(body)).toEqual({
				status: 400,
				body: {
					code: 'invalidRequest',
					params: { detail: expect.stringMatching(message) },
					message: expect.stringMatching(message),
				},
			});
			expect(await active()).toEqual([{ kind: 'html', times: 1, after: 0 }]);
		});
	});
});
