import { InvalidValue } from './invalidValue';

/** Strings are matched first, so that digits in them are none of the numbers. */
const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d+(?![\d.eE])/g;

/** Whole numbers that JavaScript would round, as strings: an ID keeps all of its digits. */
const quoteLargeIntegers = (json: string): string =>
	json.replace(STRING_OR_INTEGER, (token) =>
		token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
	);

/**
 * What JSON text holds, with large integers as text.
 *
 * @throws InvalidValue
 */
export function parseJson(text: string): unknown {
	let reason: string;
	try {
		return JSON.parse(quoteLargeIntegers(text.trim()));
	} catch (error) {
		reason = (error as Error).message;
	}
	throw new InvalidValue('is not valid JSON', reason);
}
