import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeProperties, IPollFunctions } from 'n8n-workflow';

import {
	ItemParameters,
	listLabels,
	type RowField,
	triggerParameters,
} from '../../../nodes/FeishuHireExam/parameters/itemParameters';

const field = (displayName: string, name: string, more: Partial<INodeProperties> = {}) =>
	({ displayName, name, type: 'string', default: '', ...more }) as INodeProperties;

const FIELDS: RowField[] = [
	{ property: field('Key', 'fieldKey', { required: true }), apiName: 'key', kind: 'id' },
	{ property: field('Name (Chinese)', 'nameZhCn'), apiName: 'name.zh_cn', kind: 'text255' },
	{ property: field('Duration', 'duration'), apiName: 'duration', kind: 'positive' },
];

const PROPERTIES: INodeProperties[] = [
	field('Exam ID', 'examId'),
	field('Status', 'status'),
	field('Papers', 'papers', {
		type: 'fixedCollection',
		options: [
			{ displayName: 'Papers', name: 'values', values: FIELDS.map(({ property }) => property) },
		],
	}),
	field('Papers (JSON)', 'papersJson'),
	field('Filters', 'filters', {
		type: 'collection',
		options: [field('Application IDs', 'applicationIds'), field('Statuses', 'statuses')],
	}),
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
	expect(() => item.required('examId', 'id')).toThrow(NodeOperationError);
	expect(() => item.required('examId', 'id')).toThrow(
		expect.objectContaining({
			message: `'Exam ID' is "../1", but an ID contains only letters, digits, - and _`,
			context: expect.objectContaining({ itemIndex: 3 }) as unknown,
		}) as Error,
	);
});

it('reads a parameter from n8n only once', () => {
	const { item, getNodeParameter } = createItem({ filters: { applicationIds: '1' } });
	item.has('filters.applicationIds');
	item.optional('filters.applicationIds', 'ids');
	item.optional('filters.statuses', 'ids');
	expect(getNodeParameter).toHaveBeenCalledTimes(1);
});

it('reads times in the time zone of the workflow', () => {
	const time = read({ examId: '2026-11-21 10:00' }, (item) => item.required('examId', 'time'));
	expect(time).toBe(String(Date.parse('2026-11-21T10:00+08:00')));
});

describe('a field that is blank', () => {
	it.each([[''], [' '], [null], [undefined]])('is left out or refused: %p', (examId) => {
		const { item } = createItem({ examId });
		expect(item.optional('examId', 'id')).toBeUndefined();
		expect(() => item.required('examId', 'id')).toThrow("'Exam ID' is empty");
	});

	it('is refused in a filter once that is added, lest it read everything', () => {
		const readFilter = (filters: IDataObject) =>
			read({ filters }, (item) => item.filter('filters.applicationIds', 'ids'));
		expect(readFilter({})).toBeUndefined();
		expect(readFilter({ applicationIds: '1,2' })).toEqual(['1', '2']);
		expect(() => readFilter({ applicationIds: '' })).toThrow("'Application IDs' is empty");
	});
});

describe('raw', () => {
	it('gives what a resource locator points at', () => {
		const examId = { __rl: true, mode: 'list', value: '7' };
		expect(read({ examId }, (item) => item.raw('examId'))).toBe('7');
	});

	it.each(['filters.constructor', 'filters.toString.name', 'examId.length'])(
		'gives empty text for %s, which no user has entered',
		(path) => {
			expect(read({ filters: {}, examId: 'x' }, (item) => item.raw(path))).toBe('');
		},
	);
});

describe('choices', () => {
	const OPTIONS = ['1', '2'] as const;

	it.each<[string, unknown, string[]]>([
		['a list', ['2', '1'], ['2', '1']],
		['text with commas, as an expression gives it', '1, 2', ['1', '2']],
		['none', [], []],
		['blank', '', []],
	])('takes %s', (_, status, expected) => {
		expect(read({ status } as IDataObject, (item) => item.choices('status', OPTIONS))).toEqual(
			expected,
		);
	});

	it('refuses what the selector does not offer', () => {
		const choose = (values: IDataObject) => () =>
			read(values, (item) => item.choices('status', OPTIONS));
		expect(choose({ status: ['1', '3'] })).toThrow("'Status' must be one of 1, 2");
		expect(() => read({ status: '3' }, (item) => item.choice('status', OPTIONS))).toThrow(
			"'Status' must be one of 1, 2",
		);
	});

	it('refuses none for a filter that is added', () => {
		const choose = () =>
			read({ filters: { statuses: [] } }, (item) => item.choices('filters.statuses', OPTIONS));
		expect(choose).toThrow("'Statuses' is empty");
	});
});

