import { parseJson } from '../../../../nodes/FeishuHireExam/parameters/values/json';
import { complaintAbout } from '../../../support/complaint';

it.each([
	['[{"a":1}]', [{ a: 1 }]],
	['[7178536692385679677, -7178536692385679677]', ['7178536692385679677', '-7178536692385679677']],
	[
		'{"7178536692385679677":"7178536692385679677"}',
		{ '7178536692385679677': '7178536692385679677' },
	],
	['["\\"7178536692385679677"]', ['"7178536692385679677']],
	['[1.5, 1e3, 12345678901234567890.5]', [1.5, 1000, 12345678901234567000]],
	['\ufeff[1]', [1]],
])('parseJson: of %s', (text, expected) => {
	expect(parseJson(text)).toEqual(expected);
});

it.each([['[1'], ['{a:1}'], [''], ['[01]']])('parseJson: refuses %p', (text) => {
	expect(complaintAbout(() => parseJson(text))).toBe('is not valid JSON');
});
