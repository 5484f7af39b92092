import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import type { ReceivedEvent } from './feed';

/** Events that one execution holds at most. */
const MAX_EVENTS = 100;

/** An execution that has not begun after this time, since n8n is busy, holds up no further ones. */
const HOLD_MS = 1_000;

export interface GathererOptions {
	clock: Clock;
	/** Whether an execution may hold several events. */
	combines: boolean;
	/** Starts an execution; resolves when it has begun and rejects when it cannot. */
	start: (events: ReceivedEvent[]) => Promise<void>;
}

interface Waiting {
	event: ReceivedEvent;
	resolve: () => void;
	reject: (error: Error) => void;
}

/**
 * Gathers the events of bursts into executions, each of which costs n8n the same whether it holds one event or a
 * hundred: the first event starts one at once, and what comes before that has begun goes together into the next.
 */
export class Gatherer {
	private readonly waiting: Waiting[] = [];

	private isHolding = false;

	constructor(private readonly options: GathererOptions) {}

	/**
	 * Starts an execution for the event, or one for it and others. Resolves when it has begun.
	 *
	 * @throws the error of `start`.
	 */
	async add(event: ReceivedEvent): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.waiting.push({ event, resolve, reject });
			if (!this.options.combines) this.flush();
			else if (!this.isHolding) void this.run();
		});
	}

	/** Starts executions for all that is waiting, to be called before the node stops. */
	flush(): void {
		while (this.waiting.length > 0) void this.startNext();
	}

	private async run(): Promise<void> {
		this.isHolding = true;
		while (this.waiting.length > 0) {
			const timer = new AbortController();
			await Promise.race([this.startNext(), this.options.clock.sleep(HOLD_MS, timer.signal)]);
			timer.abort();
		}
		this.isHolding = false;
	}

	/** Never rejects. */
	private async startNext(): Promise<void> {
		const { combines, start } = this.options;
		const batch = this.waiting.splice(0, combines ? MAX_EVENTS : 1);
		const { error } = await settle(async () => await start(batch.map(({ event }) => event)));
		for (const { resolve, reject } of batch) {
			if (error) reject(error);
			else resolve();
		}
	}
}
