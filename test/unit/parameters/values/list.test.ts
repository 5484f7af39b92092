import { toId } from '../../../../nodes/FeishuHireExam/parameters/values/id';
import { toIds, toTexts } from '../../../../nodes/FeishuHireExam/parameters/values/list';
import { toText } from '../../../../nodes/FeishuHireExam/parameters/values/text';
import { complaintAbout } from '../../../support/complaint';

const EXAM_ID = '7178536692385679677';

describe('toIds', () => {
	const read = (value: unknown) => toIds(value, toId);

	it.each([
		['a list', ['1', 2, ' 3 '], ['1', '2', '3']],
		['commas, also Chinese ones', '1, 2，3', ['1', '2', '3']],
		['semicolons, spaces and line breaks', '1;2；3 4\n5', ['1', '2', '3', '4', '5']],
		['enumeration commas', '1、2', ['1', '2']],
		['JSON text', ' ["1","2"]', ['1', '2']],
		['JSON text with IDs as numbers', `[${EXAM_ID}, 2]`, [EXAM_ID, '2']],
		['texts of several in a list', ['1,2', '3'], ['1', '2', '3']],
		['the same one again', '1,2,1', ['1', '2']],
		['empty entries', ['1', '', null, ' '], ['1']],
		['a single number', 7, ['7']],
		['a single large integer', BigInt(EXAM_ID), [EXAM_ID]],
		['letters that nobody sees', '\u200b1,\u202d2', ['1', '2']],
	])('takes %s', (_, value, expected) => {
		expect(read(value)).toEqual(expected);
	});

	it.each([
		['an empty list, which would read everything', [], 'is an empty list'],
		['only separators', ' , ', 'is an empty list'],
		['one bad entry', ['1', Number(EXAM_ID)], /^is the number 7178\d+, which is not exact$/],
		['JSON that is cut', '["1","2"', 'is not valid JSON'],
		['an object', { 1: 1 }, 'must be a list, not an object'],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => read(value))).toMatch(complaint);
	});
});

describe('toTexts', () => {
	const read = (value: unknown) => toTexts(value, (entry) => toText(entry, 5));

	it.each([
		['a list, as it is', [' a,b ', 'c'], [' a,b ', 'c']],
		['JSON text', '["a, b", 1]', ['a, b', '1']],
		['commas and line breaks', 'a,b，c\r\nd', ['a', 'b', 'c', 'd']],
		['semicolons, enumeration commas and tabs', 'a;b；c、d\te', ['a', 'b', 'c', 'd', 'e']],
		['blanks in an entry', 'a b,c', ['a b', 'c']],
		['the same one again', 'a,b,a', ['a', 'b']],
		['a single number', 7, ['7']],
	])('takes %s', (_, value, expected) => {
		expect(read(value)).toEqual(expected);
	});

	it.each([
		['JSON that is broken', '["a"', 'is not valid JSON'],
		['an object', { a: 1 }, 'must be a list, not an object'],
		['true', true, 'must be a list, not "true"'],
		['an empty list', [], 'is an empty list'],
		['only separators', ' , ', 'is an empty list'],
		['an empty entry', ['a', ''], 'has an empty entry'],
		['an entry that is too long', ['abcdef'], 'has 6 characters, but Feishu stores at most 5'],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => read(value))).toEqual(complaint);
	});
});
