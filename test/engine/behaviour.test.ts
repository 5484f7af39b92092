import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import type { Exam, Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, sandboxCredentials } from '../support/engine';
import { RETURN_RESULT } from '../support/operations';
import { testClock } from '../support/testClock';
import { apiCalls, arrangeExams, startTestSandbox, tokenCalls } from '../support/testSandbox';

describe('items, pages and responses in every operation', () => {
	let sandbox: Sandbox;
	beforeEach(async () => {
		sandbox = await startTestSandbox();
	});
	afterEach(async () => await sandbox.close());

	const bodies = () => apiCalls(sandbox).map(({ rawBody }) => JSON.parse(rawBody) as IDataObject);
	const run = async (parameters: INodeParameters, options: Parameters<typeof execute>[2] = {}) =>
		await execute(sandboxCredentials(sandbox), parameters, options);

	const newExam = () => arrangeExams(sandbox, 1)[0] as Exam;

	const newMarkedExam = async () => {
		const exam = newExam();
		await run({ ...RETURN_RESULT, examId: exam.examId, result: '1' });
		sandbox.markExam(exam.examId, 'passed');
		sandbox.calls.splice(0);
		return exam;
	};

	describe('replaceAll', () => {
		const replaceItems: INodeParameters = {
			resource: 'examPaper',
			operation: 'replaceAll',
			accountId: '={{ $json.account }}',
			paperSource: 'inputItems',
			paperId: '={{ $json.id }}',
			paperName: '={{ $json.name }}',
		};

		it('groups mixed items into one call per account, and pairs the output with them', async () => {
			const [a, b] = [sandbox.bindAccount(), sandbox.bindAccount()];
			const paper = (account: string, id: string) => ({ account, id, name: `Paper ${id}` });
			const { outputs, json } = await run(replaceItems, {
				items: [
					paper(a.accountId, '1'),
					paper(b.accountId, '2'),
					paper(a.accountId, '3'),
					paper(b.accountId, '4'),
					paper(a.accountId, '5'),
				],
			});
			expect(apiCalls(sandbox)).toHaveLength(2);
			expect(a.papers.map(({ id }) => id)).toEqual(['1', '3', '5']);
			expect(b.papers.map(({ id }) => id)).toEqual(['2', '4']);
			expect(json).toMatchObject([{ paper_count: 3 }, { paper_count: 2 }]);
			expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
				[{ item: 0 }, { item: 2 }, { item: 4 }],
				[{ item: 1 }, { item: 3 }],
			]);
		});

		it('with continue on fail, rejects the whole list of an account with an invalid paper', async () => {
			const [a, b] = [sandbox.bindAccount(), sandbox.bindAccount()];
			a.papers.push({ id: 'kept', name: 'Kept' });
			const { json, outputs } = await run(replaceItems, {
				onError: 'continueRegularOutput',
				items: [
					{ account: a.accountId, id: '1', name: 'Good' },
					{ account: b.accountId, id: '2', name: 'Good' },
					{ account: a.accountId, id: '3', name: '' },
				],
			});
			expect(a.papers).toMatchObject([{ id: 'kept' }]);
			expect(b.papers).toMatchObject([{ id: '2' }]);
			expect(json.filter(({ error }) => error)).toHaveLength(2);
			expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: 0 },
				{ item: 2 },
				{ item: 1 },
			]);
		});

		it('sends a list that several items repeat once, and joins different lists', async () => {
			const { accountId, ...account } = sandbox.bindAccount();
			const parameters = {
				resource: 'examPaper',
				operation: 'replaceAll',
				accountId,
				paperSource: 'json',
				papersJson: '={{ $json.papers }}',
			};
			const page = (id: string) => ({ papers: [{ id, name: `Paper ${id}` }] });
			const { error } = await run(parameters, { items: [page('1'), page('2'), page('1')] });
			expect(error).toBeUndefined();
			expect(apiCalls(sandbox)).toHaveLength(1);
			expect((bodies()[0]?.paper_list as IDataObject[]).map(({ id }) => id)).toEqual(['1', '2']);
			expect(account.accountName).toBeTruthy();
		});
	});

	describe('getAll', () => {
		const arrange = (count: number) => {
			const account = sandbox.bindAccount();
			account.papers.push({ id: 'p1', name: 'Paper' });
			return Array.from({ length: count }, () =>
				sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' }),
			);
		};
		const getAll = { resource: 'candidateExam', operation: 'getAll' };

		it('reads all pages, each exam once', async () => {
			arrange(230);
			const { json } = await run({ ...getAll, returnAll: true });
			expect(apiCalls(sandbox).map(({ query }) => query.page_size)).toEqual(['100', '100', '100']);
			expect(new Set(json.map(({ test_id }) => test_id)).size).toBe(230);
		});

		it('stops at the limit, and reads no page too many', async () => {
			arrange(230);
			const { json } = await run({ ...getAll, returnAll: false, limit: 120 });
			expect(json).toHaveLength(120);
			expect(apiCalls(sandbox)).toHaveLength(2);
		});

		it('queries at most 100 applications in a call, each once', async () => {
			const exams = arrange(3);
			const ids = exams.map(({ applicationId }) => applicationId);
			const others = Array.from({ length: 200 }, (_, index) => `70000000000000${10000 + index}`);
			const { json } = await run({
				...getAll,
				returnAll: true,
				filters: { applicationIds: [...ids, ...others, ...ids].join(',\n') },
			});
			const sizes = bodies().map((body) => (body.application_id_list as string[]).length);
			const distinct = new Set([...ids, ...others]).size;
			expect(sizes).toEqual([100, 100, distinct - 200]);
			expect(json).toHaveLength(3);
		});

		it('outputs Feishu’s raw data when it is not simplified', async () => {
			const [exam] = arrange(1);
			const { json } = await run({ ...getAll, returnAll: true, simplify: false });
			expect(json).toEqual([{ ...sandbox.state.tests[0] }]);
			expect(json[0]?.application_id).toBe(exam?.applicationId);
		});

		it('outputs texts of statuses and times in ISO 8601 when it is simplified', async () => {
			const [exam] = arrange(1);
			await run({
				...RETURN_RESULT,
				examId: exam?.examId ?? '',
				result: '88',
				additionalFields: {
					reports: { values: [{ name: 'a', url: 'https://exam.example.com/r.pdf' }] },
				},
			});
			const { json } = await run({ ...getAll, returnAll: true });
			expect(Object.keys(json[0] ?? {})).toHaveLength(10);
			expect(json[0]).toMatchObject({
				test_status: 3,
				test_status_text: 'Answered',
				report_url_list: ['https://exam.example.com/r.pdf'],
			});
			expect(String(json[0]?.test_complete_time)).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
		});
	});

	describe('times', () => {
		it.each([
			['the date picker, in the time zone of the workflow', '2026-11-21T10:00:00', '1795226400000'],
			['a date', '2026-11-21', '1795190400000'],
			['ISO 8601 with its own zone', '2026-11-21T10:00:00Z', '1795255200000'],
			['a space instead of T', '2026-11-21 10:00:00', '1795226400000'],
			['luxon', "={{ DateTime.fromISO('2026-11-21T10:00:00.123Z') }}", '1795255200123'],
			['a JavaScript date', "={{ new Date('2026-11-21T10:00:00Z') }}", '1795255200000'],
			['seconds', '={{ 1795255200 }}', '1795255200000'],
			['seconds as text', '1795255200', '1795255200000'],
			['milliseconds', '={{ 1795255200123 }}', '1795255200123'],
			['milliseconds as text', '1795255200123', '1795255200123'],
		])('%s', async (_, resultTime, milliseconds) => {
			const exam = newExam();
			const { error } = await run({
				...RETURN_RESULT,
				examId: exam.examId,
				result: '1',
				additionalFields: { resultTime },
			});
			expect(error).toBeUndefined();
			expect(bodies()[0]?.result_time).toBe(milliseconds);
		});
	});

	describe('continue on fail', () => {
		const items = async () => {
			const [good, marked] = [newExam(), await newMarkedExam()];
			return [
				{ examId: good.examId, result: '1' },
				{ examId: marked.examId, result: '2' },
				{ examId: '', result: '3' },
				{ examId: newExam().examId, result: '4' },
			];
		};

		it('outputs an item for each, in order, with message, code and log ID', async () => {
			const { json, outputs } = await run(RETURN_RESULT, {
				items: await items(),
				onError: 'continueRegularOutput',
			});
			expect(json).toMatchObject([
				{ success: true },
				{
					error: 'The exam has already been marked',
					details: {
						code: 1002855,
						logId: expect.stringMatching(/\w+/),
						description: expect.stringContaining('Feishu accepts no further results'),
					},
				},
				{ error: "'Exam ID' is empty" },
				{ success: true },
			]);
			expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2, 3].map((item) => ({ item })),
			);
			expect(apiCalls(sandbox)).toHaveLength(3);
		});

		it('sends failed items to the error output', async () => {
			const { outputs } = await run(RETURN_RESULT, {
				items: await items(),
				onError: 'continueErrorOutput',
			});
			expect(outputs.map((output) => output.length)).toEqual([2, 2]);
			// n8n puts the input beside the error, so that the flow knows whom it concerns.
			expect(outputs[1]?.map(({ json }) => json)).toMatchObject([
				{ result: '2', error: 'The exam has already been marked', details: { code: 1002855 } },
				{ result: '3', error: "'Exam ID' is empty" },
			]);
		});
	});

	it('without continue on fail, starts no more calls after an error, and names its item', async () => {
		const marked = await newMarkedExam();
		const others = Array.from({ length: 299 }, () => newExam().examId);
		const [first = '', ...rest] = others;
		const { error, json } = await run(RETURN_RESULT, {
			items: [first, marked.examId, ...rest].map((examId) => ({ examId, result: '1' })),
		});
		expect(error?.message).toBe('The exam has already been marked');
		expect(error?.context.itemIndex).toBe(1);
		expect(json).toEqual([]);
		expect(apiCalls(sandbox).length).toBeLessThan(150);
	});

	describe('tokens', () => {
		it('requests one for all items, stores it with its expiry, and reuses it in the next execution', async () => {
			const helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
			const items = [newExam(), newExam()].map(({ examId }) => ({ examId, result: '1' }));
			await execute(helper, RETURN_RESULT, { items });
			await execute(helper, RETURN_RESULT, { items });
			expect(tokenCalls(sandbox)).toHaveLength(1);
			expect(helper.stored.expiresAt).toBeGreaterThan(testClock.now() + 3600_000);
		});

		it('renews a token that Feishu rejects', async () => {
			const helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
			const items = [{ examId: newExam().examId, result: '1' }];
			await execute(helper, RETURN_RESULT, { items });
			sandbox.revokeTokens();
			const { error } = await execute(helper, RETURN_RESULT, { items });
			expect(error).toBeUndefined();
			expect(apiCalls(sandbox).map(({ status }) => status)).toEqual([200, 400, 200]);
		});

		it.each([
			['App Secret', { appSecret: 'wrong' }, 'The App Secret is wrong'],
			[
				'App ID',
				{ appId: 'cli_0000000000000000' },
				'There is no app with the App ID cli_0000000000000000',
			],
			['Base URL', { customBaseUrl: 'http://127.0.0.1:1' }, 'Could not reach http://127.0.0.1:1'],
		])('does not reuse a token after a change of %s', async (_field, changed, message) => {
			const helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
			const items = [{ examId: newExam().examId, result: '1' }];
			await execute(helper, RETURN_RESULT, { items });
			Object.assign(helper.stored, changed);
			const { error } = await execute(helper, RETURN_RESULT, { items });
			expect(error?.message).toBe(message);
		});

		// n8n's HTTP Request node uses the latter.
		it.each(['httpRequestWithAuthentication', 'requestWithAuthentication'] as const)(
			'renews an expired token for other nodes too, which call %s',
			async (helperName) => {
				const url = `${sandbox.url}/open-apis/hire/v1/tests/search`;
				const request = {
					method: 'POST' as const,
					url,
					body: { application_id_list: ['1'] },
					json: true,
				};
				const caller: INodeType = {
					description: { ...new FeishuHireExam().description, properties: [] },
					async execute() {
						return [
							[{ json: await this.helpers[helperName].call(this, 'feishuAppApi', { ...request }) }],
						];
					},
				};
				const helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
				const call = async () =>
					(await execute(helper, {}, { nodeType: 'caller', nodes: { caller } })).json;
				expect(await call()).toMatchObject([{ code: 0 }]);
				helper.stored.expiresAt = testClock.now() - 1;
				sandbox.revokeTokens();
				expect(await call()).toMatchObject([{ code: 0 }]);
			},
		);
	});
});
