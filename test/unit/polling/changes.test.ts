import {
	findChanges,
	findSamples,
	takeSnapshot,
	type Reading,
} from '../../../nodes/FeishuHireExam/polling/changes';
import type { Snapshot } from '../../../nodes/FeishuHireExam/polling/snapshot';
import { DAY_MS, MINUTE_MS, START, reading, saveAndLoad } from '../../support/examReadings';

/** Polls one after the other, each with the snapshot of the one before as n8n saves it; returns the events of each. */
function poll(...polls: Reading[]): string[][] {
	let snapshot: Snapshot | undefined;
	return polls.map((now) => {
		const changes = snapshot ? findChanges(now, snapshot) : [];
		snapshot = saveAndLoad(takeSnapshot(now, snapshot));
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
		['2 to 4 between two polls', 2, 4, ['answered']],
		['2 to 5 between two polls', 2, 5, ['answered', 'marked', 'passed']],
		['5 to 6: another verdict', 5, 6, ['failed']],
		['6 to 4: to be marked again', 6, 4, []],
		['none', 5, 5, []],
		['to one that is not documented', 2, 9, []],
	])('%s', (_, from, to, events) => {
		const polls = poll(
			reading(START, [{ status: from }]),
			reading(START + MINUTE_MS, [{ status: to }]),
			reading(START + 2 * MINUTE_MS, [{ status: to }]),
		);
		expect(polls).toEqual([[], events, []]);
	});

	it('that was undone is reported again when it comes back', () => {
		const polls = [3, 5, 4, 5].map((status, index) =>
			reading(START + index * MINUTE_MS, [{ status }]),
		);
		expect(poll(...polls)).toEqual([[], ['marked', 'passed'], [], ['marked', 'passed']]);
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
		expect(poll(reading(START, []), reading(at, exams), reading(at + 1, exams))).toEqual([
			[],
			events,
			[],
		]);
	});

	it('that two polls missed between their pages is reported by the third', () => {
		const exams = [{ status: 2, createdAt: START + MINUTE_MS }];
		expect(poll(reading(START, []), reading(at, []), reading(at + 1, exams))).toEqual([
			[],
			[],
			['created'],
		]);
	});

	it('without a creation time is new', () => {
		const odd = reading(at, [{ status: 2 }]);
		for (const item of odd.exams.values()) delete item.created_at;
		expect(poll(reading(START, []), odd)).toEqual([[], ['created']]);
	});
});

describe('an exam that is missing from the list for a while', () => {
	it.each([
		['slipped between two pages', [1]],
		['three days in a row', [1, 2, 3]],
		['longer than its state is kept', Array.from({ length: 20 }, (_, index) => index + 1)],
	])('%s: is not new when it is back', (_, daysAway) => {
		const back = (daysAway.at(-1) ?? 0) + 1;
		const exams = [{ status: 2, createdAt: START - DAY_MS }];
		const polls = poll(
			reading(START, exams),
			...daysAway.map((day) => reading(START + day * DAY_MS, [])),
			reading(START + back * DAY_MS, exams),
		);
		expect(polls.flat()).toEqual([]);
	});

	it('has its changes reported when it is back within a week', () => {
		const polls = poll(
			reading(START, [{ status: 2 }]),
			reading(START + DAY_MS, []),
			reading(START + 7 * DAY_MS, [{ status: 3 }]),
		);
		expect(polls.at(-1)).toEqual(['answered']);
	});

	it('is forgotten after a week', () => {
		const days = Array.from({ length: 10 }, (_, day) => day);
		let snapshot = takeSnapshot(reading(START, [{ status: 5 }]));
		const sizes = days.map((day) => {
			snapshot = takeSnapshot(reading(START + day * DAY_MS, []), snapshot);
			return snapshot.exams.size;
		});
		expect(sizes).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
	});

	it('that is old and comes into a wider window: is recorded, and its next change reported', () => {
		const polls = poll(
			reading(START, []),
			reading(START + MINUTE_MS, [{ status: 3 }]),
			reading(START + 2 * MINUTE_MS, [{ status: 5 }]),
		);
		expect(polls).toEqual([[], [], ['marked', 'passed']]);
	});
});

describe('an exam that is not arranged in time', () => {
	const createdAt = START + MINUTE_MS;
	const at = (minutes: number, status = 1) =>
		reading(createdAt + minutes * MINUTE_MS, [{ status, createdAt }]);

	it('is reported once, when the minutes are over', () => {
		expect(poll(reading(START, []), at(0), at(29.9), at(30), at(31), at(5000))).toEqual([
			[],
			['created'],
			[],
			['notArranged'],
			[],
			[],
		]);
	});

	it('is reported once also when it is arranged, fails and waits again', () => {
		expect(poll(reading(START, []), at(40), at(50, 2), at(60, 7), at(70), at(80))).toEqual([
			[],
			['created', 'notArranged'],
			[],
			['arrangementFailed'],
			[],
			[],
		]);
	});

	it('is not reported once it is arranged', () => {
		expect(poll(reading(START, []), at(10), at(40, 2), at(50, 2)).flat()).toEqual(['created']);
	});

	it('is part of the baseline if it was late then', () => {
		expect(poll(at(100), at(101)).flat()).toEqual([]);
	});

	it('counts by the minutes that are set', () => {
		const late = reading(createdAt + 10 * MINUTE_MS, [{ status: 1, createdAt }], {
			lateAfterMinutes: 10,
		});
		expect(poll(reading(START, []), at(9), late)).toEqual([[], ['created'], ['notArranged']]);
	});
});

describe('after another setting', () => {
	const at = START + MINUTE_MS;

	it.each([
		['created before the narrow window', START - 2 * DAY_MS, []],
		['created within it', START - DAY_MS / 2, ['created', 'answered']],
	])('of more days, an exam that is not known, %s', (_, createdAt, events) => {
		const exams = [{ status: 3, createdAt }];
		const polls = poll(
			reading(START, [], { daysBack: 1 }),
			reading(at, exams),
			reading(at + 1, exams),
		);
		expect(polls).toEqual([[], events, []]);
	});

	it('of more days, the next change of an exam that came in is reported', () => {
		const createdAt = START - 2 * DAY_MS;
		const polls = poll(
			reading(START, [], { daysBack: 1 }),
			reading(at, [{ status: 3, createdAt }]),
			reading(at + 1, [{ status: 6, createdAt }]),
		);
		expect(polls.at(-1)).toEqual(['marked', 'failed']);
	});

	it('of the events, a newly selected one is reported from the next poll on', () => {
		const only = { events: ['failed' as const] };
		const more = { events: ['created' as const, 'failed' as const] };
		const exams = ['1', '2', '3'].map((id) => ({ id, status: 6, createdAt: START + 1 }));
		const polls = poll(
			reading(START, [], only),
			reading(at, exams.slice(0, 1), only),
			reading(at + 1, exams.slice(0, 2), more),
			reading(at + 2, exams, more),
		);
		expect(polls).toEqual([[], ['failed'], ['failed'], ['created', 'failed']]);
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
