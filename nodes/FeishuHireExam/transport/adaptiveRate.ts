/** With every second of calls, the rate grows by so many calls per second. */
const INCREASE_PER_SECOND = 0.5;

/** When nothing was rejected for so long, others may be gone: the rate grows ever faster. */
const QUIET_MS = 15_000;
const QUIET_INCREASE_PER_MS = 1 / 5000;

/** What is left of the rate after a rejection. */
const DECREASE = 0.7;

const LOWEST_PER_SECOND = 2;

/** A client that sent this share of the limit itself was rejected for its own calls. */
const OWN_SHARE = 0.9;

/** A single rejection tells little: calls that were on their way with it are rejected too when others share the limit. */
const REJECTIONS_OF_OTHERS = 2;

/** A client that is rejected again within this time shares the limit, whatever the first rejection told. */
const REPEATED_WITHIN_MS = 5000;

export interface Rejection {
	/** In milliseconds, of a clock that is never set. */
	at: number;
	/** Whether it is the first one since calls were sent again. */
	isFirst: boolean;
	/** How many calls of this client were accepted in the last second. */
	accepted: number;
	/** Feishu's limit: calls per second. */
	perSecond: number;
}

/**
 * The rate of a client that shares Feishu's limit with others, such as the workers of queue mode, without knowing of
 * them: additive increase, multiplicative decrease, from what Feishu accepted of its calls in a second.
 */
export class AdaptiveRate {
	/** Calls per second. Infinity: nobody shares the limit, as far as is known. */
	private rate = Infinity;

	/** Since calls were last sent again. */
	private rejections = 0;

	private firstRejectedAt = -Infinity;

	private isRepeated = false;

	get isLowered(): boolean {
		return this.rate < Infinity;
	}

	/** Milliseconds between two calls, at least; 0 when the limit itself is enough. */
	spacingMs(perSecond: number): number {
		if (this.rate >= perSecond) this.rate = Infinity;
		return 1000 / this.rate;
	}

	/** A call was sent, so many milliseconds after the last block was over. */
	recordCall(quietMs: number): void {
		if (!this.isLowered) return;
		const increase = INCREASE_PER_SECOND + QUIET_INCREASE_PER_MS * Math.max(0, quietMs - QUIET_MS);
		this.rate += increase / this.rate;
	}

	/** Feishu rejected a call as there were too many. */
	recordRejection({ at, isFirst, accepted, perSecond }: Rejection): void {
		if (isFirst) {
			this.isRepeated = at - this.firstRejectedAt < REPEATED_WITHIN_MS;
			this.firstRejectedAt = at;
			this.rejections = 0;
		}
		this.rejections += 1;
		if (accepted > OWN_SHARE * perSecond && !this.isRepeated) return;
		if (this.rejections !== (this.isLowered || this.isRepeated ? 1 : REJECTIONS_OF_OTHERS)) return;
		const rate = this.isLowered ? this.rate : accepted;
		this.rate = Math.max(DECREASE * rate, LOWEST_PER_SECOND);
	}
}
