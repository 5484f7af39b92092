import { toIso } from '../../../nodes/FeishuHireExam/hire/isoTime';

it.each([
	['1794218400000', '2026-11-09T10:00:00.000Z'],
	['1', '1970-01-01T00:00:00.001Z'],
])('gives %s milliseconds as %s', (milliseconds, expected) => {
	expect(toIso(milliseconds)).toBe(expected);
});

// Feishu has 0 or an empty text where nothing has happened yet.
it.each([['0'], [''], [undefined], [null], [1794218400000], ['soon'], ['-1'], ['9'.repeat(16)]])(
	'gives null for %p',
	(value) => {
		expect(toIso(value)).toBeNull();
	},
);
