import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { execute, sandboxCredentials } from '../support/engine';
import { apiCalls, startTestSandbox } from '../support/testSandbox';

/** What people paste, type and hand over, in every place where it can be entered. */

const EXAM_ID = '7178536692385679677';
const ACCOUNT_ID = '7147998241542539527';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startTestSandbox();
});
beforeEach(() => sandbox.calls.splice(0));
afterAll(async () => await sandbox.close());

const run = async (
	parameters: INodeParameters,
	items: IDataObject[] = [{}],
	onError: OnError = 'stopWorkflow',
) => await execute(sandboxCredentials(sandbox), parameters, { items, onError });

/** What the first call sent: its path, and its body. */
function sent(): { path: string; body: IDataObject } {
	const [call] = apiCalls(sandbox);
	if (!call) throw new Error('nothing was sent');
	return { path: call.path, body: JSON.parse(call.rawBody || '{}') as IDataObject };
}

interface Place {
	name: string;
	parameters: (value: unknown) => INodeParameters;
	/** Where the value is in what was sent. */
	find: (call: ReturnType<typeof sent>) => unknown;
}

const returnResult = (more: object) =>
	({
		resource: 'exam',
		operation: 'returnResult',
		examId: EXAM_ID,
		result: '60',
		...more,
	}) as INodeParameters;

const replacePapers = (more: object) =>
	({
		resource: 'examPaper',
		operation: 'replaceAll',
		accountId: ACCOUNT_ID,
		paperId: 'p1',
		paperName: 'Paper',
		...more,
	}) as INodeParameters;

const inBody =
	(...keys: Array<string | number>) =>
	({ body }: ReturnType<typeof sent>): unknown =>
		keys.reduce<unknown>(
			(level, key) => (level as Record<string, unknown> | undefined)?.[key],
			body,
		);

/** The places of a field of a row: a field of the item, a row of the editor, a row of JSON and of its text. */
const placesInPaper = (name: string, apiName: string): Place[] => {
	const paper = { paperId: 'p1', paperName: 'Paper' };
	const find = inBody('paper_list', 0, apiName);
	return [
		{
			name: `${name} of an item`,
			parameters: (value) => replacePapers({ paperSource: 'inputItems', [name]: value }),
			find,
		},
		{
			name: `${name} in a row`,
			parameters: (value) =>
				replacePapers({
					paperSource: 'fields',
					papers: { values: [{ ...paper, [name]: value }] },
				}),
			find,
		},
		{
			name: `${name} in JSON`,
			parameters: (value) =>
				replacePapers({ paperSource: 'json', papersJson: [{ ...paper, [name]: value }] }),
			find,
		},
		{
			name: `${name} in JSON text`,
			parameters: (value) =>
				replacePapers({
					paperSource: 'json',
					papersJson: JSON.stringify([{ ...paper, [name]: value }]),
				}),
			find,
		},
	];
};

const APPLICATION: Place = {
	name: 'Application ID',
	parameters: (value) => ({
		resource: 'application',
		operation: 'get',
		applicationId: value as string,
	}),
	find: ({ path }) => path.split('/').at(-2),
};

const APPLICATIONS: Place = {
	name: 'Application IDs',
	parameters: (value) => ({
		resource: 'candidateExam',
		operation: 'getAll',
		filters: { applicationIds: value as string },
	}),
	find: inBody('application_id_list', 0),
};

const PAPER_IDS: Place = {
	name: 'Paper IDs of Delete',
	parameters: (value) => ({
		resource: 'examPaper',
		operation: 'delete',
		accountId: ACCOUNT_ID,
		paperSource: 'list',
		paperIds: value as string,
	}),
	find: inBody('paper_id_list', 0),
};

const FIELD_KEYS: Place = {
	name: 'Field Keys of Delete',
	parameters: (value) => ({
		resource: 'accountField',
		operation: 'delete',
		fieldSource: 'list',
		fieldKeys: value as string,
	}),
	find: inBody('custom_field_key_list', 0),
};

