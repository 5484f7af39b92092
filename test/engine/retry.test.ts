import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startSandbox, type Exam, type FaultKind, type Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { addResultIn, RETURN_RESULT } from '../support/operations';
import { testClock } from '../support/testClock';
import { apiCalls, arrangeExams, startTestSandbox, tokenCalls } from '../support/testSandbox';
import { until } from '../support/until';

let sandbox: Sandbox;
let helper: TestCredentialsHelper;
beforeEach(async () => {
	testClock.runFreely();
	sandbox = await startTestSandbox();
	helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
});
afterEach(async () => await sandbox.close());

/** The time in which the HTTP client waits for an answer is real, so that of the sandbox must be. */
async function restartWithSystemClock() {
	await sandbox.close();
	sandbox = await startSandbox();
	helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
}

/** Does something once so many calls have been sent. */
const afterCalls = async (count: number, action: () => void) => {
	await until(() => apiCalls(sandbox).length >= count);
	action();
};

const returnResults = async (
	exams: Exam[],
	options: ExecuteOptions & { parameters?: INodeParameters } = {},
) =>
	await execute(
		helper,
		{ ...RETURN_RESULT, ...options.parameters },
		{
			items: exams.map(({ examId }, index) => ({ examId, result: String(index) })),
			...options,
		},
	);

const addResult = async (parameters: INodeParameters = {}) =>
	await execute(helper, { ...addResultIn(sandbox), ...parameters });

/** The most calls that arrived in any stretch of time of this length. */
const mostWithin = (ms: number) => {
	const times = apiCalls(sandbox)
		.map(({ at }) => at)
		.sort((one, other) => one - other);
	return Math.max(
		...times.map((start) => times.filter((at) => at >= start && at < start + ms).length),
	);
};

describe('tokens', () => {
	it('are requested once for any number of concurrent items', async () => {
		const exams = arrangeExams(sandbox, 120);
		const { error, json } = await returnResults(exams);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(120);
		expect(tokenCalls(sandbox)).toHaveLength(1);
	});

	it.each([
		['revoked', () => sandbox.revokeTokens()],
		[
			'invalid after a reset of the secret',
			() => {
				sandbox.app.appSecret = 'new-secret';
				helper.stored.appSecret = 'new-secret';
			},
		],
	])(
		'are renewed without losing an item when they are %s in the middle of 300',
		async (_, kill) => {
			const exams = arrangeExams(sandbox, 300);
			const [{ error, json }] = await Promise.all([returnResults(exams), afterCalls(100, kill)]);
			expect(error).toBeUndefined();
			expect(json).toHaveLength(300);
			expect(exams.every(({ result }, index) => result?.result === String(index))).toBe(true);
			expect(tokenCalls(sandbox).length).toBeGreaterThan(1);
			expect(tokenCalls(sandbox).length).toBeLessThanOrEqual(3);
		},
	);

	it.each<[FaultKind]>([['deadToken400'], ['deadToken200']])(
		'are renewed once after %s',
		async (kind) => {
			sandbox.faults.add({ kind });
			const { error } = await returnResults(arrangeExams(sandbox, 1));
			expect(error).toBeUndefined();
			expect(apiCalls(sandbox)).toHaveLength(2);

			sandbox.faults.add({ kind, times: 2 });
			const { error: twice } = await returnResults(arrangeExams(sandbox, 1));
			expect(twice?.message).toBe("Feishu rejected the app's access token");
		},
	);

	it("are renewed before they expire, and stored with Feishu's expiry", async () => {
		const exams = arrangeExams(sandbox, 1);
		await returnResults(exams);
		const { expire } = tokenCalls(sandbox)[0]?.answer as { expire: number };
		const expected = testClock.now() + expire * 1000;
		expect(Math.abs((helper.stored.expiresAt as number) - expected)).toBeLessThan(5000);

		helper.stored.accessToken = 't-of-yesterday';
		helper.stored.expiresAt = testClock.now() + 2 * 60_000;
		const { error } = await returnResults(exams);
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox).map(({ status }) => status)).toEqual([200, 200]);
	});

	it.each<[FaultKind]>([['errorBefore'], ['html'], ['resetBefore']])(
		'are requested again after %s',
		async (kind) => {
			sandbox.faults.add({ kind, path: 'tenant_access_token' });
			const { error } = await returnResults(arrangeExams(sandbox, 3));
			expect(error).toBeUndefined();
			expect(tokenCalls(sandbox)).toHaveLength(2);
		},
	);

	it('are requested once with a wrong secret, and each item gets the error', async () => {
		helper.stored.appSecret = 'wrong';
		const { json } = await returnResults(arrangeExams(sandbox, 150), {
			onError: 'continueRegularOutput',
		});
		expect(json.map(({ error }) => error)).toEqual(
			Array.from({ length: 150 }, () => 'The App Secret is wrong'),
		);
		expect(tokenCalls(sandbox)).toHaveLength(1);
		expect(apiCalls(sandbox)).toHaveLength(0);
	});
});

