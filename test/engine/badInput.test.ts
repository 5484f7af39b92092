import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { execute, sandboxCredentials } from '../support/engine';
import { startTestSandbox } from '../support/testSandbox';

const returnResult: INodeParameters = {
	resource: 'exam',
	operation: 'returnResult',
	examId: '={{ $json.examId }}',
	result: '={{ $json.result }}',
	additionalFields: { resultTime: '={{ $json.time }}', reportsJson: '={{ $json.reports }}' },
};
const goodResult = { examId: '7178536692385679677', result: '60.5' };

const returnArrangement: INodeParameters = {
	resource: 'exam',
	operation: 'returnArrangement',
	examId: '7178536692385679677',
	outcome: '={{ $json.outcome }}',
	examUrl: '={{ $json.url }}',
	failureCode: '={{ $json.failureCode }}',
};
const goodArrangement = { outcome: 'arranged', url: 'https://exam.example.com/1' };

const addResult: INodeParameters = {
	resource: 'candidateExam',
	operation: 'addResult',
	applicationId: '={{ $json.applicationId }}',
	examName: '笔试试卷',
	score: '={{ $json.score }}',
	operatorId: '={{ $json.operatorId }}',
};
const goodScore = {
	applicationId: '6891565253964859661',
	score: 95.5,
	operatorId: 'zhang.san@example',
};

const getAll: INodeParameters = {
	resource: 'candidateExam',
	operation: 'getAll',
	returnAll: '={{ $json.returnAll }}',
	limit: '={{ $json.limit }}',
	filters: { applicationIds: '={{ $json.applicationIds }}', startTimeMin: '={{ $json.from }}' },
};
const goodFilter = { returnAll: true, applicationIds: ['6891565253964859661'], from: 1658676234 };

const replaceItems: INodeParameters = {
	resource: 'examPaper',
	operation: 'replaceAll',
	accountId: '={{ $json.account }}',
	paperSource: 'inputItems',
	paperId: '={{ $json.id }}',
	paperName: '={{ $json.name }}',
	duration: '={{ $json.duration }}',
	startTime: '={{ $json.start }}',
	endTime: '={{ $json.end }}',
};
const goodPaper = { account: '7147998241542539527', id: 'p0', name: 'Paper' };

const replaceJson: INodeParameters = {
	resource: 'examPaper',
	operation: 'replaceAll',
	accountId: '7147998241542539527',
	paperSource: 'json',
	papersJson: '={{ $json.papers }}',
};
const goodPapers = { papers: [{ id: 'p0', name: 'Paper' }] };

const deletePaper: INodeParameters = {
	resource: 'examPaper',
	operation: 'delete',
	accountId: '7147998241542539527',
	paperSource: 'inputItems',
	paperId: '={{ $json.id }}',
};
const goodPaperId = { id: 'p0' };

const deleteList: INodeParameters = {
	...deletePaper,
	paperSource: 'list',
	paperIds: '={{ $json.ids }}',
};
const goodPaperIds = { ids: ['p0', 7] };

const replaceFields: INodeParameters = {
	resource: 'accountField',
	operation: 'replaceAll',
	fieldSource: 'json',
	accountFieldsJson: '={{ $json.fields }}',
};
const goodField = { key: 'a', name: { zh_cn: 'A' }, is_required: 'false' };
const goodFields = { fields: [goodField] };
const badField = (field: IDataObject) => ({ fields: [{ ...goodField, key: 'b', ...field }] });

/** What is wrong; the parameters; a good item; what the second item has instead; what the message must say. */
type Case = [string, INodeParameters, IDataObject, IDataObject, RegExp];

