import type { IDataObject } from 'n8n-workflow';

import {
	STATUS_EVENTS,
	findChanges,
	findSamples,
	remember,
	type Reading,
} from '../../../nodes/FeishuHireExam/polling/changes';
import { keyOf, pack, unpack, type Memory } from '../../../nodes/FeishuHireExam/polling/snapshot';
import { DAY_MS, isWatched, mustReadAll } from '../../../nodes/FeishuHireExam/polling/window';

const START = Date.UTC(2026, 10, 21);
const MINUTE_MS = 60_000;

interface ExamNow {
	id?: string;
	status: number;
	createdAt?: number;
	startsAt?: number | null;
}

const exam = ({
	id = '7178536692385679677',
	status,
	createdAt = START - 30 * DAY_MS,
	startsAt = createdAt,
}: ExamNow): IDataObject => ({
	test_id: id,
	test_status: status,
	test_schedule: startsAt === null ? {} : { start_time: String(startsAt) },
	created_at: String(createdAt),
});

const reading = (readAt: number, exams: ExamNow[], settings: Partial<Reading> = {}): Reading => ({
	app: 'app',
	events: STATUS_EVENTS,
	daysBack: 60,
	lateAfterMinutes: 30,
	readAt,
	isComplete: true,
	exams: new Map(exams.map(exam).map((item) => [keyOf(item.test_id), item])),
	...settings,
});

/** A memory as the next look finds it. */
const keep = (memory: Memory) => unpack(JSON.parse(JSON.stringify(pack(memory))) as IDataObject);

/** Looks one after the other, each with the memory of the one before as n8n keeps it; gives the events of each. */
function look(...looks: Reading[]): string[][] {
	let memory: Memory | undefined;
	return looks.map((now) => {
		const changes = memory ? findChanges(now, memory) : [];
		memory = keep(remember(now, memory));
		return changes.map(({ event }) => event);
	});
}

describe('a change of status', () => {
	it.each([
		['1 to 2', 1, 2, []],
		['2 to 3', 2, 3, ['answered']],
		['3 to 4', 3, 4, []],
		['4 to 5', 4, 5, ['marked', 'passed']],
		['4 to 6', 4, 6, ['marked', 'failed']],
		['1 to 7', 1, 7, ['arrangementFailed']],
		['7 to 2: arranged after all', 7, 2, []],
		['2 to 4 between two looks', 2, 4, ['answered']],
		['2 to 5 between two looks', 2, 5, ['answered', 'marked', 'passed']],
		['5 to 6: another verdict', 5, 6, ['failed']],
		['6 to 4: to be marked again', 6, 4, []],
		['none', 5, 5, []],
		['to one that is not documented', 2, 9, []],
	])('%s', (_, from, to, events) => {
		const looks = look(
			reading(START, [{ status: from }]),
			reading(START + MINUTE_MS, [{ status: to }]),
			reading(START + 2 * MINUTE_MS, [{ status: to }]),
		);
		expect(looks).toEqual([[], events, []]);
	});

	it('that was undone is told again when it comes back', () => {
		const looks = [3, 5, 4, 5].map((status, index) =>
			reading(START + index * MINUTE_MS, [{ status }]),
		);
		expect(look(...looks)).toEqual([[], ['marked', 'passed'], [], ['marked', 'passed']]);
	});
});

describe('a new exam', () => {
	const at = START + 60 * MINUTE_MS;

	it.each([
		['not arranged', 1, ['created']],
		['answered already', 3, ['created', 'answered']],
		['failed already', 6, ['created', 'answered', 'marked', 'failed']],
	])('%s', (_, status, events) => {
		const exams = [{ status, createdAt: at - MINUTE_MS }];
		expect(look(reading(START, []), reading(at, exams), reading(at + 1, exams))).toEqual([
			[],
			events,
			[],
		]);
	});

	it('that slipped between the pages of two looks is told by the third', () => {
		const exams = [{ status: 2, createdAt: START + MINUTE_MS }];
		expect(look(reading(START, []), reading(at, []), reading(at + 1, exams))).toEqual([
			[],
			[],
			['created'],
		]);
	});

	it('without a time of creation is new', () => {
		const odd = reading(at, [{ status: 2 }]);
		for (const item of odd.exams.values()) delete item.created_at;
		expect(look(reading(START, []), odd)).toEqual([[], ['created']]);
	});
});