describe('rate limit', () => {
	it('keeps within 50 calls a second, and outputs in the order of the input', async () => {
		const exams = arrangeExams(sandbox, 180);
		const { json } = await returnResults(exams);
		expect(json.map(({ exam_id: id }) => id)).toEqual(exams.map(({ examId }) => examId));
		expect(
			apiCalls(sandbox)
				.map(({ status }) => status)
				.filter((status) => status !== 200),
		).toEqual([]);
		expect(mostWithin(990)).toBeLessThanOrEqual(50);
	});

	it('keeps within a lower limit of the user', async () => {
		const { error } = await returnResults(arrangeExams(sandbox, 12), {
			parameters: { options: { maxCallsPerSecond: 5 } },
		});
		expect(error).toBeUndefined();
		expect(mostWithin(990)).toBeLessThanOrEqual(5);
	});

	it('is shared by concurrent executions', async () => {
		const [one, other] = [arrangeExams(sandbox, 60), arrangeExams(sandbox, 60)];
		await Promise.all([returnResults(one), returnResults(other)]);
		expect(apiCalls(sandbox).filter(({ status }) => status === 429)).toEqual([]);
		expect(mostWithin(990)).toBeLessThanOrEqual(50);
	});

	it('keeps the order of two writes to one exam', async () => {
		const [exam] = arrangeExams(sandbox, 1) as [Exam];
		sandbox.faults.add({ kind: 'slow', delayMs: 300 });
		const { error } = await returnResults([exam, exam, exam]);
		expect(error).toBeUndefined();
		const sent = apiCalls(sandbox).map(
			({ rawBody }) => (JSON.parse(rawBody) as IDataObject).result,
		);
		expect(sent).toEqual(['0', '1', '2']);
		expect(exam.result?.result).toBe('2');
	});

	it('loses nothing when another client has used up the limit', async () => {
		Object.assign(sandbox.limits, { perSecond: 20 });
		const exams = arrangeExams(sandbox, 70);
		const { error } = await returnResults(exams);
		expect(error).toBeUndefined();
		expect(exams.every(({ result }) => result)).toBe(true);
		expect(apiCalls(sandbox).some(({ status }) => status === 429)).toBe(true);
	});

	it.each<[FaultKind]>([
		['rateLimited'],
		['rateLimited400'],
		['rateLimitedNoHeaders'],
		['retryAfter'],
	])('waits after %s, also with a non-idempotent call', async (kind) => {
		sandbox.faults.add({ kind });
		const { error } = await addResult();
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toHaveLength(2);
		expect(sandbox.state.manualResults).toHaveLength(1);
	});

	it('blocks only the API that Feishu rate-limited', async () => {
		const exams = arrangeExams(sandbox, 1);
		await returnResults(exams);
		sandbox.calls.splice(0);
		sandbox.faults.add({ kind: 'rateLimited', path: 'update_result', resetSeconds: 90 });
		testClock.reset();
		await testClock.advance(1_000);
		const ended: string[] = [];
		const result = returnResults(exams).then(() => ended.push('result'));
		await until(() => apiCalls(sandbox).length === 1);
		await execute(helper, { resource: 'candidateExam', operation: 'getAll' });
		expect(ended).toEqual([]);
		testClock.runFreely();
		await result;
		expect(ended).toEqual(['result']);
	});

	it('stops at once when the user stops the execution', async () => {
		const exams = arrangeExams(sandbox, 400);
		const stop = new AbortController();
		const begunAt = testClock.monotonic();
		await Promise.all([
			returnResults(exams, { stop: stop.signal }).catch(() => undefined),
			afterCalls(60, () => stop.abort()),
		]);
		expect(testClock.monotonic() - begunAt).toBeLessThan(3000);
		const { calls } = testClock;
		expect(calls).toBeLessThan(150);
		await testClock.advance(60_000);
		expect(testClock.calls).toBe(calls);
	});

	it.each([
		['maxCallsPerSecond', 51, /'Max Calls per Second' must be at most 50/],
		['maxCallsPerMinute', 0, /'Max Calls per Minute' must be at least 1/],
		['timeout', 0.5, /'Timeout' must be a whole number/],
	])('rejects %s %s before any call', async (name, value, message) => {
		const { error } = await returnResults(arrangeExams(sandbox, 1), {
			parameters: { options: { [name]: value } },
		});
		expect(error?.message).toMatch(message);
		expect(sandbox.calls).toEqual([]);
	});
});