const EXAM_URL: Place = {
	name: 'Exam URL',
	parameters: (value) => ({
		resource: 'exam',
		operation: 'returnArrangement',
		examId: EXAM_ID,
		examUrl: value as string,
	}),
	find: inBody('exam_login_info', 'exam_url'),
};

const RESULT_TIME: Place = {
	name: 'Result Time',
	parameters: (value) => returnResult({ additionalFields: { resultTime: value } }),
	find: inBody('result_time'),
};

const PLACES: Record<'id' | 'paperId' | 'url' | 'text' | 'time', Place[]> = {
	id: [
		{
			name: 'Exam ID',
			parameters: (value) => returnResult({ examId: value }),
			find: ({ path }) => path.split('/').at(-2),
		},
		{
			name: 'Account ID',
			parameters: (value) => replacePapers({ accountId: value, paperSource: 'inputItems' }),
			find: inBody('account_id'),
		},
		APPLICATION,
		APPLICATIONS,
	],
	paperId: [
		...placesInPaper('paperId', 'id'),
		{
			name: 'Paper ID of Delete',
			parameters: (value) => ({
				resource: 'examPaper',
				operation: 'delete',
				accountId: ACCOUNT_ID,
				paperSource: 'inputItems',
				paperId: value as string,
			}),
			find: inBody('paper_id_list', 0),
		},
		PAPER_IDS,
		FIELD_KEYS,
		{
			name: 'Field Key in JSON',
			parameters: (value) => ({
				resource: 'accountField',
				operation: 'replaceAll',
				fieldSource: 'json',
				accountFieldsJson: [{ fieldKey: value as string, nameEnUs: 'Key' }],
			}),
			find: inBody('custom_field_list', 0, 'key'),
		},
	],
	url: [
		EXAM_URL,
		{
			name: 'URL of a report in a row',
			parameters: (value) =>
				returnResult({
					additionalFields: { reports: { values: [{ name: 'R', url: value }] } },
				}),
			find: inBody('report_list', 0, 'url'),
		},
		{
			name: 'URL of a report in JSON',
			parameters: (value) =>
				returnResult({ additionalFields: { reportsJson: [{ name: 'R', url: value }] } }),
			find: inBody('report_list', 0, 'url'),
		},
	],
	text: [
		{
			name: 'Result',
			parameters: (value) => returnResult({ result: value }),
			find: inBody('result'),
		},
		{
			name: 'Result of a detail in JSON',
			parameters: (value) =>
				returnResult({ additionalFields: { detailsJson: [{ name: 'D', result: value }] } }),
			find: inBody('detail_list', 0, 'result'),
		},
		...placesInPaper('paperName', 'name'),
	],
	time: [
		RESULT_TIME,
		{
			name: 'Start Time Min',
			parameters: (value) => ({
				resource: 'candidateExam',
				operation: 'getAll',
				filters: { startTimeMin: value as string },
			}),
			find: inBody('test_start_time_min'),
		},
		...placesInPaper('startTime', 'start_time'),
	],
};

type PlaceKind = keyof typeof PLACES;

const TIME = String(Date.parse('2026-11-21T10:00:00+08:00'));

/** What is entered; the kind of place; the value, or the expression that gives it; what Feishu must get. */
const TAKEN: Array<[what: string, kind: PlaceKind, value: unknown, sent: string]> = [
	['an ID after a zero-width space', 'id', `\u200b${EXAM_ID}`, EXAM_ID],
	['an ID between marks of direction', 'id', `\u202d${EXAM_ID}\u202c`, EXAM_ID],
	['a paper ID with a blank at its end', 'paperId', 'p9 ', 'p9'],
	['a paper ID after a zero-width space', 'paperId', '\u200bp9', 'p9'],
	[
		'a link after a byte order mark',
		'url',
		'\ufeffhttps://exam.example.com/\u200b7f3a',
		'https://exam.example.com/7f3a',
	],
	['a sum', 'text', 33.3 + 33.3 + 33.3, '99.9'],
	['a blank before the offset', 'time', '2026-11-21T10:00:00 +08:00', TIME],
	['an offset in hours', 'time', '2026-11-21 10:00:00+08', TIME],
	['an offset in hours after a T', 'time', '2026-11-21T10:00:00+08', TIME],
	['the basic form', 'time', '20261121T020000Z', TIME],
];

