/** Feishu's own SDK as referee: what it sends and reads is the real protocol. */
import * as lark from '@larksuiteoapi/node-sdk';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Application, Sandbox } from '../../sandbox';
import { STAGES } from '../../sandbox/tenant/recruiting';
import { serve, useSandbox } from '../support/sandbox';
import { until } from '../support/until';

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

/** The SDK shares its token cache between all clients of a process; each test needs its own. */
const newClient = ({ url, app }: Sandbox, appSecret = app.appSecret) =>
	new lark.Client({
		appId: app.appId,
		appSecret,
		domain: url,
		logger: silent,
		cache: new lark.DefaultCache(),
	});

/** Example of the API pages. */
const PAPER = {
	id: '7147998241542539527',
	name: '春季测评',
	duration: 30,
	question_count: 30,
	start_time: '1658676234053',
	end_time: '1672444800000',
};

describe('the SDK as a client', () => {
	const sandbox = useSandbox();

	it('runs the whole workflow with the request examples of the API pages', async () => {
		const client = newClient(sandbox());
		const account = sandbox().bindAccount({ accountId: '7147998241542539527' });
		expect(
			await client.hire.ecoExamPaper.create({
				data: { account_id: '7147998241542539527', paper_list: [PAPER] },
			}),
		).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
		expect(account.papers).toEqual([
			{
				id: '7147998241542539527',
				name: '春季测评',
				duration: 30,
				questionCount: 30,
				startTime: '1658676234053',
				endTime: '1672444800000',
			},
		]);

		const exam = sandbox().arrangeExam({
			accountId: account.accountId,
			paperId: '7147998241542539527',
		});
		const path = { exam_id: exam.examId };
		expect(
			await client.hire.ecoExam.loginInfo({
				path,
				data: {
					result: 0,
					msg: 'success',
					exam_login_info: {
						exam_url: 'https://xxxx/xxxx/xxxx',
						username: 'waxsdfbhg',
						password: 'xxxxxx',
					},
				},
			}),
		).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
		expect(exam).toMatchObject({
			status: 2,
			arrangement: { examUrl: 'https://xxxx/xxxx/xxxx', username: 'waxsdfbhg' },
		});

		expect(
			await client.hire.ecoExam.updateResult({
				path,
				data: {
					result: '60.5',
					result_time: '1658676234053',
					report_list: [
						{
							name: '张三的笔试结果.pdf',
							url: 'https://xxxxx/xxxxxx/xxxx.pdf',
							answer_time: '1658676234053',
						},
					],
					detail_list: [{ id: 'pj001', name: '基本功', result: '优秀' }],
				},
			}),
		).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
		expect(exam).toMatchObject({
			status: 3,
			result: { result: '60.5', details: [{ id: 'pj001' }] },
		});

		const added = await client.hire.exam.create({
			data: {
				application_id: '6891565253964859661',
				exam_resource_name: '笔试试卷',
				score: 100.0,
				uuid: '6949805467799537964',
				operator_id: 'ou_f476cb099ac9227c9bae09ce46112579',
			},
			params: { user_id_type: 'open_id' },
		});
		expect(added).toMatchObject({ code: 0, data: { score: 100, uuid: '6949805467799537964' } });

		const pageExample = {
			application_id_list: ['7230753910687080000'],
			test_start_time_min: '1608725989000',
			test_start_time_max: '1608726999000',
		};
		expect(await client.hire.test.search({ data: pageExample })).toEqual({
			code: 0,
			msg: 'ok',
			data: { items: [], has_more: false },
		});
		const all = await client.hire.test.search({
			data: {},
			params: { page_size: 100, user_id_type: 'open_id' },
		});
		expect(all.data?.items?.map(({ test_id, score }) => [test_id, score])).toEqual([
			[exam.testId, '60.5'],
			[added.data?.exam_id, '100'],
		]);

		const tokenCalls = sandbox().calls.filter(({ path: called }) =>
			called.includes('tenant_access_token'),
		);
		expect(tokenCalls).toHaveLength(1);
	});

	it('updates and deletes papers, and manages account fields, with the request examples of the API pages', async () => {
		const { hire } = newClient(sandbox());
		const account = sandbox().bindAccount({ accountId: '7147998241542539527' });
		account.papers.push(
			{ id: '7147998241542539526', name: 'Old' },
			{ id: '7147998241542539527', name: 'Old' },
		);
		const updated = await hire.ecoExamPaper.batchUpdate({
			data: { account_id: '7147998241542539527', paper_list: [PAPER] },
		});
		expect(updated).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
		const deleted = await hire.ecoExamPaper.batchDelete({
			data: { account_id: '7147998241542539527', paper_id_list: ['7147998241542539526'] },
		});
		expect(deleted).toEqual({ code: 0, msg: 'SUCCESS', data: {} });
		expect(account.papers).toMatchObject([
			{ id: '7147998241542539527', name: '春季测评', duration: 30 },
		]);

		const fields = {
			scope: 2,
			custom_field_list: ['account_token', 'account_token_v1'].map((key) => ({
				key,
				name: { zh_cn: '账号token', en_us: 'Account token' },
				is_required: true,
				description: {
					zh_cn: '账号的唯一标识，可联系客服获取',
					en_us: 'Contact the customer service',
				},
			})),
		};
		const { ecoAccountCustomField } = hire;
		const ok = { code: 0, msg: 'ok', data: {} };
		expect(await ecoAccountCustomField.create({ data: fields })).toEqual(ok);
		expect(await ecoAccountCustomField.batchUpdate({ data: fields })).toEqual(ok);
		expect(
			await ecoAccountCustomField.batchDelete({
				data: { scope: 2, custom_field_key_list: ['account_token_v1'] },
			}),
		).toEqual(ok);
		expect(sandbox().state.customFields.map(({ key }) => key)).toEqual(['account_token']);

		await expect(ecoAccountCustomField.create({ data: fields })).rejects.toMatchObject({
			response: { status: 400, data: { code: 1002002 } },
		});
	});

	it('uploads a report, reads it back, and adds a result with it', async () => {
		const client = newClient(sandbox());
		const file = join(mkdtempSync(join(tmpdir(), 'sdk-')), '张三的笔试结果.pdf');
		writeFileSync(file, '%PDF-1.7 报告');
		// Its types leave out what the page asks for.
		const payload = { data: { content: createReadStream(file) } };
		const created = await client.hire.attachment.create(payload);
		const [, attachment] = sandbox().state.attachments;
		expect(created).toMatchObject({ id: attachment?.attachmentId, name: '张三的笔试结果.pdf' });
		expect(attachment).toMatchObject({
			name: '张三的笔试结果.pdf',
			mime: 'application/pdf',
			size: 15,
		});

		const attachment_id = created?.id ?? '';
		const read = await client.hire.attachment.get({ path: { attachment_id }, params: { type: 3 } });
		expect(read.data?.attachment).toMatchObject({ id: attachment_id, mime: 'application/pdf' });
		expect(await (await fetch(read.data?.attachment?.url ?? '')).text()).toBe('%PDF-1.7 报告');

		const result = {
			application_id: '6891565253964859661',
			exam_resource_name: 'n',
			score: 1,
			operator_id: 'ou_1',
		};
		const added = await client.hire.exam.create({ data: { ...result, uuid: attachment_id } });
		expect(added.data?.uuid).toBe(attachment_id);
	});

	it('follows the page tokens', async () => {
		const client = newClient(sandbox());
		const data = {
			application_id: '6891565253964859661',
			exam_resource_name: 'n',
			score: 1,
			operator_id: 'ou_1',
		};
		for (let count = 0; count < 3; count++) await client.hire.exam.create({ data });
		const first = await client.hire.test.search({ data: {}, params: { page_size: 2 } });
		const second = await client.hire.test.search({
			data: {},
			params: { page_size: 2, page_token: first.data?.page_token },
		});
		expect([first.data?.items?.length, second.data?.items?.length, second.data?.has_more]).toEqual([
			2,
			1,
			false,
		]);
	});

	it('lists applications and reads one', async () => {
		const { application } = newClient(sandbox()).hire;
		const [first] = sandbox().state.applications;
		if (first) first.lockStatus = 2;
		const params = {
			job_id: first?.job.id,
			active_status: '1',
			lock_status: [2, 3],
			page_size: 200,
		};
		const listed = await application.list({ params });
		expect(listed.data).toEqual({ items: [first?.applicationId], has_more: false });
		expect((await application.list({ params: { lock_status: [3] } })).data?.items).toEqual([]);

		const read = await application.getDetail({
			path: { application_id: listed.data?.items?.[0] },
			params: { options: ['with_job', 'with_talent'], user_id_type: 'open_id' },
		});
		expect(read.data?.application_detail).toMatchObject({
			basic_info: {
				id: first?.applicationId,
				stage: { zh_name: '笔试', type: 3 },
				active_status: 1,
			},
			job: { name: '前端工程师' },
			talent: { name: '张三' },
		});

		const unknown = application.getDetail({ path: { application_id: '1' } });
		await expect(unknown).rejects.toMatchObject({
			response: { status: 400, data: { code: 1002201 } },
		});
	});

	it('gets the errors of a wrong secret and of a refused result', async () => {
		const wrong = newClient(sandbox(), 'wrong');
		await expect(wrong.hire.test.search({ data: {} })).rejects.toThrow(
			'code: 10014, msg: app secret invalid',
		);

		const refused = newClient(sandbox()).hire.ecoExam.updateResult({
			path: { exam_id: '1' },
			data: { result: '1' },
		});
		await expect(refused).rejects.toMatchObject({
			response: { status: 400, data: { code: 1002851 } },
		});
	});
});