describe('retries', () => {
	const TROUBLE: FaultKind[] = [
		'errorBefore',
		'errorAfter',
		'resetBefore',
		'resetAfter',
		'html',
		'truncated',
		'empty',
	];

	it.each(TROUBLE)('retries an idempotent call after %s', async (kind) => {
		sandbox.faults.add({ kind });
		const [exam] = arrangeExams(sandbox, 1) as [Exam];
		const { error } = await returnResults([exam]);
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toHaveLength(2);
		expect(exam.result?.result).toBe('0');
	});

	it('retries an idempotent call when the answer to a dead token breaks off', async () => {
		const [first, second] = arrangeExams(sandbox, 2) as [Exam, Exam];
		await returnResults([first]);
		sandbox.revokeTokens();
		sandbox.faults.add({ kind: 'truncated', path: 'update_result' });
		const { error } = await returnResults([second]);
		expect(error).toBeUndefined();
		expect(second.result?.result).toBe('0');
	});

	it('retries an idempotent call after a timeout, which can be set', async () => {
		await restartWithSystemClock();
		sandbox.faults.add({ kind: 'slow', delayMs: 3_600_000 });
		const [exam] = arrangeExams(sandbox, 1) as [Exam];
		const { error } = await returnResults([exam], {
			parameters: { options: { timeout: 1_000 } },
		});
		expect(error).toBeUndefined();
		expect(exam.result?.result).toBe('0');
	});

	it('gives up after three retries', async () => {
		sandbox.faults.add({ kind: 'errorBefore', times: 100 });
		const { error } = await returnResults(arrangeExams(sandbox, 1));
		expect(error?.message).toBe('Feishu could not process the call');
		expect(apiCalls(sandbox)).toHaveLength(4);
	});

	it.each<[FaultKind, number]>([
		['errorBefore', 0],
		['errorAfter', 1],
		['resetBefore', 0],
		['resetAfter', 1],
		['html', 0],
		['truncated', 1],
		['empty', 1],
	])(
		'does not retry adding a result after %s, and warns that it may have been processed',
		async (kind, added) => {
			sandbox.faults.add({ kind });
			const { error } = await addResult();
			expect(error?.description).toMatch(/The result may have been added.*'Get Many'/);
			expect(apiCalls(sandbox)).toHaveLength(1);
			expect(sandbox.state.manualResults).toHaveLength(added);
		},
	);

	it('does not retry adding a result after a timeout', async () => {
		await restartWithSystemClock();
		sandbox.faults.add({ kind: 'slow', delayMs: 3_600_000 });
		const { error } = await addResult({ options: { timeout: 1_000 } });
		expect(error?.description).toMatch(/The result may have been added/);
		expect(error?.description).toMatch(/No answer arrived in time/);
		expect(sandbox.state.manualResults).toHaveLength(1);
	});
});