const cases: Case[] = [
	[
		'an ID as a number that has lost digits',
		returnResult,
		goodResult,
		{ examId: 7178536692385679677 },
		/'Exam ID' is the number 7178536692385679000, which is not exact/,
	],
	[
		'an ID that a spreadsheet rounded',
		returnResult,
		goodResult,
		{ examId: '7.17854E+18' },
		/'Exam ID' is "7\.17854E\+18", a number that was rounded/,
	],
	[
		'an ID with a path in it',
		returnResult,
		goodResult,
		{ examId: '../eco_exam_papers' },
		/'Exam ID' is .* contains only letters, digits/,
	],
	['a missing ID', returnResult, goodResult, { examId: null }, /'Exam ID' is empty/],
	['an empty result', returnResult, goodResult, { result: '' }, /'Result' is empty/],
	[
		'an object for a result',
		returnResult,
		goodResult,
		{ result: { score: 1 } },
		/'Result' must be a string/,
	],
	[
		'a time that is no date',
		returnResult,
		goodResult,
		{ time: 'tomorrow' },
		/'Result Time' is "tomorrow", which is not a valid date and time/,
	],
	[
		'a day that does not exist',
		returnResult,
		goodResult,
		{ time: '2026-02-30' },
		/'Result Time' is "2026-02-30", which is not a valid date and time/,
	],
	[
		'a time with too few digits',
		returnResult,
		goodResult,
		{ time: 20261121 },
		/'Result Time' is "20261121"/,
	],
	[
		'a report with a key that Feishu does not know',
		returnResult,
		goodResult,
		{ reports: [{ name: 'R', url: 'https://exam.example.com/1', pages: 3 }] },
		/The key "pages" in row 1 of 'Reports \(JSON\)' is unknown/,
	],
	[
		'JSON that cannot be read',
		returnResult,
		goodResult,
		{ reports: '[{' },
		/'Reports \(JSON\)' is not valid JSON/,
	],
	[
		'JSON that is no list',
		returnResult,
		goodResult,
		{ reports: { name: 'a' } },
		/'Reports \(JSON\)' must be a list/,
	],
	[
		'a row without its name',
		returnResult,
		goodResult,
		{ reports: [{ url: 'https://a.example.com' }] },
		/'Name' in row 1 of 'Reports \(JSON\)' is missing/,
	],
	[
		'a row that is no object',
		returnResult,
		goodResult,
		{ reports: ['a'] },
		/row 1 of 'Reports \(JSON\)' must be an object/,
	],
	[
		'a row with a field twice',
		returnResult,
		goodResult,
		{
			reports: [
				{
					name: 'a',
					url: 'https://a.example.com',
					answer_time: 1658676234,
					answerTime: 1658676235,
				},
			],
		},
		/'Answer Time' in row 1 .* is set twice/,
	],
	[
		'a report that is no link',
		returnResult,
		goodResult,
		{ reports: [{ name: 'a', url: 'report.pdf' }] },
		/'URL' in row 1 of 'Reports \(JSON\)' is "report\.pdf"/,
	],
	[
		'an invalid link',
		returnArrangement,
		goodArrangement,
		{ url: 'javascript:alert(1)' },
		/'Exam URL' is/,
	],
	[
		'an unknown outcome',
		returnArrangement,
		goodArrangement,
		{ outcome: 'perhaps' },
		/'Outcome' must be one of arranged, failed/,
	],
	[
		'a failure code that means success',
		returnArrangement,
		goodArrangement,
		{ outcome: 'failed', failureCode: 0 },
		/'Failure Code' must not be 0/,
	],
	[
		'a failure code with decimals',
		returnArrangement,
		goodArrangement,
		{ outcome: 'failed', failureCode: 1.5 },
		/'Failure Code' must be a whole number/,
	],
	[
		'a user ID with a space in it',
		addResult,
		goodScore,
		{ operatorId: 'zhang san' },
		/'Operator ID' is "zhang san"/,
	],
	[
		'a score that would be rounded',
		addResult,
		goodScore,
		{ score: 95.55 },
		/'Score' is "95\.55", but Feishu stores only one decimal/,
	],
	[
		'a score that is no number',
		addResult,
		goodScore,
		{ score: 'good' },
		/'Score' must be a number/,
	],
	['an empty score', addResult, goodScore, { score: '' }, /'Score' is empty/],
	[
		'a filter with an empty list',
		getAll,
		goodFilter,
		{ applicationIds: [] },
		/'Application IDs' is an empty list/,
	],
	[
		'a filter whose value is missing',
		getAll,
		goodFilter,
		{ applicationIds: '' },
		/'Application IDs' is empty/,
	],
	[
		'a time filter whose expression gave nothing',
		getAll,
		goodFilter,
		{ from: undefined },
		/'Start Time Min' is empty/,
	],
	[
		'a filter with a rounded ID',
		getAll,
		goodFilter,
		{ applicationIds: [6891565253964859661] },
		/'Application IDs' is the number/,
	],
	[
		'a limit of 0',
		getAll,
		goodFilter,
		{ returnAll: false, limit: 0 },
		/'Limit' must be at least 1/,
	],
	[
		'a paper ID that Feishu would truncate',
		replaceItems,
		goodPaper,
		{ id: 'x'.repeat(256) },
		/'Paper ID' has 256 characters, but Feishu stores at most 255/,
	],
	[
		'a paper name that Feishu would truncate',
		replaceItems,
		goodPaper,
		{ id: 'p1', name: '试'.repeat(256) },
		/'Paper Name' has 256 characters/,
	],
	['two papers with one ID', replaceItems, goodPaper, {}, /'Paper ID' "p0" appears twice/],
	[
		'an end before its start',
		replaceItems,
		goodPaper,
		{ id: 'p1', start: 1672444800, end: 1658676234 },
		/'End Time' of the paper "p1" must be after/,
	],
	[
		'a negative duration',
		replaceItems,
		goodPaper,
		{ id: 'p1', duration: -5 },
		/'Duration' must be at least 0/,
	],
	[
		'a paper without an account',
		replaceItems,
		goodPaper,
		{ id: 'p1', account: '' },
		/'Account ID' is empty/,
	],
	[
		'two listed papers with one ID',
		replaceJson,
		goodPapers,
		{ papers: [{ id: 'p0', name: 'Another' }] },
		/'Paper ID' "p0" appears twice/,
	],
	[
		'two papers with one ID to update',
		{ ...replaceJson, operation: 'update' },
		goodPapers,
		{ papers: [{ id: 'p0', name: 'Another' }] },
		/'Paper ID' "p0" appears twice/,
	],
	[
		'an end before its start to update',
		{ ...replaceItems, operation: 'update' },
		goodPaper,
		{ id: 'p1', start: 1672444800, end: 1658676234 },
		/'End Time' of the paper "p1" must be after/,
	],
	['no paper to delete', deletePaper, goodPaperId, { id: '' }, /'Paper ID' is empty/],
	[
		'a paper ID to delete that is too long',
		deletePaper,
		goodPaperId,
		{ id: 'x'.repeat(256) },
		/'Paper ID' has 256 characters/,
	],
	[
		'a paper to delete whose number has lost digits',
		deleteList,
		goodPaperIds,
		{ ids: [7147998241542539527] },
		/'Paper IDs' is "7147998241542539000", a number too large to be exact/,
	],
	[
		'a list of papers with a gap',
		deleteList,
		goodPaperIds,
		{ ids: ['p1', null] },
		/'Paper IDs' has an empty entry/,
	],
	['a list of no papers', deleteList, goodPaperIds, { ids: [] }, /'Paper IDs' is an empty list/],
	[
		'a list of papers that is an object',
		deleteList,
		goodPaperIds,
		{ ids: { id: 'p1' } },
		/'Paper IDs' must be a list/,
	],
	[
		'a list of papers that is half JSON',
		deleteList,
		goodPaperIds,
		{ ids: '["p1"' },
		/'Paper IDs' is not valid JSON/,
	],
	[
		'two account fields with one key',
		replaceFields,
		goodFields,
		badField({ key: 'a', is_required: true }),
		/'Field Key' "a" appears twice/,
	],
	[
		'an account field without a key',
		replaceFields,
		goodFields,
		badField({ key: ' ' }),
		/'Field Key' in row 1 of 'Account Fields \(JSON\)' is empty/,
	],
	[
		'an account field without a name',
		replaceFields,
		goodFields,
		badField({ name: { zh_cn: '' } }),
		/The account field "b" has no name/,
	],
	[
		'a name that is in no language',
		replaceFields,
		goodFields,
		badField({ name: 'B' }),
		/'name' in row 1 of 'Account Fields \(JSON\)' must be an object/,
	],
	[
		'a name given twice',
		replaceFields,
		goodFields,
		badField({ nameZhCn: 'B' }),
		/'Name \(Chinese\)' in row 1 .* is set twice/,
	],
	[
		'neither required nor not',
		replaceFields,
		goodFields,
		badField({ is_required: 'maybe' }),
		/'Required' in row 1 .* must be true or false, not "maybe"/,
	],
	[
		'an account field to update without a name',
		{ ...replaceFields, operation: 'update' },
		goodFields,
		badField({ name: null }),
		/The account field "b" has no name/,
	],
	[
		'no account field to delete',
		{
			...replaceFields,
			operation: 'delete',
			fieldSource: 'inputItems',
			fieldKey: '={{ $json.key }}',
		},
		{ key: 'a' },
		{ key: null },
		/'Field Key' is empty/,
	],
	[
		'a listed paper without a name',
		replaceJson,
		goodPapers,
		{ papers: [{ id: 'p1' }] },
		/'Paper Name' in row 1 of 'Papers \(JSON\)' is missing/,
	],
];

