import fc from 'fast-check';

import { type Kind, READERS } from '../../../nodes/FeishuHireExam/parameters/kinds';
import { anyLetter } from '../../support/anyLetter';
import { complaintAbout } from '../../support/complaint';
import { VALUE_CASES } from '../../support/valueCases';

const ZONE = 'Asia/Shanghai';
const read = (kind: Kind, value: unknown): unknown => READERS[kind](value, ZONE);

const KINDS = Object.keys(READERS) as Kind[];

describe.each(KINDS)('%s', (kind) => {
	it.each(VALUE_CASES[kind])('of $input', (one) => {
		if ('sent' in one) expect(read(kind, one.input)).toEqual(one.sent);
		else expect(complaintAbout(() => read(kind, one.input))).toBe(one.refused);
	});

	it('takes what it gives, and gives it again', () => {
		for (const one of VALUE_CASES[kind]) {
			if ('sent' in one) expect(read(kind, one.sent)).toEqual(one.sent);
		}
	});
});

/** What a reader gives; undefined when it refuses. Anything but a refusal with a reason is a bug. */
function given(kind: Kind, value: unknown): unknown {
	let result: unknown;
	complaintAbout(() => (result = read(kind, value)));
	return result;
}

const BLANKS_AND_INVISIBLE = /[\s\p{Cf}]/gu;
const bare = (text: unknown) => String(text).replace(BLANKS_AND_INVISIBLE, '');

const invisible = fc.constantFrom(
	'\u200b',
	'\u202a',
	'\u202e',
	'\ufeff',
	'\u00ad',
	' ',
	'\n',
	'\u3000',
);

describe('whatever is entered', () => {
	it('is taken or refused with a reason', () => {
		const anything = fc.anything({ withBigInt: true, withDate: true });
		fc.assert(
			fc.property(fc.constantFrom(...KINDS), anything, (kind, value) => {
				given(kind, value);
			}),
			{ numRuns: 500 },
		);
	});

	const TEXT_KINDS = ['id', 'userId', 'paperId', 'externalId', 'url', 'choice'] as const;
	it('keeps every letter that can be seen', () => {
		const text = fc.oneof(
			fc.string({ unit: anyLetter }),
			fc.string({ unit: anyLetter }).map((path) => `https://exam.example.com/${path}`),
			fc.stringMatching(/^\d{1,30}$/),
		);
		fc.assert(
			fc.property(fc.constantFrom(...TEXT_KINDS), text, invisible, (kind, value, around) => {
				const result = given(kind, `${around}${value}${around}`);
				if (result !== undefined) expect(bare(result)).toBe(bare(value));
			}),
		);
	});

	it.each(['text', 'secret', 'paperName'] as const)('stays as it is: %s', (kind) => {
		fc.assert(
			fc.property(fc.string({ unit: anyLetter }), (value) => {
				const result = given(kind, value);
				if (result !== undefined) expect(result).toBe(value);
			}),
		);
	});

	it.each(['text', 'externalId', 'id'] as const)('no whole number is rounded: %s', (kind) => {
		const whole = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 80n }), fc.maxSafeNat());
		fc.assert(
			fc.property(whole, (value) => {
				expect(given(kind, value)).toBe(String(value));
			}),
		);
	});

	it('no number is off by more than the noise of a sum', () => {
		const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
		fc.assert(
			fc.property(number, (value) => {
				for (const kind of ['text', 'score'] as const) {
					const result = given(kind, value);
					if (result === undefined) continue;
					expect(Math.abs(Number(result) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-14);
				}
			}),
		);
	});

	it('a number with at most 10 decimals is written as people write it', () => {
		const decimal = fc.tuple(
			fc.nat(99_999),
			fc.nat(9_999_999_999),
			fc.integer({ min: 1, max: 10 }),
		);
		fc.assert(
			fc.property(decimal, ([whole, fraction, decimals]) => {
				const digits = String(fraction).padStart(10, '0').slice(0, decimals).replace(/0+$/, '');
				const text = digits ? `${whole}.${digits}` : String(whole);
				expect(given('text', Number(text))).toBe(text);
			}),
		);
	});

	it('digits of a number as text are all kept, or it is refused', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[1-9]\d{0,20}(\.\d{0,20}[1-9])?$/), (text) => {
				for (const kind of ['integer', 'score'] as const) {
					const result = given(kind, text);
					if (result !== undefined && text.replace(/\D/g, '').length < 15) {
						expect(String(result)).toBe(text);
					}
					if (result !== undefined) expect(Number(text)).toBeCloseTo(Number(result), 9);
				}
			}),
		);
	});

	it('every point in time is the same in all of its forms', () => {
		const date = fc.date({
			min: new Date('2001-09-10'),
			max: new Date('2286-11-20'),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(date, (time) => {
				const iso = time.toISOString();
				const basic = iso.replace(/[-:]/g, '');
				const expected = String(time.getTime());
				for (const form of [
					time,
					time.getTime(),
					iso,
					basic,
					iso.replace('T', ' '),
					iso.replace('Z', '+00'),
				]) {
					expect(given('time', form)).toBe(expected);
				}
			}),
		);
	});

	const entry = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,19}$/);
	const separator = fc.constantFrom(',', '，', ';', '；', '、', '\n', '\r\n', '\t', ', ');
	it.each(['ids', 'paperIds', 'externalIds', 'choices'] as const)(
		'a list is the same in all of its forms: %s',
		(kind) => {
			fc.assert(
				fc.property(fc.uniqueArray(entry, { minLength: 1 }), separator, (entries, between) => {
					for (const form of [entries, JSON.stringify(entries), entries.join(between)]) {
						expect(given(kind, form)).toEqual(entries);
					}
				}),
			);
		},
	);
});