describe('an exam that is missing from the list for a while', () => {
	it.each([
		['slipped between two pages', [1]],
		['three days in a row', [1, 2, 3]],
		['longer than it is remembered', Array.from({ length: 20 }, (_, index) => index + 1)],
	])('%s: is not new when it is back', (_, daysAway) => {
		const back = (daysAway.at(-1) ?? 0) + 1;
		const exams = [{ status: 2, createdAt: START - DAY_MS }];
		const looks = look(
			reading(START, exams),
			...daysAway.map((day) => reading(START + day * DAY_MS, [])),
			reading(START + back * DAY_MS, exams),
		);
		expect(looks.flat()).toEqual([]);
	});

	it('has its changes told when it is back within a week', () => {
		const looks = look(
			reading(START, [{ status: 2 }]),
			reading(START + DAY_MS, []),
			reading(START + 7 * DAY_MS, [{ status: 3 }]),
		);
		expect(looks.at(-1)).toEqual(['answered']);
	});

	it('is forgotten after a week', () => {
		const days = Array.from({ length: 10 }, (_, day) => day);
		let memory = remember(reading(START, [{ status: 5 }]));
		const sizes = days.map((day) => {
			memory = remember(reading(START + day * DAY_MS, []), memory);
			return memory.exams.size;
		});
		expect(sizes).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
	});

	it('an old one that comes into a wider window is noted, and its next change told', () => {
		const looks = look(
			reading(START, []),
			reading(START + MINUTE_MS, [{ status: 3 }]),
			reading(START + 2 * MINUTE_MS, [{ status: 5 }]),
		);
		expect(looks).toEqual([[], [], ['marked', 'passed']]);
	});
});

describe('an exam that is not arranged in time', () => {
	const createdAt = START + MINUTE_MS;
	const at = (minutes: number, status = 1) =>
		reading(createdAt + minutes * MINUTE_MS, [{ status, createdAt }]);

	it('is told once, when the minutes are over', () => {
		expect(look(reading(START, []), at(0), at(29.9), at(30), at(31), at(5000))).toEqual([
			[],
			['created'],
			[],
			['notArranged'],
			[],
			[],
		]);
	});

	it('is told once also when it is arranged, fails and waits again', () => {
		expect(look(reading(START, []), at(40), at(50, 2), at(60, 7), at(70), at(80))).toEqual([
			[],
			['created', 'notArranged'],
			[],
			['arrangementFailed'],
			[],
			[],
		]);
	});

	it('is not told once it is arranged', () => {
		expect(look(reading(START, []), at(10), at(40, 2), at(50, 2)).flat()).toEqual(['created']);
	});

	it('and was late when stock was taken, is part of the stock', () => {
		expect(look(at(100), at(101)).flat()).toEqual([]);
	});

	it('counts by the minutes that are set', () => {
		const late = reading(createdAt + 10 * MINUTE_MS, [{ status: 1, createdAt }], {
			lateAfterMinutes: 10,
		});
		expect(look(reading(START, []), at(9), late)).toEqual([[], ['created'], ['notArranged']]);
	});
});

