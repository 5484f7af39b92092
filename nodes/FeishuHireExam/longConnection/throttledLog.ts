import type { Logger } from 'n8n-workflow';

import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';

/** What is used of n8n's logger. */
export type Log = Pick<Logger, 'info' | 'warn'>;

const QUIET_FOR_MS = 60_000;
const MAX_TOPICS = 100;
const PREFIX = 'Feishu Hire Exam Trigger: ';

/** Logs that cannot be flooded: each topic has one line a minute. */
export class ThrottledLog {
	private readonly recent: ExpiringMap<true>;

	/** @param find the logger to use at the moment */
	constructor(
		clock: Clock,
		private readonly find: () => Log | undefined,
	) {
		this.recent = new ExpiringMap(clock, { maxSize: MAX_TOPICS, maxAgeMs: QUIET_FOR_MS });
	}

	info(text: string): void {
		this.find()?.info(PREFIX + text);
	}

	/** Warns about a topic, unless there was a warning about it within the last minute. */
	warn(topic: string, text: string): void {
		if (this.recent.has(topic)) return;
		this.recent.set(topic, true);
		this.find()?.warn(PREFIX + text);
	}
}
