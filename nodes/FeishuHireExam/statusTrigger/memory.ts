import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';

/** What is remembered of an exam. */
export interface Known {
	/** Its `test_status`. */
	status: number;
	/** Whether it once was not arranged in time. */
	wasLate: boolean;
	/** The day, counted from 1970, since which it is missing from the list; 0 while it is there. */
	missingSince: number;
}

/** What the trigger knows of the exams it watches. */
export interface Memory {
	/** The app that they were read with. */
	app: string;
	/** When they were read last. Milliseconds since 1970. */
	readAt: number;
	/** What was set and chosen then. Not in the memory of an older version. */
	daysBack?: number;
	events?: string[];
	/** From when on all exams must be read, also those that a filter by start time misses. Milliseconds since 1970. */
	readAllFrom: number;
	/** By `keyOf` their ids. */
	exams: Map<string, Known>;
}

const KEY_LENGTH = 8;

/**
 * Stands for an exam: 48 bits of a hash, so that two of 5,000 exams share a key once in twenty million
 * installations. n8n writes the memory into the row of every execution: an id would be three times as long.
 */
export const keyOf = (testId: unknown): string =>
	createHash('sha256').update(String(testId)).digest('base64').slice(0, KEY_LENGTH);

/** The compact form that n8n keeps: the keys of all exams of which the same is known, one behind the other. */
export function pack({ exams, events, ...rest }: Memory): IDataObject {
	const groups: Record<string, string> = {};
	for (const [key, { status, wasLate, missingSince }] of exams) {
		const group = `${status} ${Number(wasLate)} ${missingSince}`;
		groups[group] = (groups[group] ?? '') + key;
	}
	return { ...rest, events: events?.join(' '), exams: groups };
}

/** The memory out of its compact form; undefined when there is none yet. */
export function unpack(kept: IDataObject): Memory | undefined {
	const { app, readAt, daysBack, events, readAllFrom = 0, exams: groups } = kept;
	if (typeof app !== 'string' || typeof readAt !== 'number') return undefined;
	const exams: Memory['exams'] = new Map();
	for (const [group, keys] of Object.entries(groups as Record<string, string>)) {
		const [status = 0, wasLate, missingSince = 0] = group.split(' ').map(Number);
		for (let at = 0; at < keys.length; at += KEY_LENGTH) {
			exams.set(keys.slice(at, at + KEY_LENGTH), { status, wasLate: wasLate === 1, missingSince });
		}
	}
	return {
		app,
		readAt,
		daysBack: daysBack as number | undefined,
		events: (events as string | undefined)?.split(' '),
		readAllFrom: Number(readAllFrom),
		exams,
	};
}
