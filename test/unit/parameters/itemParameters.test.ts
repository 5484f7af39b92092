import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeProperties, IPollFunctions } from 'n8n-workflow';

import {
	ItemParameters,
	listLabels,
	triggerParameters,
} from '../../../nodes/FeishuHireExam/parameters/itemParameters';
import type {
	ContentField,
	Field,
	Kind,
	RowField,
} from '../../../nodes/FeishuHireExam/parameters/kinds';

const field = <K extends Kind>(kind: K, displayName: string, name: string, more: object = {}) =>
	({ kind, displayName, name, type: 'string', default: '', ...more }) as Field<K>;

const FIELDS: RowField[] = [
	{ ...field('externalId', 'Key', 'fieldKey', { required: true }), apiName: 'key' },
	{ ...field('paperName', 'Name (Chinese)', 'nameZhCn'), apiName: 'name.zh_cn' },
	{ ...field('positive', 'Duration', 'duration'), apiName: 'duration' },
];

const examId = field('id', 'Exam ID', 'examId');
const startTime = field('time', 'Start Time', 'startTime');
const outcome = field('choice', 'Outcome', 'outcome');
const status = field('choices', 'Status', 'status');
const password = field('secret', 'Password', 'password');
const applicationIds = field('ids', 'Application IDs', 'applicationIds');
const statuses = field('choices', 'Statuses', 'statuses');

const papers: ContentField = {
	kind: 'rows',
	displayName: 'Papers',
	name: 'papers',
	type: 'fixedCollection',
	default: {},
	options: [{ displayName: 'Papers', name: 'values', values: FIELDS }],
};
const papersJson: ContentField = {
	kind: 'json',
	displayName: 'Papers (JSON)',
	name: 'papersJson',
	type: 'json',
	default: '',
};

const PROPERTIES: INodeProperties[] = [
	examId,
	startTime,
	outcome,
	status,
	password,
	...FIELDS,
	papers,
	papersJson,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		default: {},
		options: [applicationIds, statuses],
	},
];

const NODE = { name: 'Feishu Hire Exam', type: 'feishuHireExam' } as INode;

/** The parameters of item 3, whose expressions gave these values. */
function createItem(values: IDataObject) {
	const getNodeParameter = jest.fn((name: string, _: number, fallback: string): unknown =>
		Object.hasOwn(values, name) ? values[name] : fallback,
	);
	const source = { getNode: () => NODE, getTimezone: () => 'Asia/Shanghai', getNodeParameter };
	return { item: new ItemParameters(source, PROPERTIES, 3), getNodeParameter };
}

const read = <T>(values: IDataObject, reader: (item: ItemParameters) => T) =>
	reader(createItem(values).item);

it('refuses a value by the label that the user sees, with the index of the item', () => {
	const { item } = createItem({ examId: '../1' });
	expect(() => item.required(examId)).toThrow(NodeOperationError);
	expect(() => item.required(examId)).toThrow(
		expect.objectContaining({
			message: `'Exam ID' is "../1", but an ID contains only letters, digits, - and _`,
			context: expect.objectContaining({ itemIndex: 3 }) as unknown,
		}) as Error,
	);
});

it('reads a parameter from n8n only once', () => {
	const { item, getNodeParameter } = createItem({ filters: { applicationIds: '1' } });
	item.has(applicationIds);
	item.optional(applicationIds);
	item.optional(statuses);
	expect(getNodeParameter).toHaveBeenCalledTimes(1);
});

it('reads times in the time zone of the workflow', () => {
	const time = read({ startTime: '2026-11-21 10:00' }, (item) => item.required(startTime));
	expect(time).toBe(String(Date.parse('2026-11-21T10:00+08:00')));
});

describe('a field that is blank', () => {
	it.each([[''], [' '], [null], [undefined]])('is left out or refused: %p', (blank) => {
		const { item } = createItem({ examId: blank });
		expect(item.optional(examId)).toBeUndefined();
		expect(() => item.required(examId)).toThrow("'Exam ID' is empty");
	});

	it('is refused in a filter once that is added, lest it read everything', () => {
		const readFilter = (filters: IDataObject) =>
			read({ filters }, (item) => item.filter(applicationIds));
		expect(readFilter({})).toBeUndefined();
		expect(readFilter({ applicationIds: '1,2' })).toEqual(['1', '2']);
		expect(() => readFilter({ applicationIds: '' })).toThrow("'Application IDs' is empty");
	});
});

