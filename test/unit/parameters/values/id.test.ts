import {
	toExternalId,
	toId,
	toUserId,
} from '../../../../nodes/FeishuHireExam/parameters/values/id';
import { complaintAbout } from '../../../support/complaint';

const EXAM_ID = '7178536692385679677';

describe('toId', () => {
	it.each([
		[EXAM_ID, EXAM_ID],
		[` ${EXAM_ID}\n`, EXAM_ID],
		[`\u200b${EXAM_ID}\u202c`, EXAM_ID],
		[`\u202d${EXAM_ID.slice(0, 4)}\ufeff${EXAM_ID.slice(4)}`, EXAM_ID],
		['paper_1-a', 'paper_1-a'],
		[42, '42'],
		[BigInt(EXAM_ID), EXAM_ID],
	])('takes %p', (value, expected) => {
		expect(toId(value)).toBe(expected);
	});

	it.each([
		['a number that has lost its last digits', Number(EXAM_ID), /^is the number 7178\d+, which is/],
		['what a spreadsheet makes of it', '7.17854E+18', /^is "7\.17854E\+18", a number that was rou/],
		['that with a decimal comma', '7,17854E+18', /a number that was rounded$/],
		['several IDs', '1,2', /^is "1,2", but an ID contains only letters, digits, - and _$/],
		['a path', '../secret', /an ID contains only letters/],
		[
			'a link',
			'https://example.com/7',
			/^is "https:\/\/example.com\/7", which is a link, not an ID$/,
		],
		['an unresolved expression', '{{ $json.id }}', /an ID contains only letters/],
		['Chinese text', '笔试', /an ID contains only letters/],
		['a blank between digits', '71 78', /an ID contains only letters/],
		['letters that were lost', '71\ufffd', /^contains �/],
	])('refuses %s', (_, value, complaint) => {
		expect(complaintAbout(() => toId(value))).toMatch(complaint);
	});

	it('is stricter than toUserId, as companies choose IDs of users', () => {
		expect(toUserId(' zhang.san@example ')).toBe('zhang.san@example');
		expect(complaintAbout(() => toId('zhang.san@example'))).toMatch(/only letters/);
		expect(complaintAbout(() => toUserId('zhang san'))).toMatch(/only letters/);
	});
});

describe('toExternalId', () => {
	it.each([
		['p9 ', 'p9'],
		['\u200bp9', 'p9'],
		['Java 笔试 (2026)', 'Java 笔试 (2026)'],
		['1e5', '1e5'],
		[9, '9'],
	])('takes %p', (value, expected) => {
		expect(toExternalId(value)).toBe(expected);
	});

	it.each([
		['7.17854E+18', 'is "7.17854E+18", a number that was rounded'],
		['x'.repeat(21), 'has 21 characters, but Feishu stores at most 20'],
		[Number(EXAM_ID), 'is "7178536692385679000", a number too large to be exact'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toExternalId(value, 20))).toBe(complaint);
	});

	it('counts no blanks around it', () => {
		expect(toExternalId(' 12345 ', 5)).toBe('12345');
	});
});
