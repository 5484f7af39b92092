import type { IDataObject } from 'n8n-workflow';

import type { ExamState, Snapshot } from './snapshot';
import { DAY_MS, MINUTE_MS, nextReadOfAll, windowStart } from './window';

/**
 * How many days an exam is remembered that is missing from the list: it may have slipped between two pages,
 * or be set to another time. Only exams created since so many days before the last poll can be new.
 */
const DAYS_OF_GRACE = 7;

const NOT_ARRANGED = 1;

const hasStatus =
	(...statuses: number[]) =>
	({ status }: ExamState) =>
		statuses.includes(status);

/**
 * The values of `Trigger On`, in the order of an exam's life, and when each holds by the values of `test_status`
 * (page hire-v1/candidate-management/delivery-process-management/exam/search). An event is reported when it
 * comes to hold: an exam that goes from 2 to 5 between two polls has been answered, marked and passed.
 */
const HOLDS = {
	created: () => true,
	notArranged: ({ wasLate }: ExamState) => wasLate,
	arrangementFailed: hasStatus(7),
	answered: hasStatus(3, 4, 5, 6),
	marked: hasStatus(5, 6),
	passed: hasStatus(5),
	failed: hasStatus(6),
} as const;

export type StatusEvent = keyof typeof HOLDS;

export const STATUS_EVENTS = Object.keys(HOLDS) as StatusEvent[];

/** An event of an exam; `from` is its former status, undefined for an exam that was not known. */
export interface Change {
	exam: IDataObject;
	event: StatusEvent;
	from?: number;
}

/** What to watch for. */
export interface Settings {
	app: string;
	/** Those that are selected. */
	events: StatusEvent[];
	/** How many days the window reaches back; 0 for all exams. */
	daysBack: number;
	/** An exam that has not been arranged for so many minutes is late. */
	lateAfterMinutes: number;
}

/** The watched exams, as Feishu lists them. */
export interface Reading extends Settings {
	readAt: number;
	/** By `keyOf` their ids. */
	exams: Map<string, IDataObject>;
	/** Whether all were read, rather than those that Feishu's filter by start time lets through. */
	isComplete: boolean;
}

function stateOf(
	exam: IDataObject,
	{ readAt, lateAfterMinutes }: Reading,
	before?: ExamState,
): ExamState {
	const status = Number(exam.test_status);
	const age = readAt - Number(exam.created_at);
	const isLate = status === NOT_ARRANGED && age >= lateAfterMinutes * MINUTE_MS;
	return { status, wasLate: isLate || before?.wasLate === true, missingSince: 0 };
}

/** What is known after a reading; what was known of exams that are missing from it is kept for some days. */
export function takeSnapshot(reading: Reading, before?: Snapshot): Snapshot {
	const { app, readAt, daysBack, events } = reading;
	const exams: Snapshot['exams'] = new Map();
	for (const [key, exam] of reading.exams) {
		exams.set(key, stateOf(exam, reading, before?.exams.get(key)));
	}
	const today = Math.floor(readAt / DAY_MS);
	for (const [key, known] of before?.exams ?? []) {
		const missingSince = known.missingSince || today;
		if (!exams.has(key) && today - missingSince <= DAYS_OF_GRACE)
			exams.set(key, { ...known, missingSince });
	}
	const readAllFrom = reading.isComplete
		? nextReadOfAll(readAt, daysBack, reading.exams.values())
		: (before?.readAllFrom ?? 0);
	return { app, readAt, daysBack, events, readAllFrom, exams };
}

/**
 * What has happened since `before`, each event once. An exam that is not known and was created long ago, or before
 * the window of that time, has come into the window: it is not new, and what happened to it before is not known.
 * Of events that were not selected then, the first are those that happen after this poll.
 */
export function findChanges(reading: Reading, before: Snapshot): Change[] {
	const events = reading.events.filter((event) => before.events.includes(event));
	const newSince = Math.max(
		before.readAt - DAYS_OF_GRACE * DAY_MS,
		windowStart(before.readAt, before.daysBack),
	);
	return [...reading.exams].flatMap(([key, exam]) => {
		const known = before.exams.get(key);
		if (!known && Number(exam.created_at) < newSince) return [];
		const now = stateOf(exam, reading, known);
		return events
			.filter((event) => HOLDS[event](now) && !(known && HOLDS[event](known)))
			.map((event) => ({ exam, event, from: known?.status }));
	});
}

/** For each event the newest exam that it holds for, to show what the trigger emits. */
export function findSamples(reading: Reading): Change[] {
	const newestFirst = [...reading.exams.values()].sort(
		(a, b) => Number(b.created_at) - Number(a.created_at),
	);
	return reading.events.flatMap((event) => {
		const exam = newestFirst.find((candidate) => HOLDS[event](stateOf(candidate, reading)));
		return exam ? [{ exam, event }] : [];
	});
}
