import { tryToParseDateTime } from 'n8n-workflow';

import {
	InvalidValue,
	isBlank,
	quote,
	toBoolean,
	toId,
	toIds,
	toInteger,
	toMilliseconds,
	toScore,
	toText,
	toTexts,
	toUrl,
	toUserId,
} from '../../../nodes/FeishuHireExam/parameters/values';

/** What a reader says is wrong with a value. */
function complaintAbout(read: () => unknown): string {
	try {
		return `none: it gives ${JSON.stringify(read())}`;
	} catch (error) {
		if (error instanceof InvalidValue) return error.message;
		throw error;
	}
}

const EXAM_ID = '7178536692385679677';

it.each([
	[undefined, true],
	[null, true],
	['', true],
	[' \n', true],
	['0', false],
	[0, false],
	[false, false],
	[[], false],
])('isBlank: of %p is %p', (value, expected) => {
	expect(isBlank(value)).toBe(expected);
});

it.each([
	['text', '"text"'],
	[{ a: 1 }, '"{"a":1}"'],
	[undefined, '"undefined"'],
	['x'.repeat(61), `"${'x'.repeat(60)}…"`],
])('quote: %p as %s', (value, expected) => {
	expect(quote(value)).toBe(expected);
});

describe('toText', () => {
	it.each([
		[' as it is ', ' as it is '],
		['', ''],
		[60.5, '60.5'],
		[0, '0'],
	])('takes %p', (value, expected) => {
		expect(toText(value)).toBe(expected);
	});

	it('counts characters, not the units that JavaScript stores them in', () => {
		expect(toText('😀😀', 2)).toBe('😀😀');
		expect(complaintAbout(() => toText('😀😀😀', 2))).toBe(
			'has 3 characters, but Feishu stores at most 2',
		);
	});

	it.each([
		[true, 'must be a string, not "true"'],
		[{ a: 1 }, 'must be a string, not "{"a":1}"'],
		[2 ** 53, 'is "9007199254740992", a number too large to be exact'],
		[NaN, 'is "null", a number too large to be exact'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toText(value))).toBe(complaint);
	});
});

describe('toId', () => {
	it.each([
		[EXAM_ID, EXAM_ID],
		[` ${EXAM_ID}\n`, EXAM_ID],
		['paper_1-a', 'paper_1-a'],
		[42, '42'],
	])('takes %p', (value, expected) => {
		expect(toId(value)).toBe(expected);
	});

	it.each([
		['a number that has lost its last digits', Number(EXAM_ID), /^is the number 7178\d+, which is/],
		['what a spreadsheet makes of it', '7.17854E+18', /^is "7\.17854E\+18", a number that was rou/],
		['that with a decimal comma', '7,17854E+18', /a number that was rounded$/],
		['several IDs', '1,2', /^is "1,2", but an ID contains only letters, digits, - and _$/],
		['a path', '../secret', /an ID contains only letters/],
		['an unresolved expression', '{{ $json.id }}', /an ID contains only letters/],
		['Chinese text', '笔试', /an ID contains only letters/],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => toId(value))).toMatch(complaint);
	});

	it('is stricter than toUserId, as companies choose IDs of users', () => {
		expect(toUserId(' zhang.san@example ')).toBe('zhang.san@example');
		expect(complaintAbout(() => toId('zhang.san@example'))).toMatch(/only letters/);
		expect(complaintAbout(() => toUserId('zhang san'))).toMatch(/only letters/);
	});
});

describe('toIds', () => {
	it.each([
		['a list', ['1', 2, ' 3 '], ['1', '2', '3']],
		['commas, also Chinese ones', '1, 2，3', ['1', '2', '3']],
		['semicolons, spaces and line breaks', '1;2；3 4\n5', ['1', '2', '3', '4', '5']],
		['texts of several in a list', ['1,2', '3'], ['1', '2', '3']],
		['the same one again', '1,2,1', ['1', '2']],
		['empty entries', ['1', '', null, ' '], ['1']],
		['a single number', 7, ['7']],
	])('takes %s', (_, value, expected) => {
		expect(toIds(value)).toEqual(expected);
	});

	it.each([
		['an empty list, which would read everything', [], 'is an empty list'],
		['only separators', ' , ', 'is an empty list'],
		['one bad entry', ['1', Number(EXAM_ID)], /^is the number 7178\d+, which is not exact$/],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => toIds(value))).toMatch(complaint);
	});
});

describe('toTexts', () => {
	it.each([
		['a list, as it is', [' a, b ', 'c'], [' a, b ', 'c']],
		['JSON text', '["a, b", 1]', ['a, b', '1']],
		['commas and line breaks', 'a, b，c\r\nd', ['a', 'b', 'c', 'd']],
		['the same one again', 'a,b,a', ['a', 'b']],
		['a single number', 7, ['7']],
	])('takes %s', (_, value, expected) => {
		expect(toTexts(value)).toEqual(expected);
	});

	it.each([
		[
			'JSON that is broken',
			'["a"',
			expect.stringMatching(/^starts like a JSON list, but is not valid JSON: /),
		],
		['an object', { a: 1 }, 'must be a list, not "{"a":1}"'],
		['true', true, 'must be a list, not "true"'],
		['an empty list', [], 'is an empty list'],
		['only separators', ' , ', 'is an empty list'],
		['an empty entry', ['a', ''], 'has an empty entry'],
		['an entry that is too long', ['abcdef'], 'has 6 characters, but Feishu stores at most 5'],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => toTexts(value, 5))).toEqual(complaint);
	});
});

