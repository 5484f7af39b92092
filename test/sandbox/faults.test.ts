import type { FaultKind } from '../../sandbox';
import { arrangeExam, askForToken, PAPER, useSandbox } from '../support/sandbox';

const TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';
const JSON_TYPE = 'application/json; charset=utf-8';
const LIMIT = 'x-ogw-ratelimit-limit';
const RESET = 'x-ogw-ratelimit-reset';

interface Seen {
	status: number;
	/** The code of a JSON answer, the text of another; `reset`: no answer at all. */
	answer: unknown;
	/** Of the headers that tell how to go on. */
	headers: Record<string, string | null>;
}

/** Posts as a client that has to bear everything. */
async function bear(url: string, body: object, token = 't-none'): Promise<Seen> {
	try {
		const headers = { 'Content-Type': JSON_TYPE, Authorization: `Bearer ${token}` };
		const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
		const text = await response.text();
		const told = ['content-type', LIMIT, RESET, 'retry-after'].filter((name) =>
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
	const sandbox = useSandbox();
	const token = async () => (await askForToken(sandbox())).body.tenant_access_token;
	const hire = async (path: string, body: object) =>
		bear(`${sandbox().url}/open-apis/hire/v1${path}`, body, await token());
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
	const limited = { ...json, [LIMIT]: '50', [RESET]: '0.2' };
	const half = '{"code":0,"msg":"S';

	describe.each<[FaultKind, number, unknown, Seen['headers'], 'takes effect' | 'does nothing']>([
		['deadToken400', 400, 99991663, json, 'does nothing'],
		['deadToken200', 200, 99991663, json, 'does nothing'],
		['rateLimited', 429, 99991400, limited, 'does nothing'],
		['rateLimited400', 400, 99991400, limited, 'does nothing'],
		['rateLimitedNoHeaders', 429, 99991400, json, 'does nothing'],
		['retryAfter', 429, 99991400, { ...json, 'retry-after': '1' }, 'does nothing'],
		['errorBefore', 500, 1002001, json, 'does nothing'],
		['errorAfter', 500, 1002001, json, 'takes effect'],
		['errorBefore200', 200, 1002001, json, 'does nothing'],
		['paramError', 400, 1002002, json, 'does nothing'],
		['resetBefore', 0, 'reset', {}, 'does nothing'],
		['resetAfter', 0, 'reset', {}, 'takes effect'],
		['html', 502, page, { 'content-type': 'text/html' }, 'does nothing'],
		['truncated', 200, half, json, 'takes effect'],
		['empty', 200, '', json, 'takes effect'],
		['slow', 200, 0, json, 'takes effect'],
	])('%s', (kind, status, answer, headers, effect) => {
		const isEffective = effect === 'takes effect';

		it(`is seen by the client as ${status || 'a reset'} and ${effect}, once`, async () => {
			const { examId } = await arrangeExam(sandbox());
			const exam = sandbox().state.exams[0];
			sandbox().faults.add({ kind, delayMs: 20 });
			const returnResult = (result: string) =>
				hire(`/eco_exams/${examId}/update_result`, { result });

			expect(await returnResult('60')).toEqual({ status, answer, headers });
			expect(exam?.result?.result).toBe(isEffective ? '60' : undefined);
			expect(await returnResult('70')).toEqual({ status: 200, answer: 0, headers: json });
			expect(exam?.result?.result).toBe('70');
		});

		it(`leaves ${isEffective ? 'two results' : 'one result'} when a result is added again`, async () => {
			sandbox().faults.add({ kind, delayMs: 20 });
			await addResult();
			expect(sandbox().state.manualResults).toHaveLength(isEffective ? 1 : 0);
			await addResult();
			expect(sandbox().state.manualResults).toHaveLength(isEffective ? 2 : 1);
		});

		it('is recorded with what was answered', async () => {
			sandbox().faults.add({ kind, delayMs: 20 });
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
					{ html: page, truncated: expect.stringMatching(/^{"code":0,/) }[String(kind)] ?? '',
				);
			expect(calls[0]?.rawBody).toContain('"score":95');
		});
	});

	it('hits a call whatever its token', async () => {
		sandbox().faults.add({ kind: 'deadToken200' });
		const stranger = () => bear(`${sandbox().url}/open-apis/hire/v1/tests/search`, {});
		expect(await stranger()).toMatchObject({ status: 200, answer: 99991663 });
		expect(await stranger()).toMatchObject({ status: 400, answer: 99991663 });
	});

	it('says when to come again', async () => {
		sandbox().faults.add({ kind: 'rateLimited', resetSeconds: 0.05 });
		sandbox().faults.add({ kind: 'retryAfter', resetSeconds: 1.2 });
		expect((await search()).headers[RESET]).toBe('0.05');
		expect((await search()).headers['retry-after']).toBe('2');
	});

	it('holds an answer back after the effect', async () => {
		sandbox().faults.add({ kind: 'slow', delayMs: 300 });
		const start = performance.now();
		const added = addResult();
		while (sandbox().state.manualResults.length === 0)
			await new Promise((resolve) => setTimeout(resolve, 5));
		expect(performance.now() - start).toBeLessThan(300);
		expect(await added).toMatchObject({ status: 200, answer: 0 });
		expect(performance.now() - start).toBeGreaterThanOrEqual(295);
	});

	it('holds back for a second unless told otherwise, and not when the sandbox closes', async () => {
		sandbox().faults.add({ kind: 'slow' });
		const winner = await Promise.race([
			search(),
			new Promise((resolve) => setTimeout(resolve, 500, 'still waiting')),
		]);
		expect(winner).toBe('still waiting');
	});

	it('hits so many calls, after letting so many through', async () => {
		sandbox().faults.add({ kind: 'html', after: 1, times: 2 });
		const statuses: number[] = [];
		for (let call = 0; call < 4; call++) statuses.push((await search()).status);
		expect(statuses).toEqual([200, 502, 502, 200]);
	});

	it('comes in the order of its switches, each counting on its own', async () => {
		sandbox().faults.add({ kind: 'html' });
		sandbox().faults.add({ kind: 'errorBefore', times: 2 });
		sandbox().faults.add({ kind: 'rateLimited', after: 4 });
		const statuses: number[] = [];
		for (let call = 0; call < 6; call++) statuses.push((await search()).status);
		expect(statuses).toEqual([502, 500, 500, 200, 429, 200]);
	});

	it('keeps to its path', async () => {
		sandbox().faults.add({ kind: 'html', path: '/exams' });
		expect((await search()).status).toBe(200);
		expect((await addResult()).status).toBe(502);
	});

	it('is gone when cleared', async () => {
		sandbox().faults.add({ kind: 'html', times: 9 });
		expect((await search()).status).toBe(502);
		sandbox().faults.clear();
		expect((await search()).status).toBe(200);
	});

	describe('at the token endpoint', () => {
		const ask = () => {
			const { url, app } = sandbox();
			return bear(url + TOKEN_PATH, { app_id: app.appId, app_secret: app.appSecret });
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
		])('%s is seen as %s', async (kind, status, answer) => {
			sandbox().faults.add({ kind, path: 'tenant_access_token', delayMs: 20 });
			expect(await ask()).toMatchObject({ status, answer });
			expect(await ask()).toMatchObject({ status: 200, answer: 0 });
			expect(sandbox().calls.map((call) => [call.status, call.fault])).toEqual([
				[status, kind],
				[200, undefined],
			]);
		});

		it('is spared by faults without a path', async () => {
			sandbox().faults.add({ kind: 'html' });
			expect(await ask()).toMatchObject({ status: 200, answer: 0 });
		});

		it('answers its own error as flat as its others', async () => {
			sandbox().faults.add({ kind: 'errorBefore', path: 'tenant_access_token' });
			expect((await askForToken(sandbox())).body).toEqual({ code: 2200, msg: 'internal error' });
		});
	});

	describe('limits', () => {
		it('count at once when tightened', async () => {
			expect(sandbox().limits).toEqual({ perSecond: 50, perMinute: 1000 });
			sandbox().limits.perMinute = 2;
			await search();
			await search();
			const refused = await search();
			expect(refused).toMatchObject({ status: 429, answer: 99991400, headers: { [LIMIT]: '2' } });
			expect(Number(refused.headers[RESET])).toBeGreaterThan(50);
			sandbox().limits.perMinute = 3;
			expect((await search()).status).toBe(200);
		});

		it('are not used up by a call that was not carried out', async () => {
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

		it('replaces all, and shows those to come', async () => {
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
				body: { message: expect.stringMatching(message) },
			});
			expect(await active()).toEqual([{ kind: 'html', times: 1, after: 0 }]);
		});
	});
});
