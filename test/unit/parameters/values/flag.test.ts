import { toBoolean } from '../../../../nodes/FeishuHireExam/parameters/values/flag';
import { complaintAbout } from '../../../support/complaint';

it.each([
	[true, true],
	[' TRUE ', true],
	['\u200btrue', true],
	['false', false],
	[false, false],
])('toBoolean: takes %p', (value, expected) => {
	expect(toBoolean(value)).toBe(expected);
});

it.each([['yes'], [1], [0], [null], ['']])('toBoolean: refuses %p', (value) => {
	expect(complaintAbout(() => toBoolean(value))).toMatch(/^must be true or false, not /);
});
