import { tryToParseDateTime } from 'n8n-workflow';

import { InvalidValue, quote, strip } from './invalidValue';

/** Dates of ISO 8601: of the calendar, of a week and of a year, with and without hyphens. */
const DATE = String.raw`(?<date>\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-?W\d{2}-?[1-7]|\d{4}-?\d{3}(?=T| )|\d{4}-\d{3})`;
/** The last of its numbers may have a fraction. */
const TIME = String.raw`(?<hours>\d{2})(?::?(?<minutes>\d{2})(?::?(?<seconds>\d{2}))?)?(?:[.,](?<fraction>\d+))?`;
const OFFSET = String.raw`(?<offset>Z|[+\u2212-](?:0\d|1[0-4])(?::?[0-5]\d)?)`;
/** Also as Java writes it: `2026-11-21T10:00+08:00[Asia/Shanghai]`. */
const ZONE = String.raw`\[?(?<zone>[A-Z][\w+-]*(?:/[\w+-]+)*)\]?`;

type IsoParts = Partial<
	Record<'date' | 'hours' | 'minutes' | 'seconds' | 'fraction' | 'offset' | 'zone', string>
>;

const ISO_TIME = new RegExp(`^${DATE}(?:(?:T| +)${TIME} *${OFFSET}?(?: *${ZONE})?)?$`, 'i');

const ADVICE =
	'Use a date such as 2026-11-21T10:00:00+08:00, or seconds or milliseconds since 1970.';

function parse(isoTime: string, zone: string): number {
	try {
		return tryToParseDateTime(isoTime, zone).toMillis();
	} catch {
		return NaN;
	}
}

const isKnownZone = (zone: string): boolean => !Number.isNaN(parse('2026-01-01T00:00:00', zone));

/** Abbreviations are not unique: CST is China Standard Time, and Central Standard Time. */
const isUniqueZone = (zone: string): boolean => zone.includes('/') || /^(UTC|GMT)$/i.test(zone);

/** Whether the calendar has the day: what parses a time may move 30 February into March. */
function hasDay(date: string): boolean {
	const [, year, month, day] = (/^(\d{4})-?(\d{2})-?(\d{2})$/.exec(date) ?? []).map(Number);
	if (year === undefined || month === undefined || day === undefined) return true;
	const found = new Date(Date.UTC(year, month - 1, day));
	return found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
}

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;

/** The time with milliseconds: a fraction may be one of hours or minutes, too. */
function timeOfDay({ hours = '00', minutes, seconds, fraction = '0' }: IsoParts): string {
	const unit = seconds ? MS_PER_SECOND : minutes ? MS_PER_MINUTE : MS_PER_HOUR;
	// Six decimals are enough to undo the noise of the product.
	const rounded = Math.trunc(Number((Number(`0.${fraction}`) * unit).toFixed(6)));
	const ms = Math.min(rounded, unit - 1);
	const below = new Date(ms).toISOString().slice('1970-01-01T00:'.length, -1);
	const [ofMinutes = '', ofSeconds = ''] = below.split(':');
	const [wholeSeconds = '', milliseconds = ''] = ofSeconds.split('.');
	return `${hours}:${minutes ?? ofMinutes}:${seconds ?? wholeSeconds}.${milliseconds}`;
}

function isoToMilliseconds(text: string, workflowZone: string): number {
	const parts: IsoParts = ISO_TIME.exec(text)?.groups ?? {};
	const { date, offset = '', zone } = parts;
	if (date === undefined || !hasDay(date)) return NaN;
	if (zone !== undefined && !(isUniqueZone(zone) && isKnownZone(zone))) {
		throw new InvalidValue(
			`is ${quote(text)}, whose time zone "${zone}" is not known`,
			'Write the offset from UTC instead, such as +08:00.',
		);
	}
	const milliseconds = parse(
		`${date}T${timeOfDay(parts)}${offset.replace('\u2212', '-')}`.toUpperCase(),
		zone ?? workflowZone,
	);
	if (Number.isNaN(milliseconds) && !isKnownZone(zone ?? workflowZone)) {
		throw new InvalidValue(
			`is ${quote(text)}, but the time zone "${workflowZone}" of the workflow is not known`,
			"Select one in the workflow's settings, or add the offset from UTC to the time, such as +08:00.",
		);
	}
	return milliseconds;
}

const hasMilliseconds = (value: unknown): value is { toMillis(): number } =>
	typeof value === 'object' &&
	value !== null &&
	'toMillis' in value &&
	typeof value.toMillis === 'function';

function toNumberOfMilliseconds(value: unknown, timezone: string): number {
	if (hasMilliseconds(value)) return value.toMillis();
	if (value instanceof Date) return value.getTime();
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
		return NaN;
	}
	const text = strip(String(value));
	if (/^\d{10}$/.test(text)) return Number(text) * 1000;
	if (/^\d{13}$/.test(text)) return Number(text);
	return typeof value === 'string' ? isoToMilliseconds(text, timezone) : NaN;
}

/**
 * A point in time as Feishu wants it: 13 digits of milliseconds since 1970, as text. Takes the date picker's
 * value, ISO 8601 in all of its forms (in `timezone` where it names none), luxon and JavaScript dates, and seconds
 * (10 digits) or milliseconds (13 digits) as number or text.
 *
 * @throws InvalidValue
 */
export function toMilliseconds(value: unknown, timezone: string): string {
	const digits = String(toNumberOfMilliseconds(value, timezone));
	if (/^\d{13}$/.test(digits)) return digits;
	throw new InvalidValue(`is ${quote(value)}, which is not a valid date and time`, ADVICE);
}
