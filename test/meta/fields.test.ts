import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Kind, READERS } from '../../nodes/FeishuHireExam/parameters/kinds';
import { ALL_FIELDS } from '../support/fields';
import { type ValueCase, VALUE_CASES } from '../support/valueCases';

const ROOT = join(__dirname, '../..');
const NODES = join(ROOT, 'nodes/FeishuHireExam');
const PAGE = join(ROOT, 'docs/values.md');

/** What the editor shows for a kind of value. */
const TYPES: Record<Kind | 'rows' | 'json' | 'binary', string[]> = {
	id: ['string', 'resourceLocator'],
	ids: ['string'],
	userId: ['string'],
	paperId: ['string'],
	paperIds: ['string'],
	externalId: ['string'],
	externalIds: ['string'],
	text: ['string'],
	paperName: ['string'],
	secret: ['string'],
	choice: ['options'],
	choices: ['multiOptions'],
	flag: ['boolean'],
	url: ['string'],
	score: ['number'],
	integer: ['number'],
	count: ['number'],
	positive: ['number'],
	perSecond: ['number'],
	perMinute: ['number'],
	time: ['dateTime'],
	rows: ['fixedCollection'],
	json: ['json'],
	binary: ['string'],
};

describe('every field', () => {
	it.each(ALL_FIELDS)('names the kind of its value: $place', ({ field: { kind, type } }) => {
		expect(Object.keys(TYPES)).toContain(kind);
		expect(TYPES[kind as Kind]).toContain(type);
	});

	it.each(ALL_FIELDS.filter(({ field }) => field.typeOptions?.password))(
		'that hides what is typed is a secret: $place',
		({ field }) => {
			expect(field.kind).toBe('secret');
		},
	);

	it.each(ALL_FIELDS.filter(({ field }) => field.typeOptions?.minValue !== undefined))(
		'refuses what its editor does not let in: $place',
		({ field: { kind, typeOptions = {} } }) => {
			const read = READERS[kind as Kind];
			expect(() => read(Number(typeOptions.minValue) - 1, 'UTC')).toThrow();
			expect(read(Number(typeOptions.minValue), 'UTC')).toBe(typeOptions.minValue);
			if (typeOptions.maxValue === undefined) return;
			expect(() => read(Number(typeOptions.maxValue) + 1, 'UTC')).toThrow();
			expect(read(Number(typeOptions.maxValue), 'UTC')).toBe(typeOptions.maxValue);
		},
	);

	const sources = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => file.replaceAll('\\', '/'));
	const filesWith = (text: string) =>
		sources.filter((file) => readFileSync(join(NODES, file), 'utf8').includes(text));

	it('is read by the reader of its kind, and in no other way', () => {
		// The router reads only which operation to run; a list of the editor has no items.
		expect(filesWith('getNodeParameter(').sort()).toEqual([
			'actions/router.ts',
			'methods/listSearch.ts',
			'parameters/itemParameters.ts',
		]);
		expect(filesWith('.raw(').every((file) => file.startsWith('parameters/'))).toBe(true);
		expect(filesWith('/values/').every((file) => file.startsWith('parameters/'))).toBe(true);
	});
});

/** Headings of the page, and the kinds below each. */
const SECTIONS: Array<[heading: string, kinds: Kind[]]> = [
	['ID · ID', ['id']],
	['User ID · 用户 ID', ['userId']],
	['List of IDs · 多个 ID', ['ids']],
	['ID in your exam system · 笔试系统中的 ID', ['paperId', 'externalId']],
	['List of such IDs · 多个此类 ID', ['paperIds', 'externalIds']],
	['Text · 文本', ['text', 'paperName']],
	['Password · 密码', ['secret']],
	['Link · 链接', ['url']],
	['Time · 时间', ['time']],
	['Score · 成绩', ['score']],
	['Whole number · 整数', ['integer', 'count', 'positive', 'perSecond', 'perMinute']],
	['Switch · 开关', ['flag']],
	['Choice · 单选', ['choice']],
	['Choices · 多选', ['choices']],
];

/** As JSON, with letters that nobody sees and line breaks as escapes. */
function show(value: unknown): string {
	if (typeof value === 'bigint') return `BigInt("${value}")`;
	if (value instanceof Date) return `new Date("${value.toISOString()}")`;
	if (typeof value === 'object' && value !== null && 'toISO' in value) {
		return `DateTime("${(value.toISO as () => string)()}")`;
	}
	const json = typeof value === 'number' ? String(value) : JSON.stringify(value);
	const visible = json.replace(
		/\p{Cf}/gu,
		(letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
	);
	return visible.length > 80 ? `${visible.slice(0, 40)}…` : visible;
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

const row = (one: ValueCase): string =>
	'sent' in one
		? `| ${code(show(one.input))} | ${code(show(one.sent))} | |`
		: `| ${code(show(one.input))} | | ${one.refused.replaceAll('|', '\\|')} |`;

function section([heading, kinds]: (typeof SECTIONS)[number]): string {
	const fields = ALL_FIELDS.filter(({ field }) => kinds.includes(field.kind as Kind));
	const labels = [...new Set(fields.map(({ field }) => field.displayName))].sort();
	const rows = [...new Set(kinds.flatMap((kind) => VALUE_CASES[kind]).map(row))];
	return [
		`## ${heading}`,
		'',
		`Fields · 字段: ${labels.join(', ')}`,
		'',
		'| Entered · 输入 | Sent · 发送 | Refused · 拒绝 |',
		'| --- | --- | --- |',
		...rows,
		'',
	].join('\n');
}

const INTRODUCTION = `# What fields accept · 字段可填写的内容

Each kind of value is read in one way, wherever it is entered: a field, a row, JSON, a list as text, a filter of a trigger, or an argument of an AI agent. A test makes this page from the cases that it checks. Messages begin with the name of the field, and name the item.

每类值只有一种读取方式，与填写位置无关：字段、行、JSON、文本形式的列表、触发器的筛选条件，或 AI 智能体的参数。本页由测试根据其校验的用例生成。报错以字段名开头，并指明数据项。

Unknown keys in a JSON row are refused by name. · JSON 行中的未知键会被拒绝，并指明键名。
`;

it('docs/values.md shows the cases that the readers are tested with', () => {
	const page = [INTRODUCTION, ...SECTIONS.map(section)].join('\n');
	expect(SECTIONS.flatMap(([, kinds]) => kinds).sort()).toEqual(Object.keys(READERS).sort());
	// `UPDATE_DOCS=1 npx jest test/meta/fields` writes the page anew.
	if (process.env.UPDATE_DOCS) writeFileSync(PAGE, page);
	expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
