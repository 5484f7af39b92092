import {
	toInteger,
	toScore,
	writeNumber,
} from '../../../../nodes/FeishuHireExam/parameters/values/number';
import { complaintAbout } from '../../../support/complaint';

describe('writeNumber', () => {
	it.each([
		[33.3 + 33.3 + 33.3, '99.9'],
		[0.1 + 0.2, '0.3'],
		[66.67, '66.67'],
		[1e-10, '0.0000000001'],
		[-2.5e-7, '-0.00000025'],
		[-0, '0'],
		[9007199254740991, '9007199254740991'],
		[1234567.123456789, '1234567.123456789'],
	])('of %p', (number, expected) => {
		expect(writeNumber(number)).toBe(expected);
	});

	it.each([
		[200 / 3, 'is "66.66666666666667", a number with more than 10 decimals'],
		[1e-11, 'is "1e-11", a number with more than 10 decimals'],
		[1.23e-9, 'is "1.23e-9", a number with more than 10 decimals'],
		[2 ** 53, 'is "9007199254740992", a number too large to be exact'],
		[Infinity, 'is Infinity, not a finite number'],
	])('refuses %p', (number, complaint) => {
		expect(complaintAbout(() => writeNumber(number))).toBe(complaint);
	});
});

describe('toInteger', () => {
	it.each([
		[5, 5],
		[' 5 ', 5],
		['+5', 5],
		['005', 5],
		['10', 10],
		['5.0', 5],
		[5n, 5],
		[0.1 * 3 * 10, 3],
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
		['1,000', 'must be a number, not "1,000"'],
		['', 'must be a number, not ""'],
		[Infinity, 'must be a number, not "Infinity"'],
		[[5], 'must be a number, not a list'],
		[
			'5.00000000000000001',
			'is "5.00000000000000001", which has more digits than a number can hold',
		],
		['9007199254740993', 'is "9007199254740993", which has more digits than a number can hold'],
		[9007199254740993n, 'is "9007199254740993", which has more digits than a number can hold'],
	])('refuses %p', (value, complaint) => {
		expect(complaintAbout(() => toInteger(value, 1, 10))).toBe(complaint);
	});
});

describe('toScore', () => {
	it.each([
		[95.5, 95.5],
		['95.5', 95.5],
		['95.50', 95.5],
		[31.7 * 3, 95.1],
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
