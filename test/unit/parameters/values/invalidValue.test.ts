import {
	isBlank,
	quote,
	strip,
} from '../../../../nodes/FeishuHireExam/parameters/values/invalidValue';

it.each([
	[undefined, true],
	[null, true],
	['', true],
	[' \n', true],
	['\u200b\ufeff', true],
	['0', false],
	[0, false],
	[false, false],
	[[], false],
])('isBlank: of %p is %p', (value, expected) => {
	expect(isBlank(value)).toBe(expected);
});

it.each([
	[' 7178\n', '7178'],
	['\u200b7178\u202c', '7178'],
	['\ufeff 7178', '7178'],
	['a b', 'a b'],
])('strip: makes of %p %p', (text, expected) => {
	expect(strip(text)).toBe(expected);
});

it.each([
	['text', '"text"'],
	[7n, '"7"'],
	[NaN, '"NaN"'],
	[undefined, '"undefined"'],
	['x'.repeat(61), `"${'x'.repeat(60)}…"`],
	['😀'.repeat(61), `"${'😀'.repeat(60)}…"`],
])('quote: %p as %s', (value, expected) => {
	expect(quote(value)).toBe(expected);
});

it('quote: shows letters that nobody sees', () => {
	expect(quote('7178\u200b')).toBe('"7178\\u{200b}"');
});

it('quote: says nothing of what is in a list or an object, which may be a password', () => {
	expect(quote({ password: 'p' })).toBe('an object');
	expect(quote(['p'])).toBe('a list');
});
