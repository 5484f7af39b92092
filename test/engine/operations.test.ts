import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Account, Exam, Sandbox } from '../../sandbox';
import { execute, sandboxCredentials } from '../support/engine';
import { apiCalls, startTestSandbox } from '../support/testSandbox';

/** What Feishu received, against the request examples of its own pages: byte for byte. */
describe('each operation sends the request that Feishu documents', () => {
	let sandbox: Sandbox;
	let account: Account;
	let exam: Exam;

	beforeEach(async () => {
		sandbox = await startTestSandbox();
		account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		exam = sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
	});
	afterEach(async () => await sandbox.close());

	const run = async (parameters: Parameters<typeof execute>[1], options = {}) =>
		await execute(sandboxCredentials(sandbox), parameters, options);

	const lastCall = () => apiCalls(sandbox).at(-1);

	it('exam / returnArrangement, arranged', async () => {
		const { json, error } = await run({
			resource: 'exam',
			operation: 'returnArrangement',
			examId: exam.examId,
			outcome: 'arranged',
			examUrl: 'https://xxxx/xxxx/xxxx',
			additionalFields: { message: 'success', username: 'waxsdfbhg', password: 'xxxxxx' },
		});

		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: `/open-apis/hire/v1/eco_exams/${exam.examId}/login_info`,
			rawBody:
				'{"result":0,"msg":"success","exam_login_info":{"exam_url":"https://xxxx/xxxx/xxxx","username":"waxsdfbhg","password":"xxxxxx"}}',
		});
		expect(lastCall()?.headers['content-type']).toBe('application/json; charset=utf-8');
		expect(exam.arrangement).toMatchObject({
			examUrl: 'https://xxxx/xxxx/xxxx',
			password: 'xxxxxx',
		});
		expect(json).toEqual([{ success: true, exam_id: exam.examId }]);
	});

	it('exam / returnArrangement, failed: login info is sent nevertheless', async () => {
		const { error } = await run({
			resource: 'exam',
			operation: 'returnArrangement',
			examId: exam.examId,
			outcome: 'failed',
			failureCode: 42,
			additionalFields: { message: 'no seats' },
		});

		expect(error).toBeUndefined();
		expect(lastCall()?.rawBody).toBe(
			'{"result":42,"msg":"no seats","exam_login_info":{"exam_url":""}}',
		);
		expect(exam.status).toBe(7);
	});

	const RESULT_BODY =
		'{"result":"60.5","result_time":"1658676234053","report_list":[{"name":"张三的笔试结果.pdf","url":"https://xxxxx/xxxxxx/xxxx.pdf","answer_time":"1658676234053"}],"detail_list":[{"id":"pj001","name":"基本功","result":"优秀"}]}';

	it('exam / returnResult, with rows', async () => {
		const { json, error } = await run({
			resource: 'exam',
			operation: 'returnResult',
			examId: exam.examId,
			result: '60.5',
			additionalFields: {
				resultTime: '2022-07-24T23:23:54.053+08:00',
				reports: {
					values: [
						{
							name: '张三的笔试结果.pdf',
							url: 'https://xxxxx/xxxxxx/xxxx.pdf',
							answerTime: '1658676234053',
						},
					],
				},
				details: { values: [{ id: 'pj001', name: '基本功', result: '优秀' }] },
			},
		});

		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: `/open-apis/hire/v1/eco_exams/${exam.examId}/update_result`,
			rawBody: RESULT_BODY,
		});
		expect(exam.status).toBe(3);
		expect(json).toEqual([{ success: true, exam_id: exam.examId }]);
	});

	it.each([
		[
			'API names',
			{
				name: '张三的笔试结果.pdf',
				url: 'https://xxxxx/xxxxxx/xxxx.pdf',
				answer_time: 1658676234053,
			},
		],
		[
			'row names',
			{
				name: '张三的笔试结果.pdf',
				url: 'https://xxxxx/xxxxxx/xxxx.pdf',
				answerTime: '1658676234053',
			},
		],
	])('exam / returnResult, with lists from an exam system under %s', async (_, report) => {
		const { error } = await run(
			{
				resource: 'exam',
				operation: 'returnResult',
				examId: '={{ $json.exam }}',
				result: '={{ $json.score }}',
				additionalFields: {
					resultTime: '={{ $json.at }}',
					reportsJson: '={{ $json.reports }}',
					detailsJson: '={{ JSON.stringify($json.details) }}',
				},
			},
			{
				items: [
					{
						exam: exam.examId,
						score: 60.5,
						at: 1658676234053,
						reports: [report],
						details: [{ id: 'pj001', name: '基本功', result: '优秀' }],
					},
				],
			},
		);

		expect(error).toBeUndefined();
		expect(lastCall()?.rawBody).toBe(RESULT_BODY);
	});

	it('candidateExam / addResult: the score is a number, the IDs are text', async () => {
		const [application] = sandbox.state.applications;
		const { json, error } = await run({
			resource: 'candidateExam',
			operation: 'addResult',
			applicationId: application?.applicationId ?? '',
			examName: '笔试试卷',
			score: 95.5,
			operatorId: 'ou_f476cb099ac9227c9bae09ce46112579',
			additionalFields: { attachmentId: '6949805467799537964', userIdType: 'open_id' },
		});

		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: '/open-apis/hire/v1/exams',
			query: { user_id_type: 'open_id' },
			rawBody: `{"application_id":"${application?.applicationId}","exam_resource_name":"笔试试卷","score":95.5,"uuid":"6949805467799537964","operator_id":"ou_f476cb099ac9227c9bae09ce46112579"}`,
		});
		expect(json).toMatchObject([{ application_id: application?.applicationId, score: 95.5 }]);
		expect(typeof json[0]?.exam_id).toBe('string');
	});

	it('candidateExam / getAll: filters, and an object for a body even without any', async () => {
		await run({
			resource: 'candidateExam',
			operation: 'getAll',
			returnAll: false,
			limit: 10,
			filters: {
				applicationIds: '7230753910687080000',
				startTimeMin: 1608725989,
				startTimeMax: '1608726999000',
			},
		});
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: '/open-apis/hire/v1/tests/search',
			query: { page_size: '10' },
			rawBody:
				'{"test_start_time_min":"1608725989000","test_start_time_max":"1608726999000","application_id_list":["7230753910687080000"]}',
		});

		const { json, error } = await run({
			resource: 'candidateExam',
			operation: 'getAll',
			returnAll: true,
		});
		expect(error).toBeUndefined();
		expect(lastCall()?.rawBody).toBe('{}');
		expect(json).toMatchObject([
			{ application_id: exam.applicationId, test_status: 1, test_status_text: 'Not Arranged' },
		]);
	});

	const PAPER = {
		id: '7147998241542539527',
		name: '春季测评',
		duration: 30,
		question_count: 30,
		start_time: '1658676234053',
		end_time: '1672444800000',
	};
	const PAPER_ITEM = {
		paperSource: 'inputItems',
		paperId: '={{ $json.id }}',
		paperName: '={{ $json.name }}',
		duration: '={{ $json.duration }}',
		questionCount: '={{ $json.question_count }}',
		startTime: '={{ $json.start_time }}',
		endTime: '={{ $json.end_time }}',
	};
	const paperBody = () => JSON.stringify({ account_id: account.accountId, paper_list: [PAPER] });

	it('examPaper / replaceAll out of input items', async () => {
		const { json, error } = await run(
			{
				resource: 'examPaper',
				operation: 'replaceAll',
				accountId: account.accountId,
				...PAPER_ITEM,
			},
			{ items: [PAPER] },
		);
		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: '/open-apis/hire/v1/eco_exam_papers',
			rawBody: paperBody(),
		});
		expect(account.papers).toMatchObject([{ id: PAPER.id, name: PAPER.name }]);
		expect(json).toEqual([{ success: true, account_id: account.accountId, paper_count: 1 }]);
	});

	it('examPaper / replaceAll out of rows, and out of JSON', async () => {
		const common = { resource: 'examPaper', operation: 'replaceAll', accountId: account.accountId };
		const rows = await run({
			...common,
			paperSource: 'fields',
			papers: {
				values: [
					{
						paperId: PAPER.id,
						paperName: PAPER.name,
						duration: 30,
						questionCount: 30,
						startTime: PAPER.start_time,
						endTime: PAPER.end_time,
					},
				],
			},
		});
		expect(rows.error).toBeUndefined();
		expect(lastCall()?.rawBody).toBe(paperBody());

		const json = await run({ ...common, paperSource: 'json', papersJson: JSON.stringify([PAPER]) });
		expect(json.error).toBeUndefined();
		expect(lastCall()?.rawBody).toBe(paperBody());
	});

	it('examPaper / update: the same papers, to change those that are there', async () => {
		account.papers.push({ id: PAPER.id, name: 'Old', startTime: '1' });
		const { json, error } = await run(
			{ resource: 'examPaper', operation: 'update', accountId: account.accountId, ...PAPER_ITEM },
			{ items: [PAPER] },
		);
		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'PATCH',
			path: '/open-apis/hire/v1/eco_exam_papers/batch_update',
			rawBody: paperBody(),
		});
		expect(account.papers).toMatchObject([
			{ id: 'p1' },
			{ id: PAPER.id, startTime: PAPER.start_time },
		]);
		expect(json).toEqual([{ success: true, account_id: account.accountId, paper_count: 1 }]);
	});

	it.each<[string, INodeParameters, IDataObject]>([
		['an input item', { paperSource: 'inputItems', paperId: '={{ $json.id }}' }, { id: PAPER.id }],
		['typed text', { paperSource: 'list', paperIds: ` ${PAPER.id},\n` }, {}],
		[
			'a list',
			{ paperSource: 'list', paperIds: '={{ $json.ids }}' },
			{ ids: [PAPER.id, PAPER.id] },
		],
		[
			'the JSON of a list',
			{ paperSource: 'list', paperIds: '={{ JSON.stringify($json.ids) }}' },
			{ ids: [PAPER.id] },
		],
	])('examPaper / delete out of %s', async (_, source, item) => {
		account.papers.push({ id: PAPER.id, name: 'Old' });
		const { json, error } = await run(
			{ resource: 'examPaper', operation: 'delete', accountId: account.accountId, ...source },
			{ items: [item] },
		);
		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: '/open-apis/hire/v1/eco_exam_papers/batch_delete',
			rawBody: `{"account_id":"${account.accountId}","paper_id_list":["${PAPER.id}"]}`,
		});
		expect(account.papers).toMatchObject([{ id: 'p1' }]);
		expect(json).toEqual([{ deleted: true, account_id: account.accountId, paper_count: 1 }]);
	});

	const FIELD = {
		key: 'account_token',
		name: { zh_cn: '账号token', en_us: 'Account token' },
		is_required: true,
		description: { zh_cn: '账号的唯一标识，可联系客服获取', en_us: 'Contact the customer service' },
	};
	const FIELD_ROW = {
		fieldKey: FIELD.key,
		nameZhCn: FIELD.name.zh_cn,
		nameEnUs: FIELD.name.en_us,
		isRequired: true,
		descriptionZhCn: FIELD.description.zh_cn,
		descriptionEnUs: FIELD.description.en_us,
	};
	const fieldItem = Object.fromEntries(
		Object.keys(FIELD_ROW).map((name) => [name, `={{ $json.${name} }}`]),
	);

	describe.each([
		['replaceAll', 'POST', ''],
		['update', 'PATCH', '/batch_update'],
	])('accountField / %s', (operation, method, path) => {
		it.each<[string, INodeParameters, IDataObject]>([
			[
				'an input item',
				{ fieldSource: 'inputItems', ...fieldItem },
				{ ...FIELD_ROW, isRequired: 'true' },
			],
			['rows', { fieldSource: 'fields', accountFields: { values: [FIELD_ROW] } }, {}],
			[
				"Feishu's own form",
				{ fieldSource: 'json', accountFieldsJson: '={{ $json.fields }}' },
				{ fields: [FIELD] },
			],
			[
				'JSON under row names',
				{ fieldSource: 'json', accountFieldsJson: JSON.stringify([FIELD_ROW]) },
				{},
			],
		])('out of %s', async (_, source, item) => {
			const parameters = { resource: 'accountField', operation };
			await run({
				...parameters,
				operation: 'replaceAll',
				fieldSource: 'fields',
				accountFields: { values: [{ ...FIELD_ROW, nameZhCn: '' }] },
			});
			const { json, error } = await run({ ...parameters, ...source }, { items: [item] });
			expect(error).toBeUndefined();
			expect(lastCall()).toMatchObject({
				method,
				path: `/open-apis/hire/v1/eco_account_custom_fields${path}`,
				rawBody: JSON.stringify({ scope: 2, custom_field_list: [FIELD] }),
			});
			expect(sandbox.state.customFields).toMatchObject([{ key: FIELD.key, name: FIELD.name }]);
			expect(json).toEqual([{ success: true, field_count: 1 }]);
		});

		it('leaves out empty fields', async () => {
			await run({
				resource: 'accountField',
				operation,
				fieldSource: 'json',
				accountFieldsJson:
					'[{ "key": "k", "name": { "en_us": "N", "zh_cn": "" }, "description": null }]',
			});
			expect(lastCall()?.rawBody).toBe(
				'{"scope":2,"custom_field_list":[{"key":"k","name":{"en_us":"N"},"is_required":false}]}',
			);
		});
	});

	it.each<[string, INodeParameters]>([
		['input items', { fieldSource: 'inputItems', fieldKey: '={{ $json.key }}' }],
		['a list', { fieldSource: 'list', fieldKeys: '={{ $json.key }},' }],
	])('accountField / delete out of %s', async (_, source) => {
		const keys = ['account_token', 'account_token_v1', 'kept'];
		await run({
			resource: 'accountField',
			operation: 'replaceAll',
			fieldSource: 'json',
			accountFieldsJson: JSON.stringify(keys.map((key) => ({ ...FIELD, key }))),
		});
		const { json, error } = await run(
			{ resource: 'accountField', operation: 'delete', ...source },
			{ items: [{ key: 'account_token' }, { key: 'account_token_v1' }] },
		);
		expect(error).toBeUndefined();
		expect(lastCall()).toMatchObject({
			method: 'POST',
			path: '/open-apis/hire/v1/eco_account_custom_fields/batch_delete',
			rawBody: '{"scope":2,"custom_field_key_list":["account_token","account_token_v1"]}',
		});
		expect(sandbox.state.customFields).toMatchObject([{ key: 'kept' }]);
		expect(json).toEqual([{ deleted: true, field_count: 2 }]);
	});
});
