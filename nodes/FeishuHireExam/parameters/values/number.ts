import { InvalidValue, quote, strip } from './invalidValue';

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
const MAX_DECIMALS = 10;

/** Zeros at the end of a fraction. */
const trimZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** The decimals of a number below a millionth, which JavaScript writes with an exponent, are written out. */
const toDecimal = (number: number): string =>
	/e-/.test(String(number)) ? trimZeros(number.toFixed(MAX_DECIMALS)) : String(number);

/**
 * The digits of a fraction with at most 10 decimals; undefined when it has more. A sum such as 33.3 + 33.3 + 33.3 is
 * off after 15 digits, which do not count.
 */
const fractionOf = (number: number): string | undefined =>
	[number, Number(number.toPrecision(15))]
		.filter((candidate) => Number(toDecimal(candidate)) === candidate)
		.map(toDecimal)
		.find((text) => (text.split('.')[1] ?? '').length <= MAX_DECIMALS);

/**
 * A number as people write it.
 *
 * @throws InvalidValue when it has no exact form with at most 10 decimals.
 */
export function writeNumber(number: number): string {
	if (!Number.isFinite(number)) {
		throw new InvalidValue(
			`is ${number}, not a finite number`,
			'Check the calculation in its expression.',
		);
	}
	if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
		throw new InvalidValue(
			`is ${quote(number)}, a number too large to be exact`,
			'Its last digits are already lost. Pass it as a string.',
		);
	}
	const text = Number.isInteger(number) ? String(number) : fractionOf(number);
	if (text !== undefined) return text;
	throw new InvalidValue(
		`is ${quote(number)}, a number with more than 10 decimals`,
		'Round it, for example with {{ $json.result.round(2) }}.',
	);
}

/** Digits without a sign or zeros that do not count. */
const plainDigits = (text: string): string =>
	trimZeros(text.replace(/^\+|^-(?=[0.]+$)/, '').replace(/^(-?)0+(?=\d)/, '$1'));

function toNumber(value: unknown): number {
	const text = typeof value === 'string' ? strip(value) : value;
	const isDecimal = typeof text === 'string' && DECIMAL.test(text);
	const number = isDecimal || typeof text === 'bigint' ? Number(text) : text;
	if (typeof number !== 'number' || !Number.isFinite(number)) {
		throw new InvalidValue(`must be a number, not ${quote(value)}`);
	}
	const isRounded =
		(isDecimal && plainDigits(text) !== toDecimal(number)) ||
		(typeof text === 'bigint' && text !== BigInt(number));
	if (isRounded) {
		throw new InvalidValue(`is ${quote(value)}, which has more digits than a number can hold`);
	}
	return Number.isInteger(number) ? number : Number(fractionOf(number) ?? number);
}

/**
 * A whole number from `min` to `max`.
 *
 * @throws InvalidValue
 */
export function toInteger(
	value: unknown,
	min = -Number.MAX_SAFE_INTEGER,
	max = Number.MAX_SAFE_INTEGER,
): number {
	const number = toNumber(value);
	if (!Number.isSafeInteger(number)) {
		throw new InvalidValue(`must be a whole number, not ${quote(value)}`);
	}
	if (number < min) throw new InvalidValue(`must be at least ${min}, not ${quote(value)}`);
	if (number > max) throw new InvalidValue(`must be at most ${max}, not ${quote(value)}`);
	return number;
}

/**
 * A score as Feishu stores it: a number with at most one decimal.
 *
 * @throws InvalidValue
 */
export function toScore(value: unknown): number {
	const score = toNumber(value);
	if (Number(score.toFixed(1)) !== score) {
		throw new InvalidValue(
			`is ${quote(value)}, but Feishu stores only one decimal`,
			'Round it to one decimal.',
		);
	}
	return score;
}
