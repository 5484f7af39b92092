import type { Application } from '../../sandbox';
import { TEST_STATUS } from '../../sandbox/tenant/entities';
import { STAGES } from '../../sandbox/tenant/recruiting';
import { arrangeExam, callHire, PAPER, startReceiver, useSandbox } from '../support/sandbox';
import { until } from '../support/until';

describe('console', () => {
	const sandbox = useSandbox({ app: { encryptKey: '' } });

	async function call(method: string, path: string, body?: unknown) {
		const response = await fetch(`${sandbox().url}/sandbox/api/${path}`, {
			method,
			...(body !== undefined && {
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			}),
		});
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	}

	const echo = () =>
		startReceiver(({ rawBody }) => {
			const { challenge } = JSON.parse(rawBody) as { challenge?: string };
			return { status: 200, body: JSON.stringify({ challenge }) };
		});

	it('shows a fresh sandbox', async () => {
		const { status, body } = await call('GET', 'state');
		expect(status).toBe(200);
		expect(body).toMatchObject({
			app: sandbox().app,
			requestUrl: null,
			accounts: [],
			exams: [],
			manualResults: [],
			calls: [],
			deliveries: [],
		});
		const { applications } = sandbox().state;
		expect(applications.map(({ candidate }) => candidate.name)).toEqual(['张三', '李四', '王五']);
		expect(body.applications).toEqual(applications);
	});

	it('guides a person through a workflow', async () => {
		const account = await call('POST', 'accounts', { accountName: '示例账号' });
		expect(account).toMatchObject({
			status: 200,
			body: { accountName: '示例账号', status: 'inactive' },
		});
		const { accountId } = account.body;
		await callHire(sandbox(), '/eco_exam_papers', { account_id: accountId, paper_list: [PAPER] });

		const exam = await call('POST', 'exams', {
			accountId,
			paperId: PAPER.id,
			applicationId: '7230753910687080000',
		});
		expect(exam).toMatchObject({ status: 200, body: { status: 1, candidate: { name: '李四' } } });
		await callHire(sandbox(), `/eco_exams/${String(exam.body.examId)}/update_result`, {
			result: '88',
		});
		const marked = await call('POST', `exams/${String(exam.body.examId)}/mark`, {
			verdict: 'failed',
		});
		expect(marked).toMatchObject({ status: 200, body: { status: TEST_STATUS.failed } });

		expect((await call('GET', 'state')).body).toMatchObject({
			accounts: [{ accountId, status: 'active', papers: [PAPER] }],
			exams: [{ status: TEST_STATUS.failed, result: { result: '88' } }],
		});
	});

	it('arranges exams for the first candidate, a known one or a new one', async () => {
		const { accountId } = await arrangeExam(sandbox());
		const arrange = async (candidate?: object) =>
			(await call('POST', 'exams', { accountId, paperId: PAPER.id, candidate })).body.candidate;
		expect(await arrange()).toMatchObject({ name: '张三' });
		expect(await arrange({ email: 'wangwu@example.com' })).toMatchObject({ name: '王五' });
		expect(await arrange({ name: '钱七', email: 'qianqi@example.com' })).toMatchObject({
			name: '钱七',
		});
		expect(sandbox().state.applications).toHaveLength(4);
	});

	it('moves and deletes applications, and the app is notified', async () => {
		const receiver = await echo();
		await sandbox().setRequestUrl(receiver.url);
		const [moved, deleted, gone] = sandbox().state.applications as [
			Application,
			Application,
			Application,
		];
		const stage = `applications/${moved.applicationId}/stage`;
		expect(await call('POST', stage, { stage: 'interview' })).toMatchObject({
			status: 200,
			body: { applicationId: moved.applicationId, stage: STAGES.interview },
		});
		expect(await call('DELETE', `applications/${deleted.applicationId}`)).toMatchObject({
			status: 200,
			body: { applicationId: deleted.applicationId },
		});
		expect(await call('DELETE', `talents/${gone.talentId}`)).toMatchObject({
			status: 200,
			body: { applicationId: gone.applicationId },
		});

		expect(sandbox().state.applications).toEqual([
			expect.objectContaining({ stage: STAGES.interview }),
		]);
		await until(() => sandbox().deliveries.length === 4);
		expect(
			sandbox()
				.deliveries.map(({ type, failure }) => [type, failure])
				.sort(),
		).toEqual([
			['hire.application.deleted_v1', undefined],
			['hire.application.stage_changed_v1', undefined],
			['hire.talent.deleted_v1', undefined],
			['url_verification', undefined],
		]);
		await receiver.close();
	});

	it('sets, replaces and removes the request URL', async () => {
		const [a, b] = [await echo(), await echo()];
		const requestUrl = async () => (await call('GET', 'state')).body.requestUrl as string | null;
		expect(await call('PUT', 'request-url', { url: a.url })).toEqual({
			status: 200,
			body: { url: a.url },
		});
		expect(await requestUrl()).toBe(a.url);
		expect((await call('DELETE', 'request-url')).body).toEqual({});
		expect(await requestUrl()).toBeNull();
		expect((await call('PUT', 'request-url', { url: b.url })).body).toEqual({ url: b.url });
		expect((await call('PUT', 'request-url', { url: a.url })).body).toEqual({ url: a.url });
		expect(await requestUrl()).toBe(a.url);
		await Promise.all([a.close(), b.close()]);

		const refused = await call('PUT', 'request-url', { url: b.url });
		expect(refused).toEqual({
			status: 400,
			body: {
				code: 'connectionFailed',
				params: { url: b.url, cause: 'ECONNREFUSED' },
				message: `${b.url}: connection failed (ECONNREFUSED)`,
			},
		});
		expect(await requestUrl()).toBe(a.url);
	});

	it.each([
		['PUT', 'request-url', {}, 400, 'invalidRequest', /url/],
		[
			'PUT',
			'request-url',
			{ url: 'ftp://example.com' },
			400,
			'invalidUrl',
			/not an http or https URL/,
		],
		['POST', 'accounts', { scope: 3 }, 400, 'invalidRequest', /scope/],
		['POST', 'accounts', { nmae: 'x' }, 400, 'invalidRequest', /additional properties/],
		['POST', 'exams', {}, 400, 'invalidRequest', /accountId/],
		['POST', 'exams', { accountId: '1', paperId: '1' }, 404, 'accountNotFound', /no account 1/],
		['POST', 'exams/1/mark', { verdict: 'passed' }, 404, 'examNotFound', /no exam 1/],
		['POST', 'exams/1/mark', { verdict: 'maybe' }, 400, 'invalidRequest', /verdict/],
		[
			'POST',
			'applications/1/stage',
			{ stage: 'exam' },
			404,
			'applicationNotFound',
			/no application 1/,
		],
		[
			'POST',
			'applications/6891565253964859661/stage',
			{ stage: 'offer' },
			400,
			'invalidRequest',
			/stage/,
		],
		['DELETE', 'applications/1', undefined, 404, 'applicationNotFound', /no application 1/],
		['DELETE', 'talents/1', undefined, 404, 'talentNotFound', /no application of talent 1/],
		['GET', 'nothing', undefined, 404, 'endpointNotFound', /no endpoint GET .*nothing/],
	])('%s %s refuses %j', async (method, path, body, status, code, message) => {
		expect(await call(method, path, body)).toEqual({
			status,
			body: { code, params: expect.any(Object), message: expect.stringMatching(message) },
		});
	});

	it('refuses actions that are not possible', async () => {
		const { accountId, examId } = await arrangeExam(sandbox());
		const background = sandbox().bindAccount({ scope: 1 });
		for (const [path, body, status, code, message] of [
			['exams', { accountId, paperId: 'other' }, 404, 'paperNotFound', 'has no paper other'],
			[
				'exams',
				{ accountId, paperId: PAPER.id, applicationId: '1' },
				404,
				'applicationNotFound',
				'no application 1',
			],
			[
				'exams',
				{ accountId: background.accountId, paperId: PAPER.id },
				400,
				'accountNotForExams',
				'is not for exams',
			],
			['accounts', { accountId }, 400, 'accountExists', 'already'],
			[`exams/${examId}/mark`, { verdict: 'passed' }, 400, 'resultMissing', 'has no result yet'],
		] as const) {
			const answer = await call('POST', path, body);
			expect(answer).toEqual({
				status,
				body: { code, params: expect.any(Object), message: expect.stringContaining(message) },
			});
		}
	});

	it('serves the page, which loads nothing from elsewhere', async () => {
		for (const [path, type] of [
			['/', 'text/html'],
			['/page.js', '/javascript'],
			['/styles/base.css', 'text/css'],
		] as const) {
			const response = await fetch(sandbox().url + path);
			expect(response.headers.get('content-type')).toContain(type);
			expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
			expect(await response.text()).not.toMatch(/(src|href)="https?:|@import|innerHTML/);
		}
	});
});
