import { InvalidValue, quote, strip } from './invalidValue';
import { toText } from './text';

function refuseRounded(id: string, pattern: RegExp): void {
	if (!pattern.test(id)) return;
	throw new InvalidValue(
		`is ${quote(id)}, a number that was rounded`,
		'The last digits of the ID are lost. Format the column as text in the spreadsheet.',
	);
}

function checkIsThere(id: string): void {
	if (id === '') throw new InvalidValue('is empty');
}

/**
 * An ID of Feishu's: text, since its 19 digits are more than a number can hold. A number is taken only
 * while it is exact, and text like `7.17e+18` is an ID that a spreadsheet has rounded.
 *
 * @throws InvalidValue
 */
export function toId(value: unknown, letters = /^[\w-]+$/): string {
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw new InvalidValue(
			`is the number ${value}, which is not exact`,
			'An ID has more digits than a number can hold, so its last digits are already lost. Pass it as a string.',
		);
	}
	const id = strip(toText(value));
	checkIsThere(id);
	refuseRounded(id, /^\d+([.,]\d+)?e\+?\d+$/i);
	if (/^https?:\/\//i.test(id)) {
		throw new InvalidValue(`is ${quote(id)}, which is a link, not an ID`);
	}
	if (!letters.test(id)) {
		throw new InvalidValue(`is ${quote(id)}, but an ID contains only letters, digits, - and _`);
	}
	return id;
}

/**
 * An ID of a user: companies may choose IDs such as zhang.san@example.
 *
 * @throws InvalidValue
 */
export const toUserId = (value: unknown): string => toId(value, /^[\w.@-]+$/);

/**
 * An ID that the exam system has chosen, of a paper or a field: any text, without blanks around it.
 *
 * @param max How many characters Feishu stores.
 * @throws InvalidValue
 */
export function toExternalId(value: unknown, max?: number): string {
	const id = toText(typeof value === 'string' ? strip(value) : value, max);
	checkIsThere(id);
	refuseRounded(id, /^\d+[.,]\d+e\+\d+$/i);
	return id;
}
