import type { IDataObject } from 'n8n-workflow';

import { STATUS_EVENTS, type Reading } from '../../nodes/FeishuHireExam/polling/changes';
import { keyOf, pack, unpack, type Snapshot } from '../../nodes/FeishuHireExam/polling/snapshot';

export const START = Date.UTC(2026, 10, 21);
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** An exam as a poll finds it. */
export interface ExamNow {
	id?: string;
	status: number;
	createdAt?: number;
	startsAt?: number | null;
}

export const exam = ({
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

/** What a poll reads at a time. */
export const reading = (
	readAt: number,
	exams: ExamNow[],
	settings: Partial<Reading> = {},
): Reading => ({
	app: 'app',
	events: STATUS_EVENTS,
	daysBack: 60,
	lateAfterMinutes: 30,
	readAt,
	isComplete: true,
	exams: new Map(exams.map(exam).map((item) => [keyOf(item.test_id), item])),
	...settings,
});

/** A snapshot as the next poll finds it. */
export const saveAndLoad = (snapshot: Snapshot): Snapshot | undefined =>
	unpack(JSON.parse(JSON.stringify(pack(snapshot))) as IDataObject);
