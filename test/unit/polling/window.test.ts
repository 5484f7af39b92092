import { takeSnapshot } from '../../../nodes/FeishuHireExam/polling/changes';
import { isWatched, mustReadAll, windowStart } from '../../../nodes/FeishuHireExam/polling/window';
import {
	DAY_MS,
	MINUTE_MS,
	START,
	exam,
	reading,
	saveAndLoad,
	type ExamNow,
} from '../../support/examReadings';

describe('the window', () => {
	it('reaches back as many days, and not before 1970; 0 days watch all exams', () => {
		expect(windowStart(START, 10)).toBe(START - 10 * DAY_MS);
		expect(windowStart(START, 1_000_000)).toBe(0);
		expect(windowStart(START, 0)).toBe(0);
	});
});

describe('the exams that are watched', () => {
	const since = START - 10 * DAY_MS;
	const before = since - 1;

	it.each([
		['started and was created within the window', since, since, true],
		['started before it, as its paper opened long ago', before, since, true],
		['has no start time', null, since, true],
		['is yet to start, and was created before it', START + DAY_MS, before, true],
		['started within it, and was created before', since, before, true],
		['started and was created before it', before, before, false],
		['has no start time, and was created before it', null, before, false],
	])('one that %s', (_, startsAt, createdAt, expected) => {
		expect(isWatched(exam({ status: 1, startsAt, createdAt }), since)).toBe(expected);
		expect(isWatched(exam({ status: 1, startsAt, createdAt }), 0)).toBe(true);
	});

	it('one of which nothing is known', () => {
		expect(isWatched({}, since)).toBe(true);
		expect(isWatched({ test_schedule: null }, 0)).toBe(true);
	});
});

describe('all exams are read, rather than those since a start time', () => {
	const daysBack = 10;
	const usual = { status: 1, createdAt: START };
	const after = (...exams: ExamNow[]) =>
		saveAndLoad(takeSnapshot(reading(START, exams, { daysBack })));

	it('at first', () => {
		expect(mustReadAll(START, { daysBack })).toBe(true);
	});

	it('once a day, also when the daily poll comes a little early', () => {
		const snapshot = after(usual);
		expect(mustReadAll(START + MINUTE_MS, { daysBack }, snapshot)).toBe(false);
		expect(mustReadAll(START + DAY_MS / 2, { daysBack }, snapshot)).toBe(false);
		expect(mustReadAll(START + DAY_MS - 100, { daysBack }, snapshot)).toBe(true);
	});

	it('a day after the last time, whatever was read in between', () => {
		const between = reading(START + DAY_MS / 2, [usual], { daysBack, isComplete: false });
		const snapshot = saveAndLoad(takeSnapshot(between, after(usual)));
		expect(mustReadAll(START + DAY_MS / 2 + MINUTE_MS, { daysBack }, snapshot)).toBe(false);
		expect(mustReadAll(START + DAY_MS, { daysBack }, snapshot)).toBe(true);
	});

	it('as soon as an exam that the filter misses may be too old, if that is less than a day', () => {
		const snapshot = after(usual);
		const isDue = (minutes: number, seenAfterMinutes: number) =>
			mustReadAll(START + minutes * MINUTE_MS, { daysBack, seenAfterMinutes }, snapshot);
		expect([isDue(29, 30), isDue(30, 30), isDue(300, 30)]).toEqual([false, true, true]);
		expect([isDue(1000, 5000), isDue(24 * 60, 5000)]).toEqual([false, true]);

		const between = reading(START + 29 * MINUTE_MS, [usual], { daysBack, isComplete: false });
		const later = saveAndLoad(takeSnapshot(between, snapshot));
		const settings = { daysBack, seenAfterMinutes: 30 };
		expect(mustReadAll(START + 30 * MINUTE_MS, settings, later)).toBe(true);
	});

	it.each([
		['has no start time', null],
		['started before the window', START - 11 * DAY_MS],
	])('each time while an exam is watched that %s', (_, startsAt) => {
		const snapshot = after(usual, { ...usual, id: 'other', startsAt });
		expect(mustReadAll(START + MINUTE_MS, { daysBack }, snapshot)).toBe(true);
	});

	it('after another setting of the days, and each time with 0 days', () => {
		expect(mustReadAll(START + MINUTE_MS, { daysBack: 9 }, after(usual))).toBe(true);
		expect(mustReadAll(START + MINUTE_MS, { daysBack: 11 }, after(usual))).toBe(true);
		const all = saveAndLoad(takeSnapshot(reading(START, [usual], { daysBack: 0 })));
		expect(mustReadAll(START + MINUTE_MS, { daysBack: 0 }, all)).toBe(true);
	});
});
