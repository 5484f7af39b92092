import type { IDataObject } from 'n8n-workflow';

import type { Snapshot } from './snapshot';

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A little less than a day, so that the clock's jitter makes no daily poll wait for the next one. */
const READ_ALL_AGAIN_AFTER_MS = DAY_MS - HOUR_MS;

/** What decides when all exams are read. */
interface WindowSettings {
	/** How many days the window reaches back; 0 for all exams. */
	daysBack: number;
	/** An exam must have been seen when it is so many minutes old; undefined if nobody waits for that. */
	seenAfterMinutes?: number;
}

/** Where the window begins: milliseconds since 1970. 0 days watch all exams. */
export const windowStart = (readAt: number, daysBack: number): number =>
	daysBack > 0 ? Math.max(0, readAt - daysBack * DAY_MS) : 0;

/** Whether Feishu lists an exam among those that start at that time or later: without a start time it does not. */
const startsSince = ({ test_schedule: schedule }: IDataObject, time: number): boolean =>
	Number((schedule as IDataObject | null | undefined)?.start_time) >= time;

/** Whether an exam started since then, has yet to start, or was created since then (also at an unknown time). */
export const isWatched = (exam: IDataObject, since: number): boolean =>
	startsSince(exam, since) || !(Number(exam.created_at) < since);

/**
 * Whether a poll reads all exams and picks out the watched ones. Feishu can filter by the time of the start only,
 * which takes fewer calls, but misses watched exams that started long ago, or have no start time.
 */
export function mustReadAll(
	readAt: number,
	{ daysBack, seenAfterMinutes = Infinity }: WindowSettings,
	before?: Snapshot,
): boolean {
	if (daysBack === 0 || daysBack !== before?.daysBack) return true;
	const earlierMs = Math.max(0, READ_ALL_AGAIN_AFTER_MS - seenAfterMinutes * MINUTE_MS);
	return readAt >= before.readAllFrom - earlierMs;
}

/** From when on all must be read again, after a poll that has read all: at once if the filter misses one. */
export function nextReadOfAll(
	readAt: number,
	daysBack: number,
	watched: Iterable<IDataObject>,
): number {
	const since = windowStart(readAt, daysBack);
	const isAnyMissed = [...watched].some((exam) => !startsSince(exam, since));
	return isAnyMissed ? readAt : readAt + READ_ALL_AGAIN_AFTER_MS;
}