describe('raw', () => {
	it('gives what a resource locator points at', () => {
		const locator = { __rl: true, mode: 'list', value: '7' };
		expect(read({ examId: locator }, (item) => item.raw(examId))).toBe('7');
	});

	it('gives it also for a locator of a program, which may leave out its mark', () => {
		const locator = { mode: 'id', value: ' 7 ' };
		expect(read({ examId: locator }, (item) => item.required(examId))).toBe('7');
	});

	it.each(['constructor', 'toString'])(
		'gives empty text for a field %s, which no user has added',
		(name) => {
			const collection = { ...PROPERTIES.at(-1), options: [field('text', 'X', name)] };
			const source = {
				getNode: () => NODE,
				getTimezone: () => 'Asia/Shanghai',
				getNodeParameter: () => ({}),
			};
			const item = new ItemParameters(source, [collection as INodeProperties], 3);
			expect(item.raw(field('text', 'X', name))).toBe('');
		},
	);
});

it('says nothing of the value of a secret', () => {
	const { item } = createItem({ password: { password: 'hunter2' } });
	const message = (read: () => unknown) => {
		try {
			return read();
		} catch (error) {
			return (error as Error).message;
		}
	};
	expect(message(() => item.required(password))).toBe("'Password' must be a string");
});

describe('choices', () => {
	const OPTIONS = ['1', '2'] as const;

	it.each<[string, unknown, string[]]>([
		['a list', ['2', '1'], ['2', '1']],
		['text with commas, as an expression gives it', '1, 2', ['1', '2']],
		['JSON text', '["1", "2"]', ['1', '2']],
		['blanks and letters that nobody sees', ['1 ', '\u200b2'], ['1', '2']],
		['none', [], []],
		['blank', '', []],
	])('takes %s', (_, value, expected) => {
		expect(read({ status: value } as IDataObject, (item) => item.choices(status, OPTIONS))).toEqual(
			expected,
		);
	});

	it('refuses what the selector does not offer', () => {
		const choose = (values: IDataObject) => () =>
			read(values, (item) => item.choices(status, OPTIONS));
		expect(choose({ status: ['1', '3'] })).toThrow("'Status' must be one of 1, 2");
		expect(() => read({ outcome: '3' }, (item) => item.choice(outcome, OPTIONS))).toThrow(
			"'Outcome' must be one of 1, 2",
		);
	});

	it('refuses none for a filter that is added', () => {
		const choose = () =>
			read({ filters: { statuses: [] } }, (item) => item.choices(statuses, OPTIONS));
		expect(choose).toThrow("'Statuses' is empty");
	});
});