it.each([
	[true, true],
	[' TRUE ', true],
	['false', false],
	[false, false],
])('toBoolean: takes %p', (value, expected) => {
	expect(toBoolean(value)).toBe(expected);
});

it.each([['yes'], [1], [0], [null], ['']])('toBoolean: refuses %p', (value) => {
	expect(complaintAbout(() => toBoolean(value))).toMatch(/^must be true or false, not /);
});

describe('toInteger', () => {
	it.each([
		[5, 5],
		[' 5 ', 5],
		['+5', 5],
		['5.0', 5],
		[1, 1],
		[10, 10],
	])('takes %p', (value, expected) => {
		expect(toInteger(value, 1, 10)).toBe(expected);
	});

	it.each([
		[0, 'must be at least 1, not "0"'],
		[11, 'must be at most 10, not "11"'],
		[1.5, 'must be a whole number, not "1.5"'],
		['5 minutes', 'must be a number, not "5 minutes"'],
		['0x5', 'must be a number, not "0x5"'],
		['5e0', 'must be a number, not "5e0"'],
		['', 'must be a number, not ""'],
		[Infinity, 'must be a number, not "null"'],
		[[5], 'must be a number, not "[5]"'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toInteger(value, 1, 10))).toBe(complaint);
	});
});

describe('toScore', () => {
	it.each([
		[95.5, 95.5],
		['95.5', 95.5],
		[100, 100],
		[0, 0],
		[-1.5, -1.5],
	])('takes %p', (value, expected) => {
		expect(toScore(value)).toBe(expected);
	});

	it.each([
		[95.55, 'is "95.55", but Feishu stores only one decimal'],
		['A+', 'must be a number, not "A+"'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toScore(value))).toBe(complaint);
	});
});

it.each([[' https://exam.example.com/1?a=b#c\n'], ['HTTP://127.0.0.1:8080']])(
	'toUrl: takes %p without the blanks around it',
	(value) => {
		expect(toUrl(value)).toBe(value.trim());
	},
);

it.each([
	['exam.example.com'],
	['javascript:alert(1)'],
	['https://'],
	['https:///path'],
	['https://exam.example.com/a b'],
	['https://exam.example.com:99999'],
])('toUrl: refuses %p', (value) => {
	expect(complaintAbout(() => toUrl(value))).toBe(
		`is ${quote(value)}, which is not a valid URL that starts with http:// or https://`,
	);
});

describe('toMilliseconds', () => {
	const AT_TEN = Date.parse('2026-11-21T10:00:00+08:00');
	const MIDNIGHT = Date.parse('2026-11-21T00:00:00+08:00');

	it.each<[string, unknown, number]>([
		['seconds', AT_TEN / 1000, AT_TEN],
		['seconds as text', String(AT_TEN / 1000), AT_TEN],
		['milliseconds', AT_TEN, AT_TEN],
		['milliseconds as text', ` ${AT_TEN} `, AT_TEN],
		['a date of luxon', tryToParseDateTime('2026-11-21T10:00:00+08:00'), AT_TEN],
		['a date of JavaScript', new Date(AT_TEN), AT_TEN],
		['ISO 8601 with an offset', '2026-11-21T10:00:00+08:00', AT_TEN],
		['ISO 8601 with an offset without colon', '2026-11-21T10:00:00 +0800', AT_TEN],
		['ISO 8601 in UTC', '2026-11-21T02:00:00.000Z', AT_TEN],
		['ISO 8601 in the time zone of the workflow', '2026-11-21T10:00:00', AT_TEN],
		["the date picker's value", '2026-11-21 10:00:00', AT_TEN],
		['a time without seconds', '2026-11-21 10:00', AT_TEN],
		['a date, which means its first moment', '2026-11-21', MIDNIGHT],
		['a leap day', '2028-02-29T00:00:00Z', Date.parse('2028-02-29T00:00:00Z')],
	])('takes %s', (_, value, expected) => {
		expect(toMilliseconds(value, 'Asia/Shanghai')).toBe(String(expected));
	});

	it.each<[string, unknown]>([
		['a day that does not exist', '2026-02-30'],
		['a leap day of another year', '2026-02-29T10:00:00Z'],
		['a month that does not exist', '2026-13-01'],
		['an hour that does not exist', '2026-11-21T25:00:00'],
		['a date whose parts may be swapped', '11/12/2026'],
		['words', 'tomorrow'],
		['seconds with too few digits', 167878],
		['microseconds', '1794218400000000'],
		['a date that is none', new Date(NaN)],
		['nothing', null],
		['a list', [AT_TEN]],
		['an object', { toMillis: 5 }],
	])('refuses %s', (_, value) => {
		expect(complaintAbout(() => toMilliseconds(value, 'Asia/Shanghai'))).toBe(
			`is ${quote(value)}, which is not a valid date and time`,
		);
	});
});
