import { RecentList } from '../../sandbox/recentList';
import { requestToken, callHire, post, useSandbox } from '../support/sandbox';
import { TestClock } from '../support/testClock';
import { until } from '../support/until';

const CALLS: Array<['POST' | 'PATCH', string]> = [
	['POST', '/eco_exams/1/update_result'],
	['POST', '/eco_exams/1/login_info'],
	['POST', '/exams'],
	['POST', '/tests/search'],
	['POST', '/eco_exam_papers'],
	['PATCH', '/eco_exam_papers/batch_update'],
	['POST', '/eco_exam_papers/batch_delete'],
	['POST', '/eco_account_custom_fields'],
	['PATCH', '/eco_account_custom_fields/batch_update'],
	['POST', '/eco_account_custom_fields/batch_delete'],
];

describe('gateway', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock });
	const url = (path: string) => `${sandbox().url}/open-apis/hire/v1${path}`;

	describe.each(CALLS)('%s %s', (method, path) => {
		const call = (body: unknown, headers?: Record<string, string>) =>
			callHire(sandbox(), path, body, headers, method);

		it('requires a token', async () => {
			for (const headers of [{}, { Authorization: 't-123' }, { Authorization: 'Bearer ' }]) {
				const { status, body } = await post(
					url(path),
					{},
					headers as Record<string, string>,
					method,
				);
				expect([status, body.code]).toEqual([400, 99991661]);
			}
		});

		it('refuses an unknown or revoked token', async () => {
			const { status, body, headers } = await call({}, { Authorization: 'Bearer t-123' });
			expect([status, body.code]).toEqual([400, 99991663]);
			expect(body.error.log_id).toBe(headers.get('X-Tt-Logid'));

			const first = await call({});
			expect(first.body.code).not.toBe(99991663);
			const used = sandbox().calls.at(-1)?.headers.authorization ?? '';
			sandbox().revokeTokens();
			expect((await post(url(path), {}, { Authorization: used }, method)).body.code).toBe(99991663);
			expect((await call({})).body.code).toBe(first.body.code);
		});

		it('requires a scope, and links to where it is applied for', async () => {
			sandbox().app.scopes = [];
			const { status, body } = await call({});
			expect([status, body.code]).toEqual([400, 99991672]);
			expect(body.msg).toContain(
				'https://open.feishu.cn/app/cli_a1b2c3d4e5f60718/auth?q=hire:exam',
			);
			expect(body.error.permission_violations?.[0]).toEqual({
				type: 'action_scope_required',
				subject: 'hire:exam',
				description: '',
			});
		});

		it('requires a JSON object as its body', async () => {
			const violation = async (body: unknown, headers?: Record<string, string>) => {
				const answer = await call(body, headers);
				expect([answer.status, answer.body.code]).toEqual([400, 99992402]);
				return answer.body.error.field_violations?.[0];
			};
			expect(await violation('')).toEqual({
				field: 'body',
				value: '',
				description: 'body is required',
			});
			expect(await violation('{')).toMatchObject({ description: 'body is not valid JSON' });
			expect(await violation('{}', { 'Content-Type': 'text/plain' })).toMatchObject({
				description: 'Content-Type must be application/json',
			});
			expect(await violation([])).toMatchObject({
				field: 'body',
				description: 'body should be of type object',
			});
		});
	});

	it.each([
		['/eco_exams/1/update_result', true],
		['/eco_exams/1/login_info', true],
		['/tests/search', true],
		['/exams', false],
		['/eco_exam_papers', false],
		['/eco_exam_papers/batch_delete', false],
		['/eco_account_custom_fields', false],
	])('hire:exam:readonly alone is enough for %s: %s', async (path, isEnough) => {
		sandbox().app.scopes = ['hire:exam:readonly'];
		const { body } = await callHire(sandbox(), path, {});
		expect(body.code !== 99991672).toBe(isEnough);
	});

	it('the scope of background checks is enough for the custom fields', async () => {
		sandbox().app.scopes = ['hire:background_check_order'];
		expect((await callHire(sandbox(), '/eco_account_custom_fields', {})).body.code).toBe(99992402);
		expect((await callHire(sandbox(), '/eco_exam_papers/batch_delete', {})).body.code).toBe(
			99991672,
		);
	});

	it.each(['/exams', '/tests/search'])(
		'%s requires the scope of user ids for user_id_type=user_id',
		async (path) => {
			const { status, body } = await callHire(sandbox(), `${path}?user_id_type=user_id`, {});
			expect([status, body.code]).toEqual([400, 99991672]);
			expect(body.error.permission_violations).toEqual([
				{
					type: 'field_scope_required',
					subject: 'contact:user.employee_id:readonly',
					description: '',
				},
			]);
			sandbox().app.scopes.push('contact:user.employee_id:readonly');
			expect((await callHire(sandbox(), `${path}?user_id_type=user_id`, {})).body.code).not.toBe(
				99991672,
			);
		},
	);

	it.each([
		['/tests/search?page_size=101', {}, 'page_size', '101', 'the max value is 100'],
		['/tests/search?page_size=0', {}, 'page_size', '0', 'the min value is 1'],
		['/tests/search?page_size=ten', {}, 'page_size', 'ten', 'page_size should be of type integer'],
		[
			'/tests/search?user_id_type=people_admin_id',
			{},
			'user_id_type',
			'people_admin_id',
			'user_id_type is optional, options: [open_id,union_id,user_id]',
		],
		[
			'/tests/search',
			{ application_id_list: Array(101).fill('1') },
			'application_id_list',
			undefined,
			'the max len is 100',
		],
		[
			'/tests/search',
			{ application_id_list: [1] },
			'application_id_list[0]',
			'1',
			expect.stringContaining('type string'),
		],
		[
			'/tests/search',
			{ test_start_time_min: 1608725989000 },
			'test_start_time_min',
			'1608725989000',
			expect.anything(),
		],
		['/eco_exam_papers', { account_id: '1' }, 'paper_list', '', 'paper_list is required'],
		[
			'/eco_exam_papers',
			{ account_id: '1', paper_list: [{ id: 'p' }] },
			'paper_list[0].name',
			'',
			expect.anything(),
		],
		[
			'/eco_exam_papers',
			{ account_id: '1', paper_list: [{ id: '', name: 'n' }] },
			'paper_list[0].id',
			'',
			'the min len is 1',
		],
		[
			'/eco_exam_papers',
			{ account_id: '1', paper_list: [{ id: 'p', name: 'n', duration: 1.5 }] },
			'paper_list[0].duration',
			'1.5',
			expect.stringContaining('type integer'),
		],
		[
			'/eco_exam_papers/batch_delete',
			{ account_id: '1' },
			'paper_id_list',
			'',
			'paper_id_list is required',
		],
		[
			'/eco_exam_papers/batch_delete',
			{ account_id: '1', paper_id_list: [7] },
			'paper_id_list[0]',
			'7',
			expect.anything(),
		],
		[
			'/eco_account_custom_fields',
			{ scope: 3, custom_field_list: [] },
			'scope',
			'3',
			expect.stringContaining('[1,2]'),
		],
		[
			'/eco_account_custom_fields',
			{ scope: 2, custom_field_list: [{ key: 'k', name: {} }] },
			'custom_field_list[0].is_required',
			'',
			expect.stringContaining('is required'),
		],
		[
			'/eco_account_custom_fields',
			{ scope: 2, custom_field_list: [{ key: 'k', name: { zh_cn: 1 }, is_required: true }] },
			'custom_field_list[0].name.zh_cn',
			'1',
			expect.stringContaining('type string'),
		],
		['/eco_account_custom_fields/batch_delete', {}, 'scope', '', 'scope is required'],
		[
			'/eco_exams/1/update_result',
			{ result: 60 },
			'result',
			'60',
			expect.stringContaining('type string'),
		],
		['/eco_exams/1/update_result', {}, 'result', '', 'result is required'],
		[
			'/eco_exams/1/update_result',
			{ result: '60', report_list: [{ name: 'a.pdf' }] },
			'report_list[0].url',
			'',
			expect.stringContaining('is required'),
		],
		[
			'/eco_exams/1/login_info',
			{ result: 0 },
			'exam_login_info',
			'',
			'exam_login_info is required',
		],
		[
			'/eco_exams/1/login_info',
			{ exam_login_info: {} },
			'exam_login_info.exam_url',
			'',
			expect.anything(),
		],
		[
			'/exams',
			{ application_id: '1', exam_resource_name: 'n', operator_id: 'ou_1', score: '95' },
			'score',
			'95',
			'score should be of type number',
		],
	])('%s refuses %j', async (path, body, field, value, description) => {
		const answer = await callHire(sandbox(), path, body);
		expect([answer.status, answer.body.code, answer.body.msg]).toEqual([
			400,
			99992402,
			'field validation failed',
		]);
		expect(answer.body.error.field_violations).toEqual([
			{ field, value: value ?? expect.any(String), description },
		]);
	});

	it('names every refused field', async () => {
		const { body } = await callHire(sandbox(), '/exams', { score: '1' });
		expect(body.error.field_violations?.map(({ field }) => field)).toEqual([
			'application_id',
			'exam_resource_name',
			'operator_id',
			'score',
		]);
	});

	it('ignores unknown fields', async () => {
		expect((await callHire(sandbox(), '/tests/search', { status: 1 })).body.code).toBe(0);
	});

	it('answers an unknown path or method with plain text', async () => {
		for (const [path, method] of [
			['/open-apis/hire/v1/no_such_thing', 'POST'],
			['/open-apis/hire/v1/tests/search', 'GET'],
			['/open-apis/hire/v1/eco_exam_papers', 'PATCH'],
			['/no_such_page', 'GET'],
		]) {
			const response = await fetch(sandbox().url + path, { method });
			expect(response.status).toBe(404);
			expect(response.headers.get('content-type')).toContain('text/plain');
			expect(await response.text()).toBe('404 page not found');
		}
		expect(sandbox().calls.map(({ status, answer }) => [status, answer])).toEqual(
			Array(3).fill([404, '404 page not found']),
		);
	});

	it('records what was sent and answered', async () => {
		const { headers, body } = await callHire(sandbox(), '/tests/search?page_size=5&x=1&x=2', {
			application_id_list: [],
		});
		const [token, search] = sandbox().calls;
		expect(token).toMatchObject({
			path: '/open-apis/auth/v3/tenant_access_token/internal',
			operation: 'getSelfBuiltToken',
			status: 200,
		});
		expect(search).toEqual({
			at: expect.any(Number),
			method: 'POST',
			path: '/open-apis/hire/v1/tests/search',
			operation: 'searchTests',
			params: {},
			query: { page_size: '5', x: ['1', '2'] },
			headers: expect.objectContaining({ authorization: expect.stringMatching(/^Bearer t-/) }),
			rawBody: '{"application_id_list":[]}',
			status: 200,
			answer: body,
			logId: headers.get('X-Tt-Logid'),
		});
	});

	it('records the exam of a call', async () => {
		await callHire(sandbox(), '/eco_exams/7178536692385679677/update_result', { result: '60' });
		expect(sandbox().calls.at(-1)).toMatchObject({
			operation: 'updateResult',
			params: { exam_id: '7178536692385679677' },
		});
	});

	it('refuses calls over the limit, for this operation only', async () => {
		const { body: token } = await requestToken(sandbox());
		const headers = { Authorization: `Bearer ${token.tenant_access_token}` };
		const answers = await Promise.all(
			Array.from({ length: 200 }, () => post(url('/tests/search'), {}, headers)),
		);
		const refused = answers.filter(({ status }) => status === 429);
		expect(refused).toHaveLength(150);
		expect(answers.filter(({ body }) => body.code === 0).length).toBe(200 - refused.length);
		for (const { body, headers: sent } of refused) {
			expect(body.code).toBe(99991400);
			expect(sent.get('x-ogw-ratelimit-limit')).toBe('50');
			expect(sent.get('x-ogw-ratelimit-reset')).toBe('1');
		}
		expect((await post(url('/exams'), {}, headers)).body.code).toBe(99992402);
		await clock.advance(1_000);
		expect((await post(url('/tests/search'), {}, headers)).body.code).toBe(0);
	});
});

describe('latency', () => {
	const clock = new TestClock();
	const sandbox = useSandbox({ clock, latencyMs: 50 });

	it('delays each answer of the Open API', async () => {
		const answers: unknown[] = [];
		const call = callHire(sandbox(), '/tests/search', {}).then(({ body }) => answers.push(body));
		for (const answered of [1, 2]) {
			await until(() => clock.waiting === 1);
			await clock.advance(49);
			expect([sandbox().calls.length, clock.waiting]).toEqual([answered - 1, 1]);
			await clock.advance(1);
		}
		await call;
		expect(answers).toMatchObject([{ code: 0 }]);
	});
});

describe('the log of calls', () => {
	it('keeps the latest', () => {
		const list = new RecentList<number>(3);
		const { items } = list;
		for (let entry = 1; entry <= 5; entry++) list.add(entry);
		expect(items).toEqual([3, 4, 5]);
		expect(list.latest(2)).toEqual([4, 5]);
	});
});
