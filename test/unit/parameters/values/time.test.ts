import { tryToParseDateTime } from 'n8n-workflow';

import { quote } from '../../../../nodes/FeishuHireExam/parameters/values/invalidValue';
import { toMilliseconds } from '../../../../nodes/FeishuHireExam/parameters/values/time';
import { complaintAbout } from '../../../support/complaint';

describe('toMilliseconds', () => {
	const AT_TEN = Date.parse('2026-11-21T10:00:00+08:00');
	const MIDNIGHT = Date.parse('2026-11-21T00:00:00+08:00');

	it.each<[string, unknown, number]>([
		['seconds', AT_TEN / 1000, AT_TEN],
		['seconds as text', String(AT_TEN / 1000), AT_TEN],
		['milliseconds', AT_TEN, AT_TEN],
		['milliseconds as text', ` ${AT_TEN} `, AT_TEN],
		['milliseconds as a large integer', BigInt(AT_TEN), AT_TEN],
		['a date of luxon', tryToParseDateTime('2026-11-21T10:00:00+08:00'), AT_TEN],
		['a date of JavaScript', new Date(AT_TEN), AT_TEN],
		['ISO 8601 with an offset', '2026-11-21T10:00:00+08:00', AT_TEN],
		['ISO 8601 with an offset without colon', '2026-11-21T10:00:00 +0800', AT_TEN],
		['ISO 8601 with a blank before the offset', '2026-11-21T10:00:00 +08:00', AT_TEN],
		['ISO 8601 with an offset in hours', '2026-11-21T10:00:00+08', AT_TEN],
		["PostgreSQL's form", '2026-11-21 10:00:00+08', AT_TEN],
		['a negative offset with a minus sign', '2026-11-20T21:00:00\u221205:00', AT_TEN],
		['ISO 8601 in UTC', '2026-11-21T02:00:00.000Z', AT_TEN],
		['ISO 8601 in small letters', '2026-11-21t02:00:00z', AT_TEN],
		["ISO 8601's basic form", '20261121T020000Z', AT_TEN],
		["ISO 8601's basic form with an offset", '20261121T1000+0800', AT_TEN],
		['a fraction after a comma', '2026-11-21T02:00:00,000Z', AT_TEN],
		['microseconds, of which Feishu takes milliseconds', '2026-11-21T02:00:00.000999Z', AT_TEN],
		['a date of a week', '2026-W47-6T10:00:00+08:00', AT_TEN],
		['a date of a week in the basic form', '2026W476T100000+0800', AT_TEN],
		['a day of the year', '2026-325T10:00:00+08:00', AT_TEN],
		['a day of the year in the basic form', '2026325T100000+0800', AT_TEN],
		['an hour', '2026-11-21T10', AT_TEN],
		['a fraction of an hour', '2026-11-21T09,5+08:00', AT_TEN - 30 * 60_000],
		['a fraction of a minute', '2026-11-21T09:59.5+08:00', AT_TEN - 30_000],
		['milliseconds', '2026-11-21T09:59:59.057+08:00', AT_TEN - 943],
		['nines without end', '2026-11-21T09:59:59.99999999999+08:00', AT_TEN - 1],
		['tenths of a second', '2026-11-21T10:00:00.1+08:00', AT_TEN + 100],
		['the end of a day', '2026-11-20T24:00:00', MIDNIGHT],
		['ISO 8601 in the time zone of the workflow', '2026-11-21T10:00:00', AT_TEN],
		["Java's form", '2026-11-21T10:00+08:00[Asia/Shanghai]', AT_TEN],
		['a time zone by its name', '2026-11-20T21:00:00 America/New_York', AT_TEN],
		['UTC by its name', '2026-11-21 02:00:00 UTC', AT_TEN],
		["the date picker's value", '2026-11-21 10:00:00', AT_TEN],
		['a time without seconds', '2026-11-21 10:00', AT_TEN],
		['a date, which means its first moment', '2026-11-21', MIDNIGHT],
		['a date without hyphens', '20261121', MIDNIGHT],
		['letters that nobody sees', '\u200b2026-11-21T10:00:00\u202c', AT_TEN],
		['a leap day', '2028-02-29T00:00:00Z', Date.parse('2028-02-29T00:00:00Z')],
	])('takes %s', (_, value, expected) => {
		expect(toMilliseconds(value, 'Asia/Shanghai')).toBe(String(expected));
	});

	it.each<[string, unknown]>([
		['a day that does not exist', '2026-02-30'],
		['such a day without hyphens', '20260230'],
		['a leap day of another year', '2026-02-29T10:00:00Z'],
		['a month that does not exist', '2026-13-01'],
		['a week that does not exist', '2026-W54-1'],
		['a day of the year that does not exist', '2026-366'],
		['an hour that does not exist', '2026-11-21T25:00:00'],
		['a minute that does not exist', '2026-11-21T10:60:00'],
		['an offset that does not exist', '2026-11-21T10:00:00+99:00'],
		['a date whose parts may be swapped', '11/12/2026'],
		['a date with slashes', '2026/11/21'],
		["Excel's number of a day", 46347],
		['a date without hyphens as a number', 20261121],
		['words', 'tomorrow'],
		['seconds with too few digits', 167878],
		['microseconds', '1794218400000000'],
		['a month', '2026-11'],
		['a date that is none', new Date(NaN)],
		['nothing', null],
		['a list', [AT_TEN]],
		['an object', { toMillis: 5 }],
	])('refuses %s', (_, value) => {
		expect(complaintAbout(() => toMilliseconds(value, 'Asia/Shanghai'))).toBe(
			`is ${quote(value)}, which is not a valid date and time`,
		);
	});

	it.each([
		['2026-11-21T10:00:00 CST', 'CST'],
		['2026-11-21T10:00:00 Asia/Peking', 'Asia/Peking'],
		['2026-11-21T10:00:00+08:00[Mars/Phobos]', 'Mars/Phobos'],
	])('says of %p that its time zone is not known', (value, zone) => {
		expect(complaintAbout(() => toMilliseconds(value, 'Asia/Shanghai'))).toBe(
			`is "${value}", whose time zone "${zone}" is not known`,
		);
	});

	it('says that the time zone of the workflow is not known, where it is needed', () => {
		expect(complaintAbout(() => toMilliseconds('2026-11-21 10:00', 'Asia/Peking'))).toBe(
			'is "2026-11-21 10:00", but the time zone "Asia/Peking" of the workflow is not known',
		);
		expect(toMilliseconds('2026-11-21T10:00:00+08:00', 'Asia/Peking')).toBe(String(AT_TEN));
	});
});