describe('invalid input is rejected before any call', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startTestSandbox();
	});
	beforeEach(() => sandbox.calls.splice(0));
	afterAll(async () => await sandbox.close());

	const run = async (parameters: INodeParameters, items: IDataObject[] = [{}]) =>
		await execute(sandboxCredentials(sandbox), parameters, { items });

	it.each(cases)('%s', async (_, parameters, good, bad, message) => {
		const { error, json } = await run(parameters, [good, { ...good, ...bad }]);
		expect(error?.message).toMatch(message);
		expect(error?.context.itemIndex).toBe(1);
		expect(json).toEqual([]);
		expect(sandbox.calls).toEqual([]);
	});

	it.each([
		['empty rows', { paperSource: 'fields', papers: {} }],
		['an empty list', { paperSource: 'json', papersJson: '[]' }],
	])('%s, unless the option allows it', async (_, source) => {
		const parameters = {
			resource: 'examPaper',
			operation: 'replaceAll',
			accountId: '7147998241542539527',
		};
		const { error } = await run({ ...parameters, ...source });
		expect(error?.message).toBe('The list of papers is empty');
		expect(sandbox.calls).toEqual([]);

		const account = sandbox.bindAccount();
		account.papers.push({ id: 'old', name: 'Old' });
		const meant = await run({
			...parameters,
			...source,
			accountId: account.accountId,
			additionalFields: { allowEmptyList: true },
		});
		expect(meant.error).toBeUndefined();
		expect(account.papers).toEqual([]);
	});

	it.each([
		[
			{ resource: 'examPaper', operation: 'update', accountId: '1', paperSource: 'fields' },
			'The list of papers is empty',
		],
		[
			{
				resource: 'examPaper',
				operation: 'delete',
				accountId: '1',
				paperSource: 'list',
				paperIds: ', ,',
			},
			"'Paper IDs' is an empty list",
		],
		[
			{ resource: 'accountField', operation: 'replaceAll', fieldSource: 'fields' },
			'The list of account fields is empty',
		],
		[
			{ resource: 'accountField', operation: 'update', fieldSource: 'json' },
			'The list of account fields is empty',
		],
		[
			{
				resource: 'accountField',
				operation: 'delete',
				fieldSource: 'list',
				fieldKeys: '={{ $json.keys }}',
			},
			"'Field Keys' is empty",
		],
	])('an empty list: %j', async (parameters, message) => {
		const { error } = await run(parameters);
		expect(error?.message).toBe(message);
		expect(sandbox.calls).toEqual([]);
	});

	it('rows and JSON together', async () => {
		const { error } = await run({
			...returnResult,
			examId: '1',
			result: '1',
			additionalFields: {
				details: { values: [{ name: 'a', result: 'b' }] },
				detailsJson: '[{ "name": "c", "result": "d" }]',
			},
		});
		expect(error?.message).toBe("'Details' and 'Details (JSON)' are both filled in");
		expect(sandbox.calls).toEqual([]);
	});

	it('an end before its start, with both in the time zone of the workflow', async () => {
		const { error } = await run({
			...replaceItems,
			accountId: '1',
			paperId: 'p1',
			paperName: 'Paper',
			startTime: '2026-11-21T10:00:00',
			endTime: '2026-11-21T01:00:00Z',
		});
		expect(error?.description).toContain(
			'starts at 2026-11-21 10:00:00 (Asia/Shanghai) and ends at 2026-11-21 09:00:00 (Asia/Shanghai)',
		);
	});

	it('an unknown operation, or the name of a prototype property', async () => {
		for (const operation of ['nothing', 'constructor', '__proto__']) {
			const { error } = await run({ resource: 'exam', operation });
			expect(error?.message).toBe(`The resource 'exam' has no operation '${operation}'`);
		}
	});
});