describe.each(['sandbox-encrypt-key', ''])(
	'the SDK as a receiver, Encrypt Key "%s"',
	(encryptKey) => {
		const sandbox = useSandbox({ app: { encryptKey } });

		it('answers the URL check, verifies, decrypts and reads the events', async () => {
			const { verificationToken } = sandbox().app;
			const received: Array<Record<string, unknown>> = [];
			const keep = (data: object) => {
				received.push({ ...data });
			};
			const dispatcher = new lark.EventDispatcher({
				encryptKey,
				verificationToken,
				logger: silent,
			}).register({
				'hire.eco_account.created_v1': keep,
				'hire.eco_exam.created_v1': keep,
				'hire.application.stage_changed_v1': keep,
				'hire.application.deleted_v1': keep,
				'hire.talent.deleted_v1': keep,
			});
			const handle = lark.adaptDefault('/webhook', dispatcher, { autoChallenge: true });
			const server = await serve((request, response) => void handle(request, response));
			await sandbox().setRequestUrl(server.url);

			const account = sandbox().bindAccount({ accountName: '示例账号' });
			await until(() => received.length === 1);
			account.papers.push({ id: 'p-1', name: '春季测评' });
			const exam = sandbox().arrangeExam({ accountId: account.accountId, paperId: 'p-1' });
			await until(() => received.length === 2);
			const [moved, deleted, gone] = sandbox().state.applications as [
				Application,
				Application,
				Application,
			];
			sandbox().moveApplication(moved.applicationId, 'interview');
			await until(() => received.length === 3);
			sandbox().deleteApplication(deleted.applicationId);
			await until(() => received.length === 4);
			sandbox().deleteTalent(gone.talentId);
			await until(() => received.length === 5);

			expect(received).toEqual([
				expect.objectContaining({
					event_type: 'hire.eco_account.created_v1',
					token: verificationToken,
					account_id: account.accountId,
					account_name: '示例账号',
					scope: 2,
				}),
				expect.objectContaining({
					event_type: 'hire.eco_exam.created_v1',
					exam_id: exam.examId,
					account_id: account.accountId,
					paper_id: 'p-1',
					candidate_info: {
						name: '张三',
						email: 'zhangsan@example.com',
						mobile: { code: '86', number: '13800000000' },
					},
				}),
				expect.objectContaining({
					event_type: 'hire.application.stage_changed_v1',
					application_id: moved.applicationId,
					origin_stage_id: STAGES.exam.id,
					target_stage_id: STAGES.interview.id,
					update_time: moved.updatedAt,
				}),
				expect.objectContaining({
					event_type: 'hire.application.deleted_v1',
					application_ids: [deleted.applicationId],
				}),
				expect.objectContaining({ event_type: 'hire.talent.deleted_v1', talent_id: gone.talentId }),
			]);
			await until(() => sandbox().deliveries.length === 6);
			expect(sandbox().deliveries.map(({ status, failure }) => [status, failure])).toEqual(
				Array(6).fill([200, undefined]),
			);
			await server.close();
		});
	},
);
