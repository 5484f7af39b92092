import { tryToParseDateTime } from 'n8n-workflow';

/**
 * Readers for what users and other nodes enter. Each returns the value as Feishu accepts it, or throws
 * `InvalidValue`. Nothing is rounded or truncated.
 */

/** `message` completes the sentence "'Exam ID' …"; `advice` says how to go on. */
export class InvalidValue extends Error {
	constructor(
		message: string,
		readonly advice?: string,
	) {
		super(message);
	}
}

/** Whether a field counts as left out. */
export const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A value as messages write it. */
export const quote = (value: unknown): string => {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`;
};

/** Text of at most `max` characters, as it is. Numbers are taken if they can be written without loss. */
export function toText(value: unknown, max = Infinity): string {
	if (typeof value === 'number') {
		if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
			throw new InvalidValue(
				`is ${quote(value)}, a number too large to be exact`,
				'Its last digits are already lost. Pass it as a string.',
			);
		}
		return String(value);
	}
	if (typeof value !== 'string') throw new InvalidValue(`must be a string, not ${quote(value)}`);
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
 * An ID of Feishu's: text, since its 19 digits are more than a number can hold. A number is taken only
 * while it is exact, and text like `7.17e+18` is an ID that a spreadsheet has rounded.
 */
export function toId(value: unknown, letters = /^[\w-]+$/): string {
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw new InvalidValue(
			`is the number ${value}, which is not exact`,
			'An ID has more digits than a number can hold, so its last digits are already lost. Pass it as a string.',
		);
	}
	const id = toText(value).trim();
	if (/^\d+([.,]\d+)?e\+?\d+$/i.test(id)) {
		throw new InvalidValue(
			`is ${quote(id)}, a number that was rounded`,
			'The last digits of the ID are lost. Format the column as text in the spreadsheet.',
		);
	}
	if (!letters.test(id)) {
		throw new InvalidValue(`is ${quote(id)}, but an ID contains only letters, digits, - and _`);
	}
	return id;
}

/** An ID of a user: companies may choose IDs such as zhang.san@example. */
export const toUserId = (value: unknown): string => toId(value, /^[\w.@-]+$/);

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		return error;
	}
}

/** The entries of a list, of its JSON text, or of text with `separators` between them. */
function toEntries(value: unknown, separators: RegExp): unknown[] {
	if (Array.isArray(value)) return value as unknown[];
	if (typeof value === 'number') return [value];
	if (typeof value !== 'string') throw new InvalidValue(`must be a list, not ${quote(value)}`);
	const text = value.trim();
	if (!text.startsWith('[')) {
		return text
			.split(separators)
			.map((entry) => entry.trim())
			.filter((entry) => entry !== '');
	}
	const list = parseJson(text);
	if (list instanceof SyntaxError) {
		throw new InvalidValue(`starts like a JSON list, but is not valid JSON: ${list.message}`);
	}
	return list as unknown[];
}

/** IDs out of a list, its JSON text, or text with commas, semicolons, blanks or line breaks between them; each once. */
export function toIds(value: unknown): string[] {
	const separators = /[\s,，;；、]+/;
	const ids = toEntries(value, separators)
		.flatMap((entry) => (typeof entry === 'string' ? entry.split(separators) : [entry]))
		.filter((entry) => !isBlank(entry))
		.map((entry) => toId(entry));
	if (ids.length === 0)
		throw new InvalidValue('is an empty list', 'To return all, remove the filter.');
	return [...new Set(ids)];
}

/**
 * Texts of at most `max` characters each, each once: as they are out of a list or its JSON text, or out of
 * text with commas, semicolons or line breaks between them.
 */
export function toTexts(value: unknown, max?: number): string[] {
	const entries = toEntries(value, /[,，;；、\r\n]/);
	if (entries.length === 0) throw new InvalidValue('is an empty list');
	if (entries.some(isBlank)) {
		throw new InvalidValue(
			'has an empty entry',
			'Check that the expression returns a value for each entry.',
		);
	}
	return [...new Set(entries.map((entry) => toText(entry, max)))];
}

/** IDs of papers, which their provider chooses: without blanks around them, and without letters that nobody sees. */
export const toPaperIds = (value: unknown): string[] =>
	toTexts(
		toTexts(value).map((id) => id.replace(/\p{Cf}/gu, '').trim()),
		255,
	);

/** True or false, also as text. */
export function toBoolean(value: unknown): boolean {
	const flag = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (flag === true || flag === 'true') return true;
	if (flag === false || flag === 'false') return false;
	throw new InvalidValue(`must be true or false, not ${quote(value)}`);
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

function toNumber(value: unknown): number {
	const number = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isFinite(number)) {
		throw new InvalidValue(`must be a number, not ${quote(value)}`);
	}
	return number;
}

/** A whole number from `min` to `max`. */
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

/** A score as Feishu stores it: a number with one decimal at most. */
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

/** A web address. */
export function toUrl(value: unknown): string {
	const url = toText(value).trim();
	if (!/^https?:\/\/[^\s/]+\S*$/i.test(url) || !URL.canParse(url)) {
		throw new InvalidValue(
			`is ${quote(url)}, which is not a valid URL that starts with http:// or https://`,
		);
	}
	return url;
}

const ISO_TIME =
	/^(\d{4})-(\d{2})-(\d{2})([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

function isoToMilliseconds(value: string, timezone: string): number {
	const [, year, month, day] = (ISO_TIME.exec(value) ?? []).map(Number);
	// JavaScript moves a day that does not exist into the next month.
	if (!year || !month || !day || new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) {
		return NaN;
	}
	try {
		const isoTime = value.replace(/^([\d-]+) /, '$1T').replace(/\s/g, '');
		return tryToParseDateTime(isoTime, timezone).toMillis();
	} catch {
		return NaN;
	}
}

const hasMilliseconds = (value: unknown): value is { toMillis(): number } =>
	typeof value === 'object' &&
	value !== null &&
	'toMillis' in value &&
	typeof value.toMillis === 'function';

/**
 * A point in time as Feishu wants it: 13 digits of milliseconds since 1970, as text. Takes the date picker's
 * value, ISO 8601 (in `timezone` where it names none), luxon and JavaScript dates, and seconds (10 digits) or
 * milliseconds (13 digits) as number or text.
 */
export function toMilliseconds(value: unknown, timezone: string): string {
	let milliseconds = NaN;
	if (hasMilliseconds(value)) milliseconds = value.toMillis();
	else if (value instanceof Date) milliseconds = value.getTime();
	else if (typeof value === 'number' || typeof value === 'string') {
		const text = String(value).trim();
		if (/^\d{10}$/.test(text)) milliseconds = Number(text) * 1000;
		else if (/^\d{13}$/.test(text)) milliseconds = Number(text);
		else milliseconds = isoToMilliseconds(text, timezone);
	}
	const digits = String(milliseconds);
	if (!/^\d{13}$/.test(digits)) {
		throw new InvalidValue(
			`is ${quote(value)}, which is not a valid date and time`,
			'Use a date such as 2026-11-21T10:00:00+08:00, or seconds or milliseconds since 1970.',
		);
	}
	return digits;
}