describe('rows', () => {
	const list = (...rows: unknown[]) =>
		read({ papersJson: rows }, (item) => item.list(papersJson, FIELDS));

	it.each<[string, IDataObject]>([
		['as the editor names them', { fieldKey: 'k', nameZhCn: '名', duration: '60' }],
		['in snake case', { field_key: 'k', name_zh_cn: '名', duration: 60 }],
		['in any case', { FieldKey: 'k', 'Name Zh-CN': '名', DURATION: 60 }],
		['as Feishu names them', { key: 'k', name: { zh_cn: '名' }, duration: 60 }],
	])('have their fields %s', (_, row) => {
		expect(list(row)).toEqual([{ key: 'k', 'name.zh_cn': '名', duration: 60 }]);
	});

	it('leave out fields that are blank', () => {
		expect(list({ key: 'k', fieldKey: '', name: null, duration: '' })).toEqual([{ key: 'k' }]);
	});

	it.each<[string, unknown, string]>([
		['no object', 'k', "The entry in row 2 of 'Papers (JSON)' must be an object with fields"],
		[
			'without a field that is required',
			{ duration: 60 },
			"'Key' in row 2 of 'Papers (JSON)' is missing",
		],
		['with an empty one', { key: ' ' }, "'Key' in row 2 of 'Papers (JSON)' is empty"],
		[
			'with a field under two names',
			{ key: 'k', fieldKey: 'l' },
			"'Key' in row 2 of 'Papers (JSON)' is set twice: key and fieldKey",
		],
		[
			'with text in place of an object',
			{ key: 'k', name: '名' },
			"'name' in row 2 of 'Papers (JSON)' must be an object with fields",
		],
		[
			'with a key that nobody reads',
			{ key: 'k', durationMinutes: '' },
			`The key "durationMinutes" in row 2 of 'Papers (JSON)' is unknown`,
		],
		[
			'with such a key in an object',
			{ key: 'k', name: { zh_cn: '名', ja_jp: '名' } },
			`The key "name.ja_jp" in row 2 of 'Papers (JSON)' is unknown`,
		],
		[
			'with a bad value',
			{ key: 'k', duration: 0 },
			`'Duration' in row 2 of 'Papers (JSON)' must be at least 1, not "0"`,
		],
	])('are refused by their number when one is %s', (_, row, message) => {
		expect(() => list({ key: 'good' }, row)).toThrow(message);
	});

	it.each<[string, object, string]>([
		[
			'nobody reads, and the one that was meant',
			{ key: 'k', durationMinutes: 60 },
			'Did you mean duration? The row has the keys "key", "durationMinutes".',
		],
		['are there when one is missing', { duration: 60 }, 'The row has the keys "duration".'],
		['are there when there is none', {}, 'The row has no keys.'],
	])('name the keys that %s, and those that are expected', (_, row, found) => {
		expect(() => list(row)).toThrow(
			expect.objectContaining({
				description: `${found} Required: fieldKey. Optional: nameZhCn, duration.`,
			}) as Error,
		);
	});

	it.each([
		['an entry is no object', 'k'],
		['a field that has fields is text', { key: 'k', name: '名' }],
	])('name the keys that are expected when %s', (_, row) => {
		expect(() => list(row)).toThrow(
			expect.objectContaining({
				description: 'Required: fieldKey. Optional: nameZhCn, duration.',
			}) as Error,
		);
	});

	it('name the first keys of many', () => {
		const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
		const row = Object.fromEntries(keys.map((key) => [key, 1]));
		expect(() => list(row)).toThrow(
			expect.objectContaining({
				description: expect.stringMatching(/"k0", .*"k19", …\. Required/) as string,
			}) as Error,
		);
	});

	it('name the keys of an object that should be a list', () => {
		const value = { papers: [{ key: 'k' }] };
		expect(() => read({ papersJson: value }, (item) => item.list(papersJson, FIELDS))).toThrow(
			expect.objectContaining({
				message: "'Papers (JSON)' must be a list",
				description: expect.stringContaining('an object with the keys "papers".') as string,
			}) as Error,
		);
	});

	it('keep all digits of IDs in JSON text', () => {
		const text = '[{ "key": 7178536692385679677 }]';
		expect(read({ papersJson: text }, (item) => item.list(papersJson, FIELDS))).toEqual([
			{ key: '7178536692385679677' },
		]);
	});

	it('come from a fixed collection, too', () => {
		const values = [{ fieldKey: 'k', nameZhCn: '' }];
		const { item } = createItem({ papers: { values } });
		expect(item.rows(papers, FIELDS)).toEqual([{ key: 'k' }]);
		const bad = createItem({ papers: { values: [{ fieldKey: '' }] } }).item;
		expect(() => bad.rows(papers, FIELDS)).toThrow("'Key' in row 1 of 'Papers' is empty");
	});

	it('come from JSON text, too', () => {
		const parse = (text: string) =>
			read({ papersJson: text }, (item) => item.list(papersJson, FIELDS));
		expect(parse('[{"key":"k"}]')).toEqual([{ key: 'k' }]);
		expect(() => parse('[{')).toThrow("'Papers (JSON)' is not valid JSON");
		expect(() => parse('{"key":"k"}')).toThrow("'Papers (JSON)' must be a list");
	});

	it('come from fields at the top level, too, which have no number', () => {
		expect(read({ fieldKey: 'k' }, (item) => item.topLevelRow(FIELDS))).toEqual({ key: 'k' });
		expect(() => read({}, (item) => item.topLevelRow(FIELDS))).toThrow(/^'Key' is empty/);
	});

	it('come from only one of two fields', () => {
		const rows = { values: [{ fieldKey: 'k' }] };
		const list = '[{"key":"l"}]';
		const either = (values: IDataObject) =>
			read(values, (item) => item.rowsOrList(papers, papersJson, FIELDS));
		expect(either({})).toBeUndefined();
		expect(either({ papers: rows })).toEqual([{ key: 'k' }]);
		expect(either({ papersJson: list })).toEqual([{ key: 'l' }]);
		expect(either({ papers: rows, papersJson: ' ' })).toEqual([{ key: 'k' }]);
		expect(either({ papers: rows, papersJson: '[]' })).toEqual([{ key: 'k' }]);
		expect(either({ papersJson: '[]' })).toEqual([]);
		expect(() => either({ papers: rows, papersJson: list })).toThrow(
			"'Papers' and 'Papers (JSON)' are both filled in",
		);
	});
});

it('listLabels: names the fields of a list as Feishu does in its errors', () => {
	expect(listLabels('paper_list', 'Papers', FIELDS)).toEqual({
		paper_list: 'Papers',
		'paper_list.key': 'Key',
		'paper_list.name.zh_cn': 'Name (Chinese)',
		'paper_list.duration': 'Duration',
	});
});

it('triggerParameters: reads the fields of a trigger, which has no items', () => {
	const trigger = {
		getNode: () => NODE,
		getTimezone: () => 'Asia/Shanghai',
		getNodeParameter: (name: string, fallback: string) => (name === 'examId' ? '7' : fallback),
	} as Partial<Record<keyof IPollFunctions, unknown>> as IPollFunctions;
	const parameters = triggerParameters(trigger, PROPERTIES);
	expect(parameters.required(examId)).toBe('7');
	expect(parameters.optional(status)).toBeUndefined();
});
