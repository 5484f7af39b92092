import { toSecret, toText } from '../../../../nodes/FeishuHireExam/parameters/values/text';
import { complaintAbout } from '../../../support/complaint';

describe('toText', () => {
	it.each([
		[' as it is ', ' as it is '],
		['', ''],
		['👩‍💻', '👩‍💻'],
		[60.5, '60.5'],
		[0, '0'],
		[2n ** 64n, '18446744073709551616'],
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
		[{ a: 1 }, 'must be a string, not an object'],
		[2 ** 53, 'is "9007199254740992", a number too large to be exact'],
		[NaN, 'is NaN, not a finite number'],
		['成绩\ufffd', 'contains �, which stands for letters that were lost'],
		['\ud83d', 'contains �, which stands for letters that were lost'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toText(value))).toBe(complaint);
	});
});

describe('toSecret', () => {
	it('takes text and numbers as they are', () => {
		expect(toSecret(' p ')).toBe(' p ');
		expect(toSecret(123456)).toBe('123456');
	});

	it.each([[{ password: 'hunter2' }], [['hunter2']], [0.30000000000000004], [2 ** 60]])(
		'refuses %p without showing it',
		(value) => {
			expect(complaintAbout(() => toSecret(value))).toBe('must be a string');
		},
	);
});
