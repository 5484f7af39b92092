import { searchExams } from '../hire/examSearch';
import type { FeishuClient } from '../transport/client';
import type { Reading, Settings } from './changes';
import { keyOf } from './snapshot';
import type { Snapshot } from './snapshot';
import { isWatched, mustReadAll, windowStart } from './window';

/**
 * Reads the watched exams; without a snapshot, or when it is time to, from all exams. `readAt` is in
 * milliseconds since 1970.
 *
 * @throws NodeApiError as `FeishuClient.request` does
 */
export async function readWatchedExams(
	feishu: FeishuClient,
	settings: Settings,
	readAt: number,
	before?: Snapshot,
): Promise<Reading> {
	const { daysBack, events, lateAfterMinutes } = settings;
	const since = windowStart(readAt, daysBack);
	const seenAfterMinutes = events.includes('notArranged') ? lateAfterMinutes : undefined;
	const isComplete = mustReadAll(readAt, { daysBack, seenAfterMinutes }, before);
	const exams = await searchExams(feishu, {
		body: isComplete ? {} : { test_start_time_min: String(since) },
		labels: { test_start_time_min: 'Days Back' },
	});
	const watched = exams.filter((exam) => isWatched(exam, since));
	return {
		...settings,
		readAt,
		isComplete,
		exams: new Map(watched.map((exam) => [keyOf(exam.test_id), exam])),
	};
}
