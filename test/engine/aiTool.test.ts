import {
	NodeHelpers,
	type IDataObject,
	type INodeParameters,
	type INodeProperties,
} from 'n8n-workflow';

import { findOperation, resources } from '../../nodes/FeishuHireExam/actions/registry';
import type { Sandbox } from '../../sandbox';
import { WAYS_TO_CALL, buildTool, toolNode } from '../support/agent';
import { sandboxCredentials } from '../support/engine';
import { apiCalls, startTestSandbox } from '../support/testSandbox';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startTestSandbox();
});
afterAll(async () => await sandbox.close());

const API = '/open-apis/hire/v1';

/** What there is in Feishu Hire when a model comes, anew for each test. */
interface World {
	accountId: string;
	examId: string;
	applicationId: string;
	/** Of account fields; the last one is not defined yet. */
	keys: [string, string, string];
}

let worlds = 0;
function createWorld(): World {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p1', name: 'Paper' }, { id: 'p2', name: 'Paper' });
	const { examId, applicationId } = sandbox.arrangeExam({ accountId, paperId: 'p1' });
	worlds += 1;
	return { accountId, examId, applicationId, keys: [`a${worlds}`, `b${worlds}`, `c${worlds}`] };
}

interface Use {
	/** What the person who builds the agent sets in the node. */
	set?: INodeParameters;
	/** What the model says, by the path of the field that is left to it. */
	given: IDataObject;
	/** Part of what Feishu must receive then. */
	sent: { method: string; path: string; query?: IDataObject; body?: IDataObject };
	/** What the model must read then. */
	answer: IDataObject;
}

const TIME = '2026-11-21T10:00:00+08:00';
const MILLISECONDS = '1795226400000';

