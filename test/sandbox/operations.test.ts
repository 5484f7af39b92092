import { arrangeExam, callHire, PAPER, useSandbox } from '../support/sandbox';

const LOGIN = { result: 0, exam_login_info: { exam_url: 'https://exam.example.com/1' } };

describe('operations', () => {
	const sandbox = useSandbox();
	const call = (path: string, body: unknown) => callHire(sandbox(), path, body);
	const patch = (path: string, body: unknown) => callHire(sandbox(), path, body, {}, 'PATCH');
	const returnArrangement = (examId: string, body: unknown = LOGIN) =>
		call(`/eco_exams/${examId}/login_info`, body);
	const returnResult = (examId: string, body: unknown = { result: '60' }) =>
		call(`/eco_exams/${examId}/update_result`, body);

	describe('eco_exam_papers', () => {
		it('replaces all papers and makes the account active', async () => {
			const account = sandbox().bindAccount();
			expect(account.status).toBe('inactive');
			const push = (...ids: string[]) =>
				call('/eco_exam_papers', {
					account_id: account.accountId,
					paper_list: ids.map((id) => ({
						id,
						name: `Paper ${id}`,
						start_time: '',
						end_time: '1672444800000',
					})),
				});
			expect((await push('1', '2')).body).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
			expect(account.status).toBe('active');
			await push('3');
			expect(account.papers).toEqual([{ id: '3', name: 'Paper 3', endTime: '1672444800000' }]);
			await push();
			expect([account.papers, account.status]).toEqual([[], 'active']);
		});

		it('leaves an account without papers inactive', async () => {
			const account = sandbox().bindAccount();
			await call('/eco_exam_papers', { account_id: account.accountId, paper_list: [] });
			expect(account.status).toBe('inactive');
		});

		it('silently truncates ids and names to 255 characters', async () => {
			const account = sandbox().bindAccount();
			const { body } = await call('/eco_exam_papers', {
				account_id: account.accountId,
				paper_list: [{ id: 'x'.repeat(256), name: '😀'.repeat(300) }],
			});
			expect(body.code).toBe(0);
			expect(account.papers[0]).toEqual({ id: 'x'.repeat(255), name: '😀'.repeat(255) });
		});

		it.each([
			['an unknown account', { account_id: '1', paper_list: [] }],
			['a start that is its end', { paper_list: [{ ...PAPER, start_time: '10', end_time: '10' }] }],
			['a start after its end', { paper_list: [{ ...PAPER, start_time: '20', end_time: '3' }] }],
			['an invalid time', { paper_list: [{ ...PAPER, start_time: '2026-01-01' }] }],
		])('refuses %s and changes nothing', async (_name, body) => {
			const account = sandbox().bindAccount();
			const answer = await call('/eco_exam_papers', { account_id: account.accountId, ...body });
			expect([answer.status, answer.body.code]).toEqual([400, 1002002]);
			expect(account.papers).toEqual([]);
		});
	});

	describe('eco_exam_papers/batch_update', () => {
		const update = (accountId: string, ...paper_list: object[]) =>
			patch('/eco_exam_papers/batch_update', { account_id: accountId, paper_list });

		it('overwrites listed papers, clears omitted fields, and leaves other papers unchanged', async () => {
			const account = sandbox().bindAccount();
			account.papers.push(
				{ id: '1', name: 'One', duration: 30, endTime: '20' },
				{ id: '2', name: 'Two', duration: 30 },
			);
			const { body } = await update(account.accountId, {
				id: '1',
				name: 'Uno',
				question_count: 5,
				end_time: '',
			});
			expect(body).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
			expect(account.papers).toEqual([
				{ id: '1', name: 'Uno', questionCount: 5 },
				{ id: '2', name: 'Two', duration: 30 },
			]);
		});

		it('reschedules arranged exams of the paper, of this account only', async () => {
			const exam = await arrangeExam(sandbox());
			const other = await arrangeExam(sandbox());
			await update(exam.accountId, {
				...PAPER,
				name: 'New name',
				start_time: '10',
				end_time: '20',
			});
			expect(exam.paper).toEqual({ ...PAPER, startTime: '10', endTime: '20' });
			expect(other.paper).toEqual(PAPER);
		});

		it.each([
			['an unknown account', { account_id: '1', paper_list: [PAPER] }],
			[
				'an unknown paper beside a known one',
				{
					paper_list: [
						{ ...PAPER, name: 'New name' },
						{ id: 'x', name: 'n' },
					],
				},
			],
			['a start after its end', { paper_list: [{ ...PAPER, start_time: '20', end_time: '3' }] }],
		])('refuses %s and changes nothing', async (_name, body) => {
			const account = sandbox().bindAccount();
			account.papers.push(PAPER);
			const answer = await patch('/eco_exam_papers/batch_update', {
				account_id: account.accountId,
				...body,
			});
			expect([answer.status, answer.body.code]).toEqual([400, 1002002]);
			expect(account.papers).toEqual([PAPER]);
		});
	});

	describe('eco_exam_papers/batch_delete', () => {
		const remove = (accountId: string, ...paper_id_list: string[]) =>
			call('/eco_exam_papers/batch_delete', { account_id: accountId, paper_id_list });

		it('deletes papers, ignores unknown ones, and leaves exams unchanged', async () => {
			const exam = await arrangeExam(sandbox());
			const account = sandbox().state.accounts[0];
			account?.papers.push({ id: 'kept', name: 'Kept' });
			for (let time = 0; time < 2; time++) {
				const { body } = await remove(exam.accountId, PAPER.id, 'unknown');
				expect(body).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
				expect(account?.papers).toEqual([{ id: 'kept', name: 'Kept' }]);
			}
			expect(exam.paper).toEqual(PAPER);
			expect((await returnResult(exam.examId)).body.code).toBe(0);
		});

		it('reschedules exams when their deleted paper is created again', async () => {
			const { accountId, ...exam } = await arrangeExam(sandbox());
			await remove(accountId, exam.paper.id);
			await call('/eco_exam_papers', {
				account_id: accountId,
				paper_list: [{ ...PAPER, start_time: '10' }],
			});
			expect(sandbox().state.exams[0]?.paper).toEqual({ ...PAPER, startTime: '10' });
		});

		it('refuses an unknown account', async () => {
			const { status, body } = await remove('1', PAPER.id);
			expect([status, body.code]).toEqual([400, 1002002]);
		});
	});

	describe('eco_account_custom_fields', () => {
		const field = (key: string, text = key, is_required = true) => ({
			key,
			name: { zh_cn: text },
			is_required,
			description: { en_us: text },
		});
		const replace = (...custom_field_list: object[]) =>
			call('/eco_account_custom_fields', { scope: 2, custom_field_list });
		const update = (...custom_field_list: object[]) =>
			patch('/eco_account_custom_fields/batch_update', { scope: 2, custom_field_list });
		const remove = (...custom_field_key_list: string[]) =>
			call('/eco_account_custom_fields/batch_delete', { scope: 2, custom_field_key_list });
		const keys = () => sandbox().state.customFields.map(({ key }) => key);

		it('replaces all fields, which accounts bound afterwards have', async () => {
			const before = sandbox().bindAccount();
			expect((await replace(field('a'), field('b'))).body).toEqual({
				code: 0,
				msg: 'ok',
				data: {},
			});
			await replace(field('c', 'Token'), field('a'));
			expect(sandbox().state.customFields[0]).toEqual({
				key: 'c',
				name: { zh_cn: 'Token' },
				isRequired: true,
				description: { en_us: 'Token' },
			});
			expect(before.customFieldList).toEqual([]);
			expect(sandbox().bindAccount().customFieldList).toEqual([
				{ key: 'c', value: 'example c' },
				{ key: 'a', value: 'example a' },
			]);
			expect(sandbox().bindAccount({ scope: 1 }).customFieldList).toEqual([]);
		});

		it('separates the fields of background checks', async () => {
			await call('/eco_account_custom_fields', { scope: 1, custom_field_list: [field('a')] });
			expect(keys()).toEqual([]);
			expect(sandbox().bindAccount({ scope: 1 }).customFieldList).toHaveLength(1);
			await replace(field('a'), field('b'));
			await remove('a');
			expect(
				(await call('/eco_account_custom_fields', { scope: 1, custom_field_list: [field('a')] }))
					.body.code,
			).toBe(0);
		});

		it('updates names and descriptions, but not whether a field is required', async () => {
			await replace(field('a'), field('b'));
			const { body } = await update({ key: 'b', name: { en_us: 'New' }, is_required: false });
			expect(body).toEqual({ code: 0, msg: 'ok', data: {} });
			expect(sandbox().state.customFields).toEqual([
				{ key: 'a', name: { zh_cn: 'a' }, isRequired: true, description: { en_us: 'a' } },
				{ key: 'b', name: { en_us: 'New' }, isRequired: true },
			]);
		});

		it('refuses a deleted key, but not one that a replacement left out', async () => {
			await replace(field('a'), field('b'), field('c'));
			const account = sandbox().bindAccount();
			for (let time = 0; time < 2; time++) {
				expect((await remove('a', 'unknown')).body).toEqual({ code: 0, msg: 'ok', data: {} });
				expect(keys()).toEqual(['b', 'c']);
			}
			expect(account.customFieldList).toHaveLength(3);
			expect((await call('/eco_account_custom_fields/batch_delete', { scope: 2 })).body.code).toBe(
				0,
			);

			const refused = await replace(field('a'));
			expect([refused.status, refused.body.code]).toEqual([400, 1002002]);
			expect(refused.body.msg).toContain('key a was deleted');
			await replace(field('c'));
			await replace(field('b'), field('c'));
			expect(keys()).toEqual(['b', 'c']);
		});

		it.each([
			['a key that comes twice', () => replace(field('x'), field('x'))],
			['an empty list', () => replace()],
			['a field without a name', () => replace({ ...field('x'), name: { zh_cn: '' } })],
			['an update of an unknown key', () => update(field('a', 'New'), field('x'))],
			['an update of a key twice', () => update(field('a', 'New'), field('a', 'Newer'))],
			['that no field remains', () => remove('a', 'b')],
		])('refuses %s and changes nothing', async (_name, act) => {
			await replace(field('a'), field('b'));
			const before = structuredClone(sandbox().state.customFields);
			const { status, body } = await act();
			expect([status, body.code]).toEqual([400, 1002002]);
			expect(sandbox().state.customFields).toEqual(before);
			await remove('b');
			expect(keys()).toEqual(['a']);
		});
	});

	describe('login_info', () => {
		it('stores the link and the login', async () => {
			const exam = await arrangeExam(sandbox());
			expect(exam.status).toBe(1);
			const { body } = await returnArrangement(exam.examId, {
				result: 0,
				msg: 'success',
				exam_login_info: { exam_url: 'https://exam.example.com/1', username: 'u', password: 'p' },
			});
			expect(body).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
			expect(exam.status).toBe(2);
			expect(exam.arrangement).toEqual({
				result: 0,
				message: 'success',
				examUrl: 'https://exam.example.com/1',
				username: 'u',
				password: 'p',
			});
		});

		it('treats a missing result as success, and accepts a failure without a link and a success after it', async () => {
			const exam = await arrangeExam(sandbox());
			await returnArrangement(exam.examId, {
				result: 17,
				msg: 'full',
				exam_login_info: { exam_url: '' },
			});
			expect([exam.status, exam.arrangement?.result, exam.arrangement?.message]).toEqual([
				7,
				17,
				'full',
			]);
			await returnArrangement(exam.examId, {
				exam_login_info: { exam_url: 'https://exam.example.com/2' },
			});
			expect([exam.status, exam.arrangement?.result]).toEqual([2, 0]);
		});

		it('refuses a success without a link', async () => {
			const exam = await arrangeExam(sandbox());
			const { status, body } = await returnArrangement(exam.examId, {
				exam_login_info: { exam_url: '' },
			});
			expect([status, body.code, exam.status]).toEqual([400, 1002002, 1]);
		});

		it('refuses an unknown exam and one that was answered', async () => {
			const unknown = await returnArrangement('7178536692385679677');
			expect([unknown.status, unknown.body.code]).toEqual([400, 1002851]);
			const exam = await arrangeExam(sandbox());
			await returnResult(exam.examId);
			const answered = await returnArrangement(exam.examId);
			expect([answered.status, answered.body.code, exam.status]).toEqual([400, 1002851, 3]);
		});
	});

	describe('update_result', () => {
		it('replaces the former result', async () => {
			const exam = await arrangeExam(sandbox());
			await returnArrangement(exam.examId);
			const { body } = await returnResult(exam.examId, {
				result: '60.5',
				result_time: '1658676234053',
				report_list: [
					{ name: 'a.pdf', url: 'https://exam.example.com/a.pdf', answer_time: '1658676234000' },
				],
				detail_list: [
					{ id: 'pj001', name: '基本功', result: '优秀' },
					{ name: '基本功', result: '良好' },
				],
			});
			expect(body).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
			expect(exam.status).toBe(3);
			expect(exam.result).toEqual({
				result: '60.5',
				resultTime: '1658676234053',
				reports: [
					{ name: 'a.pdf', url: 'https://exam.example.com/a.pdf', answerTime: '1658676234000' },
				],
				details: [
					{ id: 'pj001', name: '基本功', result: '优秀' },
					{ name: '基本功', result: '良好' },
				],
				receivedAt: expect.any(Number),
			});
			await returnResult(exam.examId, { result: '90' });
			expect(exam.result).toEqual({
				result: '90',
				reports: [],
				details: [],
				receivedAt: expect.any(Number),
			});
		});

		it.each(['passed', 'failed'] as const)(
			'is refused once the exam is marked as %s',
			async (verdict) => {
				const exam = await arrangeExam(sandbox());
				await returnResult(exam.examId);
				sandbox().markExam(exam.examId, verdict);
				expect(exam.status).toBe(verdict === 'passed' ? 5 : 6);
				const { status, body } = await returnResult(exam.examId, { result: '1' });
				expect([status, body.code, exam.result?.result]).toEqual([400, 1002855, '60']);
			},
		);

		it('refuses an unknown exam, one that could not be arranged, and an invalid time', async () => {
			expect((await returnResult('1')).body.code).toBe(1002851);
			const exam = await arrangeExam(sandbox());
			expect(
				(await returnResult(exam.examId, { result: '1', result_time: 'today' })).body.code,
			).toBe(1002002);
			await returnArrangement(exam.examId, { ...LOGIN, result: 1 });
			expect((await returnResult(exam.examId)).body.code).toBe(1002851);
			expect(exam.result).toBeUndefined();
		});
	});

	describe('exams', () => {
		const body = {
			application_id: '6891565253964859661',
			exam_resource_name: '笔试试卷',
			score: 95.5,
			operator_id: 'ou_f476cb099ac9227c9bae09ce46112579',
		};

		it('adds a result, and another one when called again', async () => {
			const first = await call('/exams?user_id_type=people_admin_id', body);
			expect(first.body).toEqual({
				code: 0,
				msg: 'success',
				data: {
					exam_id: expect.stringMatching(/^\d{19}$/),
					...body,
					operate_time: expect.stringMatching(/^\d{13}$/),
				},
			});
			const second = await call('/exams', body);
			expect(second.body.data.exam_id).not.toBe(first.body.data.exam_id);
			expect(
				sandbox().state.tests.map((test) => [test.test_id, test.score, test.test_status]),
			).toEqual([
				[first.body.data.exam_id, '95.5', 3],
				[second.body.data.exam_id, '95.5', 3],
			]);
		});

		it('refuses an unknown application', async () => {
			const answer = await call('/exams', { ...body, application_id: '1' });
			expect([answer.status, answer.body.code]).toEqual([400, 1002002]);
			expect(sandbox().state.tests).toEqual([]);
		});
	});

	describe('tests/search', () => {
		interface Page {
			items: Array<Record<string, unknown>>;
			has_more: boolean;
			page_token?: string;
		}
		const search = async (body: unknown = {}, query = '') => {
			const answer = await call(`/tests/search${query}`, body);
			expect([answer.status, answer.body.code, answer.body.msg]).toEqual([200, 0, 'ok']);
			return answer.body.data as unknown as Page;
		};
		const add = (count: number, application_id = '6891565253964859661') =>
			Array.from({ length: count }, () => ({
				application_id,
				exam_resource_name: 'n',
				score: 1,
				operator_id: 'ou_1',
			}));

		it('is empty in a fresh sandbox', async () => {
			expect(await search()).toEqual({ items: [], has_more: false });
		});

		it('shows an exam in each status', async () => {
			const exam = await arrangeExam(sandbox());
			const [application] = sandbox().state.applications;
			expect((await search()).items).toEqual([
				{
					test_id: exam.testId,
					application_id: application?.applicationId,
					talent_id: application?.talentId,
					job_id: application?.job.id,
					test_paper_id: PAPER.id,
					test_paper_name: PAPER.name,
					test_paper_source_id: exam.accountId,
					test_paper_source_name: { zh_cn: '笔试服务商', en_us: 'Exam provider' },
					reply_status: 3,
					test_status: 1,
					test_schedule: { start_time: String(exam.createdAt) },
					report_url_list: [],
					result_detail_list: [],
					created_at: String(exam.createdAt),
				},
			]);
			expect(exam.testId).not.toBe(exam.examId);

			await returnResult(exam.examId, {
				result: '60.5',
				report_list: [
					{ name: 'a', url: 'https://exam.example.com/a.pdf', answer_time: '1658676234000' },
				],
				detail_list: [{ name: '基本功', result: '优秀' }],
			});
			expect((await search()).items[0]).toMatchObject({
				reply_status: 1,
				test_status: 3,
				score: '60.5',
				test_complete_time: '1658676234000',
				report_url_list: ['https://exam.example.com/a.pdf'],
				result_detail_list: [{ subject: '基本功', result: '优秀' }],
			});

			sandbox().markExam(exam.examId, 'passed');
			expect((await search()).items[0]).toMatchObject({
				test_status: 5,
				reviewer: expect.stringMatching(/^ou_/),
				score_submit_time: expect.stringMatching(/^\d{13}$/),
			});
		});

		it('has pages of 10 by default', async () => {
			for (const body of add(12)) await call('/exams', body);
			const all = sandbox().state.tests.map(({ test_id }) => test_id);
			const first = await search();
			expect(first.has_more).toBe(true);
			const second = await search({}, `?page_token=${encodeURIComponent(first.page_token ?? '')}`);
			expect(second).toEqual({ items: expect.any(Array), has_more: false });
			expect([...first.items, ...second.items].map(({ test_id }) => test_id)).toEqual(all);

			expect((await search({}, '?page_size=12')).has_more).toBe(false);
			expect((await search({}, '?page_size=11')).items).toHaveLength(11);
			expect((await search({}, '?page_size=100&page_token=')).items).toHaveLength(12);
		});

		it('refuses an unknown page token', async () => {
			for (const token of ['x', Buffer.from('{"offset":-1}').toString('base64')]) {
				const { status, body } = await call(`/tests/search?page_token=${token}`, {});
				expect([status, body.code]).toEqual([400, 1002002]);
			}
		});

		it('filters by application', async () => {
			await call('/exams', add(1)[0]);
			await call('/exams', add(1, '7230753910687080000')[0]);
			const found = await search({ application_id_list: ['7230753910687080000', '1'] });
			expect(found.items.map(({ application_id }) => application_id)).toEqual([
				'7230753910687080000',
			]);
		});

		it('filters by start time, both ends included', async () => {
			const { accountId } = sandbox().bindAccount();
			const paper_list = [100, 200, 300].map((at) => ({
				id: String(at),
				name: 'n',
				start_time: String(at),
			}));
			await call('/eco_exam_papers', { account_id: accountId, paper_list });
			for (const { id } of paper_list) sandbox().arrangeExam({ accountId, paperId: id });
			const starts = async (test_start_time_min?: string, test_start_time_max?: string) =>
				(await search({ test_start_time_min, test_start_time_max })).items.map(
					({ test_paper_id }) => test_paper_id,
				);
			expect(await starts('200')).toEqual(['200', '300']);
			expect(await starts(undefined, '200')).toEqual(['100', '200']);
			expect(await starts('101', '299')).toEqual(['200']);
			const crossed = await call('/tests/search', {
				test_start_time_min: '2',
				test_start_time_max: '1',
			});
			expect([crossed.status, crossed.body.code]).toEqual([400, 1002002]);
		});

		it('lists an exam without a start time unless times are filtered', async () => {
			const { accountId } = sandbox().bindAccount();
			await call('/eco_exam_papers', { account_id: accountId, paper_list: [PAPER] });
			sandbox().arrangeExam({ accountId, paperId: PAPER.id }).hasNoStart = true;
			expect((await search()).items.map(({ test_schedule }) => test_schedule)).toEqual([{}]);
			expect((await search({ test_start_time_min: '0' })).items).toEqual([]);
			expect((await search({ test_start_time_max: '9'.repeat(13) })).items).toEqual([]);
		});
	});
});
