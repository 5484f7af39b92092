import { JOBS, PROCESS_ID, STAGES } from '../../sandbox/tenant/recruiting';
import { requestToken, useSandbox, type Answer } from '../support/sandbox';

describe('applications', () => {
	const sandbox = useSandbox();
	const ZHANG = '6891565253964859661';
	const LI = '7230753910687080000';
	const WANG = '6920544531948800269';

	async function get(path: string): Promise<Answer> {
		const { body: token } = await requestToken(sandbox());
		const headers = { Authorization: `Bearer ${token.tenant_access_token}` };
		const response = await fetch(`${sandbox().url}/open-apis/hire/v1/applications${path}`, {
			headers,
		});
		return {
			status: response.status,
			headers: response.headers,
			body: (await response.json()) as Answer['body'],
		};
	}

	/** 张三 was updated first and 王五 last. */
	beforeEach(() => {
		sandbox().state.applications.forEach((application, index) => {
			application.updatedAt = 1632990774000 + index;
		});
	});

	describe('the list', () => {
		const items = async (query: string) => (await get(query)).body.data.items;

		it('lists IDs, the last updated first', async () => {
			const { status, body } = await get('');
			expect(status).toBe(200);
			expect(body).toEqual({
				code: 0,
				msg: 'ok',
				data: { items: [WANG, LI, ZHANG], has_more: false },
			});
		});

		it('is paginated with page tokens', async () => {
			const first = await get('?page_size=2');
			expect(first.body.data).toEqual({
				items: [WANG, LI],
				has_more: true,
				page_token: `1632990774000_${ZHANG}`,
			});
			const second = await get(`?page_size=2&page_token=${String(first.body.data.page_token)}`);
			expect(second.body.data).toEqual({ items: [ZHANG], has_more: false });
		});

		it('continues after an application that moved to the front', async () => {
			const { body } = await get('?page_size=1');
			const moved = sandbox().state.applications.find(({ applicationId }) => applicationId === LI);
			if (moved) moved.updatedAt += 1000;
			expect(await items(`?page_token=${String(body.data.page_token)}`)).toEqual([ZHANG]);
		});

		it.each([
			['job', `job_id=${JOBS.backend.id}`, [LI]],
			['stage', `stage_id=${STAGES.interview.id}`, [WANG]],
			['process', `process_id=${PROCESS_ID}`, [WANG, LI, ZHANG]],
			['unknown process', 'process_id=1', []],
			['talent', 'talent_id=1', [ZHANG]],
			['active status', 'active_status=2', [LI]],
			['any status', 'active_status=3', [WANG, LI, ZHANG]],
			['lock', 'lock_status=3', [ZHANG]],
			['one of two locks', 'lock_status=3&lock_status=1', [WANG, LI, ZHANG]],
			[
				'times, both ends included',
				'update_start_time=1632990774001&update_end_time=1632990774001',
				[LI],
			],
			['nothing', 'job_id=&update_start_time=', [WANG, LI, ZHANG]],
		])('filters by %s', async (_, query, found) => {
			const [zhang, li, wang] = sandbox().state.applications;
			Object.assign(zhang ?? {}, { talentId: '1', lockStatus: 3 });
			Object.assign(li ?? {}, { activeStatus: 2 });
			Object.assign(wang ?? {}, { stage: STAGES.interview });
			expect(await items(`?${query}`)).toEqual(found);
		});

		it.each([
			['page_size=201', 'page_size', 'the max value is 200'],
			['page_size=0', 'page_size', 'the min value is 1'],
			['active_status=4', 'active_status', 'active_status is optional, options: [1,2,3]'],
			[
				'lock_status=1&lock_status=4',
				'lock_status[1]',
				'lock_status[1] is optional, options: [1,2,3]',
			],
		])('refuses %s', async (query, field, description) => {
			const { status, body } = await get(`?${query}`);
			expect([status, body.code]).toEqual([400, 99992402]);
			expect(body.error.field_violations).toContainEqual(
				expect.objectContaining({ field, description }),
			);
		});

		it.each(['page_token=x', 'update_start_time=yesterday'])(
			'refuses %s as a value',
			async (query) => {
				const { status, body } = await get(`?${query}`);
				expect([status, body.code]).toEqual([400, 1002002]);
			},
		);
	});

	describe('the detail', () => {
		const detail = async (query = '') => {
			const { status, body } = await get(`/${ZHANG}/get_detail${query}`);
			expect([status, body.code, body.msg]).toEqual([200, 0, 'success']);
			return body.data.application_detail as Record<string, unknown>;
		};

		it('gives the basic info unless options are given', async () => {
			const [application] = sandbox().state.applications;
			expect(await detail()).toEqual({
				basic_info: {
					id: ZHANG,
					job_id: JOBS.frontend.id,
					talent_id: application?.talentId,
					stage: STAGES.exam,
					active_status: 1,
					delivery_type: 2,
					stage_time_list: [
						{ stage_id: STAGES.exam.id, enter_time: expect.stringMatching(/^\d{13}$/) },
					],
					onboard_status: 1,
					owner_id: expect.stringMatching(/^ou_/),
					create_time: expect.stringMatching(/^\d{13}$/),
					modify_time: '1632990774000',
				},
			});
		});

		it('adds job and talent on request', async () => {
			const [application] = sandbox().state.applications;
			expect(await detail('?options=with_job&options=with_talent&options=with_offer')).toEqual({
				basic_info: expect.anything(),
				job: JOBS.frontend,
				talent: {
					id: application?.talentId,
					name: '张三',
					mobile_code: '+86',
					mobile_number: '13800000000',
					email: 'zhangsan@example.com',
				},
			});
		});

		it('leaves out fields that the app has no scope for', async () => {
			sandbox().app.scopes = ['hire:application', 'hire:talent'];
			expect(Object.keys(await detail('?options=with_job&options=with_talent'))).toEqual([
				'basic_info',
				'talent',
			]);
		});

		it('refuses an unknown application', async () => {
			const { status, body } = await get('/7000000000000000000/get_detail');
			expect([status, body.code, body.msg]).toEqual([400, 1002201, 'application does not exist']);
		});

		it('refuses unknown options', async () => {
			const { body } = await get(`/${ZHANG}/get_detail?options=with_everything`);
			expect([body.code, body.error.field_violations?.[0]?.field]).toEqual([
				99992402,
				'options[0]',
			]);
		});

		it('is limited to 10 calls a second', async () => {
			const answers = await Promise.all(
				Array.from({ length: 14 }, () => get(`/${ZHANG}/get_detail`)),
			);
			const refused = answers.filter(({ status }) => status === 429);
			expect(refused).toHaveLength(4);
			expect(refused[0]?.headers.get('x-ogw-ratelimit-limit')).toBe('10');
		});
	});

	it.each(['', `/${ZHANG}/get_detail`])('requires a scope of applications: %s', async (path) => {
		sandbox().app.scopes = ['hire:exam', 'hire:talent'];
		const { status, body } = await get(path);
		expect([status, body.code]).toEqual([400, 99991672]);
		expect(body.error.permission_violations?.map(({ subject }) => subject)).toEqual([
			'hire:application:readonly',
			'hire:application',
		]);
	});
});