/** What agents do with the operations: `resource / operation`, then what is special. */
const USES: Record<string, (world: World) => Use> = {
	'accountField / delete': ({ keys: [a] }) => ({
		set: { fieldSource: 'list' },
		given: { fieldKeys: a },
		sent: {
			method: 'POST',
			path: `${API}/eco_account_custom_fields/batch_delete`,
			body: { scope: 2, custom_field_key_list: [a] },
		},
		answer: { deleted: true, field_count: 1 },
	}),
	'accountField / replaceAll': ({ keys: [a, , c] }) => ({
		set: { fieldSource: 'json' },
		given: {
			accountFieldsJson: [
				{ fieldKey: a, nameEnUs: 'Account token', isRequired: 'true' },
				{ fieldKey: c, nameZhCn: '租户' },
			],
		},
		sent: {
			method: 'POST',
			path: `${API}/eco_account_custom_fields`,
			body: {
				scope: 2,
				custom_field_list: [
					{ key: a, name: { en_us: 'Account token' }, is_required: true },
					{ key: c, name: { zh_cn: '租户' }, is_required: false },
				],
			},
		},
		answer: { success: true, field_count: 2 },
	}),
	'accountField / update': ({ keys: [a] }) => ({
		set: { fieldSource: 'json' },
		given: { accountFieldsJson: [{ fieldKey: a, nameEnUs: 'Token' }] },
		sent: {
			method: 'PATCH',
			path: `${API}/eco_account_custom_fields/batch_update`,
			body: {
				scope: 2,
				custom_field_list: [{ key: a, name: { en_us: 'Token' }, is_required: false }],
			},
		},
		answer: { success: true, field_count: 1 },
	}),
	'application / get': ({ applicationId }) => ({
		given: { applicationId, simplify: true },
		sent: {
			method: 'GET',
			path: `${API}/applications/${applicationId}/get_detail`,
			query: { options: ['with_job', 'with_talent'] },
		},
		answer: { application_id: applicationId, active_status_text: 'Active' },
	}),
	'application / getAll': () => ({
		given: {
			returnAll: true,
			limit: 0,
			includeDetails: false,
			'filters.activeStatus': 'active',
			'filters.updateTimeMin': '2022-01-01',
		},
		sent: {
			method: 'GET',
			path: `${API}/applications`,
			query: { active_status: '1', update_start_time: '1640966400000' },
		},
		answer: { application_id: expect.stringMatching(/^\d{19}$/) },
	}),
	'application / getAll, with details': () => ({
		given: { returnAll: false, limit: 1, includeDetails: true, simplify: true },
		sent: { method: 'GET', path: `${API}/applications` },
		answer: { application_id: expect.stringMatching(/^\d{19}$/), talent_name: expect.any(String) },
	}),
	'attachment / get': () => ({
		given: { attachmentId: '6949805467799537964', attachmentType: 'general' },
		sent: { method: 'GET', path: `${API}/attachments/6949805467799537964`, query: { type: '3' } },
		answer: { id: '6949805467799537964', name: expect.any(String) },
	}),
	// A tool gets no files with its arguments.
	'attachment / upload': () => ({
		set: { binaryPropertyName: "={{ $('Start').first().binary.data }}" },
		given: { 'additionalFields.fileName': 'report.pdf' },
		sent: { method: 'POST', path: `${API}/attachments` },
		answer: { id: expect.stringMatching(/^\d{19}$/), name: 'report.pdf' },
	}),
	'candidateExam / addResult': ({ applicationId }) => ({
		given: {
			applicationId,
			examName: '笔试试卷',
			score: 60.5,
			operatorId: 'ou_f476cb099ac9227c9bae09ce46112579',
		},
		sent: {
			method: 'POST',
			path: `${API}/exams`,
			body: {
				application_id: applicationId,
				exam_resource_name: '笔试试卷',
				score: 60.5,
				operator_id: 'ou_f476cb099ac9227c9bae09ce46112579',
			},
		},
		answer: { application_id: applicationId, score: 60.5 },
	}),
	'candidateExam / getAll': ({ applicationId }) => ({
		given: {
			returnAll: false,
			limit: 10,
			simplify: true,
			'filters.applicationIds': `${applicationId}, 6920544531948800270`,
		},
		sent: {
			method: 'POST',
			path: `${API}/tests/search`,
			body: { application_id_list: [applicationId, '6920544531948800270'] },
		},
		answer: { application_id: applicationId, test_status_text: 'Not Arranged' },
	}),
	'candidateExam / getAll, by a list as JSON': ({ applicationId }) => ({
		given: { limit: 10, 'filters.applicationIds': `["${applicationId}", "6920544531948800270"]` },
		sent: {
			method: 'POST',
			path: `${API}/tests/search`,
			body: { application_id_list: [applicationId, '6920544531948800270'] },
		},
		answer: { application_id: applicationId },
	}),
	'exam / returnArrangement': ({ examId }) => ({
		given: {
			examId,
			outcome: 'arranged',
			examUrl: 'https://exam.example.com/1',
			'additionalFields.message': 'See you there',
		},
		sent: {
			method: 'POST',
			path: `${API}/eco_exams/${examId}/login_info`,
			body: {
				result: 0,
				msg: 'See you there',
				exam_login_info: { exam_url: 'https://exam.example.com/1' },
			},
		},
		answer: { success: true, exam_id: examId },
	}),
	'exam / returnArrangement, failed': ({ examId }) => ({
		given: { examId, outcome: 'failed', failureCode: 42 },
		sent: {
			method: 'POST',
			path: `${API}/eco_exams/${examId}/login_info`,
			body: { result: 42, exam_login_info: { exam_url: '' } },
		},
		answer: { success: true, exam_id: examId },
	}),
	'exam / returnResult': ({ examId }) => ({
		given: {
			examId,
			result: '60.5',
			'additionalFields.resultTime': TIME,
			'additionalFields.reportsJson': [
				{ name: 'Report', url: 'https://exam.example.com/1.pdf', answerTime: TIME },
			],
			'additionalFields.detailsJson': [{ name: 'Basics', result: 'Excellent' }],
		},
		sent: {
			method: 'POST',
			path: `${API}/eco_exams/${examId}/update_result`,
			body: {
				result: '60.5',
				result_time: MILLISECONDS,
				report_list: [
					{ name: 'Report', url: 'https://exam.example.com/1.pdf', answer_time: MILLISECONDS },
				],
				detail_list: [{ name: 'Basics', result: 'Excellent' }],
			},
		},
		answer: { success: true, exam_id: examId },
	}),
	'examPaper / delete': ({ accountId }) => ({
		set: { paperSource: 'list' },
		given: { accountId, paperIds: 'p1, p2' },
		sent: {
			method: 'POST',
			path: `${API}/eco_exam_papers/batch_delete`,
			body: { account_id: accountId, paper_id_list: ['p1', 'p2'] },
		},
		answer: { deleted: true, account_id: accountId, paper_count: 2 },
	}),
	'examPaper / delete, of a list as JSON': ({ accountId }) => ({
		set: { paperSource: 'list' },
		given: { accountId, paperIds: '["p1", " p2"]' },
		sent: {
			method: 'POST',
			path: `${API}/eco_exam_papers/batch_delete`,
			body: { account_id: accountId, paper_id_list: ['p1', 'p2'] },
		},
		answer: { deleted: true, account_id: accountId, paper_count: 2 },
	}),
	'examPaper / replaceAll': ({ accountId }) => ({
		set: { paperSource: 'json' },
		given: {
			accountId,
			papersJson: [{ paperId: 'p3', paperName: 'Logic', duration: '30', startTime: TIME }],
		},
		sent: {
			method: 'POST',
			path: `${API}/eco_exam_papers`,
			body: {
				account_id: accountId,
				paper_list: [{ id: 'p3', name: 'Logic', duration: 30, start_time: MILLISECONDS }],
			},
		},
		answer: { success: true, account_id: accountId, paper_count: 1 },
	}),
	'examPaper / replaceAll, of none': ({ accountId }) => ({
		set: { paperSource: 'fields' },
		given: { accountId, 'additionalFields.allowEmptyList': true },
		sent: {
			method: 'POST',
			path: `${API}/eco_exam_papers`,
			body: { account_id: accountId, paper_list: [] },
		},
		answer: { success: true, account_id: accountId, paper_count: 0 },
	}),
	'examPaper / update': ({ accountId }) => ({
		set: { paperSource: 'json' },
		given: { accountId, papersJson: [{ paperId: 'p1', paperName: 'Paper', questionCount: 20 }] },
		sent: {
			method: 'PATCH',
			path: `${API}/eco_exam_papers/batch_update`,
			body: {
				account_id: accountId,
				paper_list: [{ id: 'p1', name: 'Paper', question_count: 20 }],
			},
		},
		answer: { success: true, account_id: accountId, paper_count: 1 },
	}),
};

