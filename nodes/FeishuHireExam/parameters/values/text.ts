import { InvalidValue, quote } from './invalidValue';
import { writeNumber } from './number';

/** U+FFFD, and halves of a character that JavaScript stores in two. */
export const LOST_LETTERS = /[\uFFFD\p{Surrogate}]/u;

function checkLetters(text: string): void {
	if (!LOST_LETTERS.test(text)) return;
	throw new InvalidValue(
		'contains �, which stands for letters that were lost',
		'The file or response was read in the wrong encoding. Save a CSV file as "CSV UTF-8", or select its encoding (Chinese Excel often writes GBK) in the node that reads it.',
	);
}

/**
 * Text as it is, also blanks and letters that nobody sees. A number is written as people do, with at most 10 decimals.
 *
 * @param max How many characters Feishu stores.
 * @throws InvalidValue for what is no text, and for text that is too long or has lost letters.
 */
export function toText(value: unknown, max = Infinity): string {
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'number') return writeNumber(value);
	if (typeof value !== 'string') throw new InvalidValue(`must be a string, not ${quote(value)}`);
	checkLetters(value);
	const { length } = [...value];
	if (length > max) {
		throw new InvalidValue(
			`has ${length} characters, but Feishu stores at most ${max}`,
			'Feishu would silently truncate it. Shorten it.',
		);
	}
	return value;
}

/**
 * Text that no message may show.
 *
 * @throws InvalidValue like `toText`, without the value.
 */
export function toSecret(value: unknown): string {
	if (typeof value === 'string' || Number.isSafeInteger(value)) return toText(value);
	throw new InvalidValue('must be a string', 'Check what its expression returns.');
}