describe('rows', () => {
	const list = (...papersJson: unknown[]) =>
		read({ papersJson }, (item) => item.list('papersJson', FIELDS));

	it.each<[string, IDataObject]>([
		['as the editor names them', { fieldKey: 'k', nameZhCn: '名', duration: '60' }],
		['in snake case', { field_key: 'k', name_zh_cn: '名', duration: 60 }],
		['in any case', { FieldKey: 'k', 'Name Zh-CN': '名', DURATION: 60 }],
		['as Feishu names them', { key: 'k', name: { zh_cn: '名' }, duration: 60 }],
		['with fields that nobody knows', { key: 'k', 'name.zh_cn': '名', duration: 60, id: 1 }],
	])('have their fields %s', (_, row) => {
		expect(list(row)).toEqual([{ key: 'k', 'name.zh_cn': '名', duration: 60 }]);
	});

	it('leave out fields that are blank', () => {
		expect(list({ key: 'k', fieldKey: '', name: null, duration: '' })).toEqual([{ key: 'k' }]);
	});

	it.each<[string, unknown, string]>([
		['no object', 'k', "row 2 of 'Papers (JSON)' must be an object with fields"],
		['without a field that is required', {}, "'Key' in row 2 of 'Papers (JSON)' is empty"],
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
			'with a bad value',
			{ key: 'k', duration: 0 },
			`'Duration' in row 2 of 'Papers (JSON)' must be at least 1, not "0"`,
		],
	])('are refused by their number when one is %s', (_, row, message) => {
		expect(() => list({ key: 'good' }, row)).toThrow(message);
	});

	it('come from a fixed collection, too', () => {
		const values = [{ fieldKey: 'k', nameZhCn: '' }];
		const { item } = createItem({ papers: { values } });
		expect(item.rows('papers', FIELDS)).toEqual([{ key: 'k' }]);
		const bad = createItem({ papers: { values: [{ fieldKey: '' }] } }).item;
		expect(() => bad.rows('papers', FIELDS)).toThrow("'Key' in row 1 of 'Papers' is empty");
	});

	it('come from JSON text, too', () => {
		const parse = (papersJson: string) =>
			read({ papersJson }, (item) => item.list('papersJson', FIELDS));
		expect(parse('[{"key":"k"}]')).toEqual([{ key: 'k' }]);
		expect(() => parse('[{')).toThrow("'Papers (JSON)' is not valid JSON");
		expect(() => parse('{"key":"k"}')).toThrow("'Papers (JSON)' must be a list");
	});

	it('come from fields at the top level, too, which have no number', () => {
		expect(read({ fieldKey: 'k' }, (item) => item.topLevelRow(FIELDS))).toEqual({ key: 'k' });
		expect(() => read({}, (item) => item.topLevelRow(FIELDS))).toThrow(/^'Key' is empty/);
	});

	it('come from only one of two fields', () => {
		const papers = { values: [{ fieldKey: 'k' }] };
		const papersJson = '[{"key":"l"}]';
		const either = (values: IDataObject) =>
			read(values, (item) => item.rowsOrList('papers', 'papersJson', FIELDS));
		expect(either({})).toBeUndefined();
		expect(either({ papers })).toEqual([{ key: 'k' }]);
		expect(either({ papersJson })).toEqual([{ key: 'l' }]);
		expect(either({ papers, papersJson: ' ' })).toEqual([{ key: 'k' }]);
		expect(() => either({ papers, papersJson })).toThrow(
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
	expect(parameters.required('examId', 'id')).toBe('7');
	expect(parameters.optional('status', 'text')).toBeUndefined();
});