/** What is entered; the kind of place; the value; what the message must say after the label. */
const REFUSED: Array<[what: string, kind: PlaceKind, value: unknown, message: RegExp]> = [
	[
		'letters that were lost',
		'text',
		'\ufffd\ufffd\ufffd\ufffd',
		/contains �, which stands for letters that were lost$/,
	],
	['letters that were lost in an ID', 'id', '71\ufffd', /contains �/],
	['letters that were lost in a paper ID', 'paperId', '笔\ufffd', /contains �/],
	['letters that were lost in a link', 'url', 'https://exam.example.com/\ufffd', /contains �/],
	[
		'an endless quotient',
		'text',
		200 / 3,
		/is "66\.66666666666667", a number with more than 10 decimals$/,
	],
	[
		'a link with a blank',
		'url',
		'https://exam.example.com/a b',
		/is "https:\/\/exam.example.com\/a b", which contains a blank$/,
	],
	[
		'a date with slashes',
		'time',
		'2026/11/21',
		/is "2026\/11\/21", which is not a valid date and time$/,
	],
	["Excel's number of a day", 'time', 46347, /is "46347", which is not a valid date and time$/],
	[
		'an unknown time zone',
		'time',
		'2026-11-21T10:00:00 CST',
		/whose time zone "CST" is not known$/,
	],
];

const inEach = <T extends [string, PlaceKind, ...unknown[]]>(cases: T[]) =>
	cases.flatMap((one) =>
		PLACES[one[1]].map((place): [string, Place, T] => [`${one[0]}: ${place.name}`, place, one]),
	);

describe('taken as meant', () => {
	it.each(inEach(TAKEN))('%s', async (_, { parameters, find }, [, , value, expected]) => {
		await run(parameters(value));
		expect(find(sent())).toBe(expected);
	});

	it.each(PLACES.id)('an exact large integer: $name', async ({ parameters, find }) => {
		await run(parameters(`={{ BigInt("${EXAM_ID}") }}`));
		expect(find(sent())).toBe(EXAM_ID);
	});

	it('a number with all of its digits in JSON text', async () => {
		const papersJson = `[{ "paperId": ${EXAM_ID}, "paperName": "Paper" }]`;
		await run(replacePapers({ paperSource: 'json', papersJson }));
		expect(sent().body.paper_list).toEqual([{ id: EXAM_ID, name: 'Paper' }]);
	});

	const LISTS: Array<[what: string, value: unknown]> = [
		['commas', '1, 2'],
		['Chinese commas', '1，2'],
		['semicolons', '1;2'],
		['Chinese semicolons', '1；2'],
		['enumeration commas', '1、2'],
		['line breaks', '1\r\n2\n'],
		['tabs', '1\t2'],
		['JSON text', '["1","2"]'],
		['a list', ['1', '2']],
	];
	const LIST_PLACES: Array<[string, (value: unknown) => INodeParameters, string]> = [
		['Application IDs', APPLICATIONS.parameters, 'application_id_list'],
		['Paper IDs', PAPER_IDS.parameters, 'paper_id_list'],
		['Field Keys', FIELD_KEYS.parameters, 'custom_field_key_list'],
	];
	it.each(
		LISTS.flatMap(([what, value]) =>
			LIST_PLACES.map(
				([place, parameters, key]) => [`${what}: ${place}`, parameters(value), key] as const,
			),
		),
	)('a list with %s', async (_, parameters, key) => {
		await run(parameters);
		expect(sent().body[key]).toEqual(['1', '2']);
	});

	it('a locator that a program has written without its mark', async () => {
		await run(APPLICATION.parameters({ mode: 'id', value: EXAM_ID }));
		expect(sent().path).toContain(EXAM_ID);
	});

	it.each([
		[
			'outcome',
			{
				resource: 'exam',
				operation: 'returnArrangement',
				examId: EXAM_ID,
				outcome: '={{ " failed" }}',
				examUrl: '={{ "" }}',
				failureCode: 1,
			},
		],
		[
			'attachmentType',
			{
				resource: 'attachment',
				operation: 'get',
				attachmentId: '1',
				attachmentType: 'resume\u200b',
			},
		],
	])('a blank or a letter that nobody sees around a choice: %s', async (_, parameters) => {
		await run(parameters);
		expect(apiCalls(sandbox)).toHaveLength(1);
	});
});