const operationOf = (use: string) => use.split(',')[0] as string;
const selectorsOf = (use: string) => {
	const [resource = '', operation = ''] = operationOf(use).split(' / ');
	return { resource, operation };
};
const propertiesOf = (use: string): INodeProperties[] => {
	const { resource, operation } = selectorsOf(use);
	return findOperation(resource, operation)?.properties ?? [];
};
const REGISTERED = Object.entries(resources).flatMap(([resource, { operations }]) =>
	Object.keys(operations).map((operation) => `${resource} / ${operation}`),
);

/** The name by which the editor offers a field to the model. */
const keyOf = ({ displayName }: INodeProperties) => displayName.replace(/[^a-zA-Z0-9-]/g, '_');

type ModelType = 'string' | 'number' | 'boolean' | 'json';
const editorType = ({ type }: INodeProperties): ModelType =>
	type === 'number' || type === 'boolean' || type === 'json' ? type : 'string';
const valueType = (value: unknown): ModelType => {
	if (typeof value === 'number' || typeof value === 'boolean') return typeof value as ModelType;
	return typeof value === 'string' ? 'string' : 'json';
};

/**
 * Leaves fields to the model as the editor's button "Let the model define this parameter" does, with the field's
 * own description for the model. `types` is for what the editor's own choice would turn away before the node sees it.
 */
