import type { INodeExecutionData } from 'n8n-workflow';

import { isJsonObject, toText } from '../events/envelope';
import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';
import type { ReceivedEvent } from './feed';

/** Executions may wait for others to end. Later, only n8n's own promise tells. */
const EXPIRES_AFTER_MS = 60 * 60_000;

const MAX_EVENTS = 10_000;

/**
 * What proves that n8n keeps an event: `emit` itself tells nothing, but when the node's `execute()` runs, the execution
 * is in the database. Where that is in another process, the end of the execution proves it.
 */
export class Proofs {
	/** By `delivery_id`. */
	private readonly expected: ExpiringMap<() => void>;

	constructor(clock: Clock) {
		this.expected = new ExpiringMap(clock, { maxSize: MAX_EVENTS, maxAgeMs: EXPIRES_AFTER_MS });
	}

	/**
	 * Starts an execution, and resolves when it is proved that n8n keeps its events.
	 *
	 * @param done the promise of the deferred one that `emit` hands to n8n as `donePromise`
	 * @throws the error with which n8n could not start the execution.
	 */
	async start(
		events: readonly ReceivedEvent[],
		done: Promise<unknown>,
		emit: () => void,
	): Promise<void> {
		const ids = events.map(({ header }) => header.delivery_id);
		const proved = new Promise<void>((resolve) => {
			for (const id of ids) this.expected.set(id, resolve);
		});
		try {
			emit();
			await Promise.race([proved, done]);
		} finally {
			for (const id of ids) this.expected.delete(id);
		}
	}

	/** Says that the execution of these items has begun. */
	prove(items: readonly INodeExecutionData[]): void {
		for (const { json } of items) {
			const header = isJsonObject(json.header) ? json.header : {};
			this.expected.get(toText(header.delivery_id))?.();
		}
	}

	/** Forgets everything. */
	reset(): void {
		this.expected.reset();
	}
}