describe('the exams that are watched', () => {
	const since = START - 10 * DAY_MS;
	const before = since - 1;

	it.each([
		['started and was created within the window', since, since, true],
		['started before it, as its paper is open since long', before, since, true],
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
	const after = (...exams: ExamNow[]) => keep(remember(reading(START, exams, { daysBack })));

	it('at first', () => {
		expect(mustReadAll(START, daysBack)).toBe(true);
	});

	it('once a day, also when the daily look comes a little early', () => {
		const memory = after(usual);
		expect(mustReadAll(START + MINUTE_MS, daysBack, memory)).toBe(false);
		expect(mustReadAll(START + DAY_MS / 2, daysBack, memory)).toBe(false);
		expect(mustReadAll(START + DAY_MS - 100, daysBack, memory)).toBe(true);
	});

	it('a day after the last time, whatever was read in between', () => {
		const between = reading(START + DAY_MS / 2, [usual], { daysBack, isComplete: false });
		const memory = keep(remember(between, after(usual)));
		expect(mustReadAll(START + DAY_MS / 2 + MINUTE_MS, daysBack, memory)).toBe(false);
		expect(mustReadAll(START + DAY_MS, daysBack, memory)).toBe(true);
	});

	it.each([
		['has no start time', null],
		['started before the window', START - 11 * DAY_MS],
	])('each time while an exam is watched that %s', (_, startsAt) => {
		const memory = after(usual, { ...usual, id: 'other', startsAt });
		expect(mustReadAll(START + MINUTE_MS, daysBack, memory)).toBe(true);
	});

	it('after another setting of the days, and each time with 0 days', () => {
		expect(mustReadAll(START + MINUTE_MS, 9, after(usual))).toBe(true);
		expect(mustReadAll(START + MINUTE_MS, 11, after(usual))).toBe(true);
		const all = keep(remember(reading(START, [usual], { daysBack: 0 })));
		expect(mustReadAll(START + MINUTE_MS, 0, all)).toBe(true);
	});
});

describe('after another setting', () => {
	const at = START + MINUTE_MS;

	it.each([
		['created before the narrow window', START - 2 * DAY_MS, []],
		['created within it', START - DAY_MS / 2, ['created', 'answered']],
	])('of more days, an exam that is not known, %s', (_, createdAt, events) => {
		const exams = [{ status: 3, createdAt }];
		const looks = look(
			reading(START, [], { daysBack: 1 }),
			reading(at, exams),
			reading(at + 1, exams),
		);
		expect(looks).toEqual([[], events, []]);
	});

	it('of more days, the next change of an exam that came in is told', () => {
		const createdAt = START - 2 * DAY_MS;
		const looks = look(
			reading(START, [], { daysBack: 1 }),
			reading(at, [{ status: 3, createdAt }]),
			reading(at + 1, [{ status: 6, createdAt }]),
		);
		expect(looks.at(-1)).toEqual(['marked', 'failed']);
	});

	it('of the events, one that was not chosen before is told from the next look on', () => {
		const only = { events: ['failed' as const] };
		const more = { events: ['created' as const, 'failed' as const] };
		const exams = ['1', '2', '3'].map((id) => ({ id, status: 6, createdAt: START + 1 }));
		const looks = look(
			reading(START, [], only),
			reading(at, exams.slice(0, 1), only),
			reading(at + 1, exams.slice(0, 2), more),
			reading(at + 2, exams, more),
		);
		expect(looks).toEqual([[], ['failed'], ['failed'], ['created', 'failed']]);
	});
});

describe('samples', () => {
	it('are the newest exam for each event', () => {
		const samples = findSamples(
			reading(
				START,
				[
					{ id: 'old', status: 5, createdAt: START - 3 },
					{ id: 'new', status: 5, createdAt: START - 1 },
					{ id: 'answered', status: 3, createdAt: START - 2 },
				],
				{ events: ['created', 'answered', 'passed', 'failed'] },
			),
		);
		expect(samples.map(({ event, exam: { test_id } }) => [event, test_id])).toEqual([
			['created', 'new'],
			['answered', 'new'],
			['passed', 'new'],
		]);
	});
});

describe('the memory', () => {
	const exams = Array.from({ length: 5000 }, (_, index) => ({
		id: String(7178536692385679677n + BigInt(index) * 4294967296n),
		status: (index % 7) + 1,
		createdAt: START - index * MINUTE_MS,
	}));

	it('of 5,000 exams takes 40 kB', () => {
		const text = JSON.stringify(pack(remember(reading(START, exams))));
		expect(text.length).toBeGreaterThan(40_000);
		expect(text.length).toBeLessThan(40_500);
	});

	it('comes out of its compact form as it was', () => {
		const first = remember(reading(START, exams));
		const memory = remember(reading(START + DAY_MS, exams.slice(1000)), first);
		const back = keep(memory);
		expect(new Map([...(back?.exams ?? [])].sort())).toEqual(new Map([...memory.exams].sort()));
		expect({ ...back, exams: undefined }).toEqual({ ...memory, exams: undefined });
	});

	it('is none before stock was taken', () => {
		expect(unpack({})).toBeUndefined();
	});
});