function leaveToModel(
	use: string,
	{ set = {}, given }: Pick<Use, 'set' | 'given'>,
	types: 'editor' | 'value' = 'editor',
): { parameters: INodeParameters; input: IDataObject; properties: INodeProperties[] } {
	const parameters: INodeParameters = { ...selectorsOf(use), ...set };
	const input: IDataObject = {};
	const properties = Object.entries(given).map(([path, value]) => {
		const [name = '', inner] = path.split('.');
		const outer = propertiesOf(use).find((property) => property.name === name);
		const property = inner
			? (outer?.options as INodeProperties[] | undefined)?.find((option) => option.name === inner)
			: outer;
		if (!property) throw new Error(`${use} has no field ${path}`);

		const key = keyOf(property);
		const type = types === 'editor' ? editorType(property) : valueType(value);
		const expression = `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${property.description}\`, '${type}') }}`;
		if (inner) parameters[name] = { ...(parameters[name] as INodeParameters), [inner]: expression };
		else if (property.type === 'resourceLocator')
			parameters[name] = { __rl: true, mode: 'id', value: expression };
		else parameters[name] = expression;
		input[key] = value;
		return property;
	});
	return { parameters, input, properties };
}

it('every operation of the node is tested here', () => {
	expect([...new Set(Object.keys(USES).map(operationOf))].sort()).toEqual(REGISTERED.sort());
});

