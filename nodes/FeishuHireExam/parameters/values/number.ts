import { InvalidValue, quote, strip } from './invalidValue';

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
const AT_MOST_10_DECIMALS = /^-?\d+(\.\d{1,10})?$/;

/** A sum such as 33.3 + 33.3 + 33.3 is off after 15 digits: what it is without that, if it has at most 10 decimals then. */
const withoutNoise = (number: number): number | undefined =>
	[number, Number(number.toPrecision(15))].find((candidate) =>
		AT_MOST_10_DECIMALS.test(String(candidate)),
	);

/**
 * A number as people write it.
 *
 * @throws InvalidValue when it has no exact form with at most 10 decimals.
 */
export function writeNumber(number: number): string {
	if (!Number.isFinite(number)) {
		throw new InvalidValue(`is ${number}`, 'Check the calculation in its expression.');
	}
	if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
		throw new InvalidValue(
			`is ${quote(number)}, a number too large to be exact`,
			'Its last digits are already lost. Pass it as a string.',
		);
	}
	const exact = Number.isInteger(number) ? number : withoutNoise(number);
	if (exact !== undefined) return String(exact);
	throw new InvalidValue(
		`is ${quote(number)}, a number with more than 10 decimals`,
		'Round it, for example with {{ $json.result.round(2) }}.',
	);
}

/** Digits without a sign or zeros that do not count. */
const plainDigits = (text: string): string =>
	text
		.replace(/^\+|^-(?=[0.]+$)/, '')
		.replace(/^(-?)0+(?=\d)/, '$1')
		.replace(/(\.\d*?)0+$/, '$1')
		.replace(/\.$/, '');

function toNumber(value: unknown): number {
	const text = typeof value === 'string' ? strip(value) : value;
	const isDecimal = typeof text === 'string' && DECIMAL.test(text);
	const number = isDecimal || typeof text === 'bigint' ? Number(text) : text;
	if (typeof number !== 'number' || !Number.isFinite(number)) {
		throw new InvalidValue(`must be a number, not ${quote(value)}`);
	}
	const isRounded =
		(isDecimal && plainDigits(text) !== String(number)) ||
		(typeof text === 'bigint' && text !== BigInt(number));
	if (isRounded) {
		throw new InvalidValue(`is ${quote(value)}, which has more digits than a number can hold`);
	}
	return Number.isInteger(number) ? number : (withoutNoise(number) ?? number);
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
