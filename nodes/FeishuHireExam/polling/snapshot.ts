import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

/** What a snapshot keeps of an exam. */
export interface ExamState {
	/** Its `test_status`. */
	status: number;
	/** Whether it once was not arranged in time. */
	wasLate: boolean;
	/** The day, counted from 1970, since which it is missing from the list; 0 while it is there. */
	missingSince: number;
}

/** What a poll knows of the watched exams, for the next one to compare with. */
export interface Snapshot {
	/** The app that they were read with. */
	app: string;
	/** When they were read last. Milliseconds since 1970. */
	readAt: number;
	/** What was set and selected then. */
	daysBack: number;
	events: string[];
	/**
	 * From when on at the latest all exams must be read, also those that a filter by start time misses. Milliseconds
	 * since 1970.
	 */
	readAllFrom: number;
	/** By `keyOf` their ids. */
	exams: Map<string, ExamState>;
}

const KEY_LENGTH = 8;

/**
 * Stands for an exam: 48 bits of a hash, so that two of 5,000 exams share a key once in twenty million
 * installations. n8n writes the snapshot into the row of every execution: an id would be three times as long.
 */
export const keyOf = (testId: unknown): string =>
	createHash('sha256').update(String(testId)).digest('base64').slice(0, KEY_LENGTH);

/** The compact form that n8n saves. */
interface PackedSnapshot extends IDataObject {
	app: string;
	readAt: number;
	daysBack: number;
	events: string;
	readAllFrom: number;
	/** By their state, the keys of all exams that have it, one behind the other. */
	exams: Record<string, string>;
}

/** The compact form of a snapshot. */
export function pack({ exams, events, ...rest }: Snapshot): PackedSnapshot {
	const groups: PackedSnapshot['exams'] = {};
	for (const [key, { status, wasLate, missingSince }] of exams) {
		const group = `${status} ${Number(wasLate)} ${missingSince}`;
		groups[group] = (groups[group] ?? '') + key;
	}
	return { ...rest, events: events.join(' '), exams: groups };
}

/** The snapshot out of its compact form; undefined when none was saved yet. */
export function unpack(saved: IDataObject): Snapshot | undefined {
	if (!('exams' in saved)) return undefined;
	const { app, readAt, daysBack, events, readAllFrom, exams: groups } = saved as PackedSnapshot;
	const exams: Snapshot['exams'] = new Map();
	for (const [group, keys] of Object.entries(groups)) {
		const [status = 0, wasLate, missingSince = 0] = group.split(' ').map(Number);
		for (let at = 0; at < keys.length; at += KEY_LENGTH) {
			exams.set(keys.slice(at, at + KEY_LENGTH), { status, wasLate: wasLate === 1, missingSince });
		}
	}
	return { app, readAt, daysBack, events: events.split(' '), readAllFrom, exams };
}