describe('the description of a tool', () => {
	const everyField = (properties: INodeProperties[]): INodeProperties[] =>
		properties.flatMap((property) => {
			const { type, options = [] } = property;
			if (type === 'notice') return [];
			if (type === 'collection') return everyField(options as INodeProperties[]);
			if (type === 'fixedCollection')
				return options.flatMap((rows) => ('values' in rows ? everyField(rows.values) : []));
			return [property];
		});

	it.each(Object.keys(USES))('%s: name, action and fields', async (use) => {
		const { parameters, properties } = leaveToModel(use, USES[use]!(createWorld()));
		const { name, description, schema } = await buildTool(parameters);

		// Cut off at 64 characters by n8n.
		expect(name).toBe(
			NodeHelpers.makeNodeName(parameters, toolNode.description).replaceAll(' ', '_'),
		);
		expect(description).toMatch(/^[A-Z][^A-Z]+ in Feishu Hire Exam$/);
		expect(Object.keys(schema.shape).sort()).toEqual(properties.map(keyOf).sort());
		for (const property of properties) {
			expect(schema.shape[keyOf(property)]?.description).toBe(property.description);
		}
	});

	it('has a unique name', () => {
		const names = REGISTERED.map((use) =>
			NodeHelpers.makeNodeName(selectorsOf(use), toolNode.description),
		);
		expect(new Set(names).size).toBe(REGISTERED.length);
	});

	it.each(REGISTERED)('%s: every field has a description that a model can read', (use) => {
		for (const { displayName, description } of everyField(propertiesOf(use))) {
			expect([displayName, description]).toEqual([
				displayName,
				expect.stringMatching(/^(?:(?!\}\})[^`\\])+$/),
			]);
		}
	});
});

describe.each(WAYS_TO_CALL)('a model calls the tool, %s', (_, call) => {
	const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
	const everythingAsText = (given: IDataObject): IDataObject =>
		Object.fromEntries(Object.entries(given).map(([path, value]) => [path, text(value)]));

	beforeEach(() => sandbox.faults.clear());

	/** Uses the tool in a world of its own; gives what the model reads. */
	const use = async (
		name: string,
		change: (use: Use) => Pick<Use, 'given'>,
		types?: 'editor' | 'value',
	) => {
		const world = createWorld();
		const planned = USES[name]!(world);
		if (name.startsWith('accountField')) {
			const [a, b] = world.keys;
			const fields = leaveToModel('accountField / replaceAll', {
				set: { fieldSource: 'json' },
				given: {
					accountFieldsJson: [
						{ key: a, nameEnUs: 'A' },
						{ key: b, nameEnUs: 'B' },
					],
				},
			});
			await call(sandboxCredentials(sandbox), fields.parameters, fields.input);
		}
		sandbox.calls.splice(0);
		const { parameters, input } = leaveToModel(name, { ...planned, ...change(planned) }, types);
		return { ...planned, read: await call(sandboxCredentials(sandbox), parameters, input) };
	};

	describe.each([
		['with the types that the schema asks for', (given: IDataObject) => given, 'editor' as const],
		['with numbers, true, false and lists as text', everythingAsText, 'value' as const],
	])('%s', (_style, restyle, types) => {
		it.each(Object.keys(USES))('%s', async (name) => {
			const { read, sent, answer } = await use(
				name,
				({ given }) => ({ given: restyle(given) }),
				types,
			);

			expect((JSON.parse(read) as IDataObject[])[0]).toMatchObject(answer);
			const [{ rawBody, ...received } = { rawBody: '' }] = apiCalls(sandbox);
			expect({ ...received, body: sent.body && JSON.parse(rawBody) }).toMatchObject(sent);
		});
	});

	const failed = (read: string): string =>
		read.startsWith('[') ? String((JSON.parse(read) as IDataObject[])[0]?.error) : read;

	it.each([
		[
			'a time in words',
			'exam / returnResult',
			'additionalFields.resultTime',
			'"next Monday"',
			/^'Result Time' is "next Monday", which is not a valid date and time.*Use a date such as 2026-/s,
		],
		[
			'a time in words as a filter',
			'candidateExam / getAll',
			'filters.startTimeMin',
			'"yesterday"',
			/^'Start Time Min' is "yesterday", which is not a valid date and time.*Use a date/s,
		],
		[
			'a time in words as another filter',
			'application / getAll',
			'filters.updateTimeMax',
			'"end of last week"',
			/^'Update Time Max' is "end of last week", which is not a valid date and time/,
		],
		[
			'a time in words in a list',
			'examPaper / replaceAll',
			'papersJson',
			'[{ "paperId": "p", "paperName": "P", "startTime": "tomorrow" }]',
			/^'Start Time' in row 1 of 'Papers \(JSON\)' is "tomorrow", which is not a valid date and time/,
		],
		[
			'a time in words in a list as text',
			'exam / returnResult',
			'additionalFields.reportsJson',
			'"[{ \\"name\\": \\"R\\", \\"url\\": \\"https://x.example\\", \\"answerTime\\": \\"today\\" }]"',
			/^'Answer Time' in row 1 of 'Reports \(JSON\)' is "today"/,
		],
		[
			'a day that does not exist',
			'exam / returnResult',
			'additionalFields.resultTime',
			'"2026-02-30"',
			/^'Result Time' is "2026-02-30", which is not a valid date and time/,
		],
		[
			'an exam ID that lost digits',
			'exam / returnResult',
			'examId',
			'7178536692385679677',
			/^'Exam ID' is the number 71785366923856790+, which is not exact.*Pass it as a string/s,
		],
		[
			'an account ID that lost digits',
			'examPaper / update',
			'accountId',
			'7147998241542539527',
			/^'Account ID' is the number .*Pass it as a string/s,
		],
		[
			'an application ID that lost digits',
			'application / get',
			'applicationId',
			'6891565253964859661',
			/^'Application ID' is the number .*Pass it as a string/s,
		],
		[
			'an application ID that was rounded',
			'candidateExam / addResult',
			'applicationId',
			'"6.89156525396486e+18"',
			/^'Application ID' is "6\.89156525396486e\+18", a number that was rounded/,
		],
		[
			'application IDs that lost digits',
			'candidateExam / getAll',
			'filters.applicationIds',
			'[6920544531948800269]',
			/^'Application IDs' is the number .*Pass it as a string/s,
		],
		[
			'a paper ID that lost digits, in a list',
			'examPaper / replaceAll',
			'papersJson',
			'[{ "paperId": 7178536692385679677, "paperName": "P" }]',
			/^'Paper ID' in row 1 of 'Papers \(JSON\)' is "\d+", a number too large to be exact/,
		],
		['an ID that is missing', 'exam / returnArrangement', 'examId', '""', /^'Exam ID' is empty/],
		[
			'an ID in words',
			'exam / returnArrangement',
			'examId',
			'"the exam of Zhang San"',
			/^'Exam ID' is "the exam of Zhang San", but an ID contains only/,
		],
		[
			'a number in words',
			'candidateExam / addResult',
			'score',
			'"ninety"',
			/^'Score' must be a number, not "ninety"/,
		],
		[
			'a score with two decimals',
			'candidateExam / addResult',
			'score',
			'60.55',
			/^'Score' is "60.55", but Feishu stores only one decimal/,
		],
		[
			'true or false in words',
			'application / getAll',
			'returnAll',
			'"all of them"',
			/^'Return All' must be true or false, not "all of them"/,
		],
		[
			'a choice that is not offered',
			'exam / returnArrangement',
			'outcome',
			'"success"',
			/^'Outcome' must be one of arranged, failed/,
		],
		[
			'a list in words',
			'examPaper / replaceAll',
			'papersJson',
			'"the spring paper"',
			/^'Papers \(JSON\)' is not valid JSON/,
		],
		[
			'no list but one of its rows',
			'exam / returnResult',
			'additionalFields.reportsJson',
			'{ "name": "R", "url": "https://x.example" }',
			/^'Reports \(JSON\)' must be a list.*Use an array of objects/s,
		],
		[
			'a key that the node does not know',
			'examPaper / update',
			'papersJson',
			'[{ "paperId": "p1", "paperName": "Paper", "durationMinutes": 30 }]',
			/^The key "durationMinutes" in row 1 of 'Papers \(JSON\)' is unknown.*Did you mean duration\?/s,
		],
		[
			'an empty list',
			'examPaper / replaceAll',
			'papersJson',
			'"[]"',
			/^The list of papers is empty.*It would remove all papers of the account/s,
		],
		[
			'a link that is none',
			'exam / returnArrangement',
			'examUrl',
			'"ask the recruiter"',
			/^'Exam URL' is "ask the recruiter", which is not a URL that starts with https/,
		],
	])(
		'%s is rejected before any call, and the model gets the reason',
		async (_what, name, path, json, reason) => {
			const { read } = await use(
				name,
				({ given }) => ({ given: { ...given, [path]: JSON.parse(json) } }),
				'value',
			);

			expect(failed(read)).toMatch(reason);
			expect(apiCalls(sandbox)).toEqual([]);
		},
	);

	it('a number for an ID is rejected with the schema of the editor, too', async () => {
		const { read } = await use('exam / returnResult', ({ given }) => ({
			given: { ...given, examId: JSON.parse('7178536692385679677') },
		}));

		expect(failed(read)).toMatch(/Exam.ID/);
		expect(apiCalls(sandbox)).toEqual([]);
	});

	it('what Feishu rejects is returned with an explanation and what to do', async () => {
		const { read } = await use('exam / returnResult', ({ given }) => ({
			given: { ...given, examId: '7178536692385679677' },
		}));

		expect(failed(read)).toMatch(/^Feishu does not know this exam.*Check 'Exam ID'/s);
		expect(failed(read).match(/Check 'Exam ID'/g)).toHaveLength(1);
	});

	it('warns the model when a result may have been added', async () => {
		sandbox.faults.add({ kind: 'errorAfter', path: '/exams' });
		const { read } = await use('candidateExam / addResult', (planned) => planned);

		expect(failed(read)).toMatch(/The result may have been added/);
		expect(apiCalls(sandbox)).toHaveLength(1);
	});
});
