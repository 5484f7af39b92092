import {
	ERROR_CODES,
	type ErrorKind,
} from '../../../../nodes/FeishuHireExam/transport/errors/codes';

const table = Object.entries(ERROR_CODES);

it.each(table)(
	'code %s has a message, and a description that says how to go on',
	(code, { message, description }) => {
		expect(message).toMatch(/^[A-Z].{14,}[^.]$/);
		expect(description).toMatch(/^[A-Z].{14,}\.$/);
		// The code, the log ID and the link are added to each text.
		expect(`${message} ${description}`).not.toMatch(new RegExp(`${code}|https?:`));
	},
);

it.each<[ErrorKind, string, number[]]>([
	['rejectedToken', 'a new token helps', [99991661, 99991663, 99991664, 99991665, 99991671]],
	['rateLimited', 'the call was not processed', [99991400]],
	['transient', 'the call may have been processed', [2200, 1002001]],
])('%s are only the codes after which %s: all others are final', (kind, _, codes) => {
	const found = table.filter(([, entry]) => entry.kind === kind).map(([code]) => Number(code));
	expect(found).toEqual(codes);
});

it('codes with one cause have one text', () => {
	const texts = (...codes: number[]) =>
		new Set(codes.map((code) => JSON.stringify(ERROR_CODES[code])));
	expect(texts(10014, 10015, 20002, 99991543).size).toBe(1);
	expect(texts(99991672, 99991676).size).toBe(1);
	expect(texts(20009, 99991662, 99991673).size).toBe(1);
});