describe('refused by name, with nothing sent', () => {
	it.each(inEach(REFUSED))('%s', async (_, { parameters }, [, , value, message]) => {
		const { error } = await run(parameters(value));
		expect(error?.message.replace(/^'.*?'( in row 1 of '.*?')? /, '')).toMatch(message);
		expect(error?.message).toMatch(/^'/);
		expect(sandbox.calls).toEqual([]);
	});

	it.each([
		[
			'examPaper',
			'papersJson',
			'paperSource',
			{ paperId: 'p', paperName: 'P', durationMinutes: 30 },
			'durationMinutes',
			'duration',
		],
		[
			'accountField',
			'accountFieldsJson',
			'fieldSource',
			{ fieldKey: 'k', nameEnUs: 'K', required: true },
			'required',
			'isRequired',
		],
	])('an unknown key in %s: %s', async (resource, json, source, row, key, meant) => {
		for (const operation of ['update', 'replaceAll']) {
			const { error } = await run({
				resource,
				operation,
				accountId: ACCOUNT_ID,
				[source]: 'json',
				[json]: [row],
			});
			expect(error?.message).toMatch(
				new RegExp(`^The key "${key}" in row 1 of '.* \\(JSON\\)' is unknown$`),
			);
			expect(error?.description).toMatch(new RegExp(`^Did you mean ${meant}\\?`));
			expect(sandbox.calls).toEqual([]);
		}
	});

	it.each([
		['reportsJson', { name: 'R', link: 'https://example.com' }, 'link'],
		['detailsJson', { name: 'D', score: 5 }, 'score'],
	])('an unknown key in %s', async (field, row, key) => {
		const { error } = await run(returnResult({ additionalFields: { [field]: [row] } }));
		expect(error?.message).toContain(`The key "${key}" in row 1 of`);
		expect(sandbox.calls).toEqual([]);
	});

	it('a password in an object, without showing it', async () => {
		const { error } = await run({
			...EXAM_URL.parameters('https://exam.example.com/1'),
			additionalFields: { password: '={{ { password: "hunter2" } }}' },
		});
		expect(error?.message).toBe("'Password' must be a string");
		expect(`${error?.message} ${error?.description} ${error?.stack}`).not.toContain('hunter2');
	});

	it('such an object in the field beside it', async () => {
		const { error } = await run({
			...EXAM_URL.parameters('https://exam.example.com/1'),
			additionalFields: { username: '={{ { password: "hunter2" } }}' },
		});
		expect(error?.message).toBe("'Username' must be a string, not an object");
	});

	it('a link in place of a file of a result, with the way to fetch one', async () => {
		const { error } = await run({
			resource: 'candidateExam',
			operation: 'addResult',
			applicationId: EXAM_ID,
			examName: '笔试试卷',
			score: 95.5,
			operatorId: 'ou_1',
			additionalFields: { reportBinaryPropertyName: 'https://exam.example.com/report.pdf' },
		});
		expect(error?.message).toBe(
			"'Report Field Name' is a link, but it takes the name of a binary field that contains a file",
		);
		expect(error?.description).toMatch(/HTTP Request node/);
	});

	it('a time in an unknown time zone of the workflow', async () => {
		const { error } = await execute(
			sandboxCredentials(sandbox),
			RESULT_TIME.parameters('2026-11-21 10:00'),
			{ timezone: 'Asia/Peking' },
		);
		expect(error?.message).toBe(
			`'Result Time' is "2026-11-21 10:00", but the time zone "Asia/Peking" of the workflow is not known`,
		);
	});
});

it('a failed arrangement can have a link', async () => {
	const failed = {
		resource: 'exam',
		operation: 'returnArrangement',
		examId: EXAM_ID,
		outcome: 'failed',
	};
	await run({ ...failed, examUrl: 'https://exam.example.com/help' });
	expect(sent().body).toMatchObject({
		result: 1,
		exam_login_info: { exam_url: 'https://exam.example.com/help' },
	});
});

it('says of an ID that Feishu does not know that it looks rounded', async () => {
	const { error } = await run(returnResult({ examId: '={{ 7178536692385679677 }} ' }));
	expect(error?.description).toContain("'Exam ID' ends in zeros, as an ID does that was rounded");
	const other = await run(returnResult({ examId: EXAM_ID }));
	expect(other.error?.description).not.toContain('ends in zeros');
});

describe('with Continue on Fail, only the bad item fails', () => {
	const paper = (paperId: string, more: IDataObject = {}) => ({
		id: paperId,
		name: `Paper ${paperId}`,
		...more,
	});
	const fromItems = (operation: string, accountId: string): INodeParameters => ({
		resource: 'examPaper',
		operation,
		accountId,
		paperSource: 'inputItems',
		paperId: '={{ $json.id }}',
		paperName: '={{ $json.name }}',
		duration: '={{ $json.duration }}',
	});

	it.each([
		[
			'a paper that an earlier item has',
			paper('p1', { duration: 5 }),
			/'Paper ID' "p1" appears twice in the list/,
		],
		['a bad number', paper('p3', { duration: 'long' }), /'Duration' must be a number/],
	])('in Update: %s', async (_, bad, message) => {
		const account = sandbox.bindAccount();
		account.papers.push(...['p1', 'p2', 'p3'].map((id) => ({ id, name: 'Old' })));
		const items = [paper('p1'), bad, paper('p2')];
		const { json, outputs } = await run(
			fromItems('update', account.accountId),
			items,
			'continueRegularOutput',
		);
		expect(json).toEqual([
			expect.objectContaining({ success: true, paper_count: 2 }),
			expect.objectContaining({ error: expect.stringMatching(message) as unknown }),
		]);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }, { item: 2 }],
			{ item: 1 },
		]);
		expect(account.papers.map(({ name }) => name)).toEqual(['Paper p1', 'Paper p2', 'Old']);
	});

	it('in Delete', async () => {
		const { accountId } = sandbox.bindAccount();
		const items = [paper('p1'), paper(''), paper('p2')];
		const { json } = await run(fromItems('delete', accountId), items, 'continueRegularOutput');
		expect(json).toEqual([
			expect.objectContaining({ deleted: true, paper_count: 2 }),
			expect.objectContaining({ error: "'Paper ID' is empty" }),
		]);
	});

	it('but a whole list is not replaced by a part of it', async () => {
		const account = sandbox.bindAccount();
		account.papers.push({ id: 'old', name: 'Old' });
		const items = [paper('p1'), paper('p1'), paper('p2')];
		const { json } = await run(
			fromItems('replaceAll', account.accountId),
			items,
			'continueRegularOutput',
		);
		expect(json.map(({ error }) => error)).toEqual([
			'Not sent, because of item 1: \'Paper ID\' "p1" appears twice in the list',
			'\'Paper ID\' "p1" appears twice in the list',
			'Not sent, because of item 1: \'Paper ID\' "p1" appears twice in the list',
		]);
		expect(account.papers).toEqual([{ id: 'old', name: 'Old' }]);
	});
});
