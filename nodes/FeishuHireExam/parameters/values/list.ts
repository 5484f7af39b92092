import { InvalidValue, isBlank, quote, strip } from './invalidValue';
import { parseJson } from './json';

/** Marks between the entries of a list as text. */
const SEPARATORS = /[,，;；、\t\r\n]/;
/** Where no entry contains a blank, blanks separate, too. */
const SEPARATORS_AND_BLANKS = /[\s,，;；、]+/;

/** The entries of a list, of its JSON text, or of text with `separators` between them. */
function toEntries(value: unknown, separators: RegExp): unknown[] {
	if (Array.isArray(value)) return value as unknown[];
	if (typeof value === 'number' || typeof value === 'bigint') return [value];
	if (typeof value !== 'string') throw new InvalidValue(`must be a list, not ${quote(value)}`);
	const text = strip(value);
	if (!text.startsWith('[')) {
		return text.split(separators).filter((entry) => !isBlank(entry));
	}
	return parseJson(text) as unknown[];
}

/**
 * IDs of Feishu's, each once: from a list, its JSON text, or text with commas, semicolons, blanks or line breaks
 * between them, also Chinese ones.
 *
 * @throws InvalidValue for an entry that `read` does not take, and for an empty list.
 */
export function toIds(value: unknown, read: (entry: unknown) => string): string[] {
	const ids = toEntries(value, SEPARATORS_AND_BLANKS)
		.flatMap((entry) => (typeof entry === 'string' ? entry.split(SEPARATORS_AND_BLANKS) : [entry]))
		.filter((entry) => !isBlank(entry))
		.map((entry) => read(entry));
	if (ids.length === 0) {
		throw new InvalidValue('is an empty list', 'To return all, remove the filter.');
	}
	return [...new Set(ids)];
}

/**
 * Texts that may contain blanks, each once: from a list or its JSON text, or from text with commas, semicolons, tabs
 * or line breaks between them, also Chinese ones.
 *
 * @throws InvalidValue for an entry that `read` does not take, and for an empty list.
 */
export function toTexts(value: unknown, read: (entry: unknown) => string): string[] {
	const entries = toEntries(value, SEPARATORS);
	if (entries.length === 0) throw new InvalidValue('is an empty list');
	if (entries.some(isBlank)) {
		throw new InvalidValue(
			'has an empty entry',
			'Check that the expression returns a value for each entry.',
		);
	}
	return [...new Set(entries.map((entry) => read(entry)))];
}
