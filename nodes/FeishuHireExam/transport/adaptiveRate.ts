/** With every second of calls, the rate grows by so many calls per second. */
const INCREASE_PER_SECOND = 0.5;

/** What is left of the rate after a rejection. */
const DECREASE = 0.75;

const LOWEST_PER_SECOND = 2;

/** A client that sent this share of the limit itself was rejected for its own calls. */
const OWN_SHARE = 0.9;

/** A single rejection tells little: calls that were on their way with it are rejected too when others share the limit. */
const REJECTIONS_OF_OTHERS = 2;

/**
 * The rate of a client that shares Feishu's limit with others, such as the workers of queue mode, without knowing of
 * them: additive increase, multiplicative decrease, from what Feishu accepted of its calls in a second.
 */
export class AdaptiveRate {
	/** Calls per second. Infinity: nobody shares the limit, as far as is known. */
	private rate = Infinity;

	private rejections = 0;

	/** Milliseconds between two calls, at least; 0 when the limit itself is enough. */
	spacingMs(perSecond: number): number {
		if (this.rate >= perSecond) this.rate = Infinity;
		return 1000 / this.rate;
	}

	recordCall(): void {
		this.rate += INCREASE_PER_SECOND / this.rate;
	}

	/**
	 * Feishu rejected a call as there were too many in a second.
	 *
	 * @param isFirst whether it is the first one since calls were sent again
	 * @param accepted how many calls of this client were accepted in the last second
	 */
	recordRejection(isFirst: boolean, accepted: number, perSecond: number): void {
		this.rejections = isFirst ? 1 : this.rejections + 1;
		if (accepted > OWN_SHARE * perSecond) return;
		const isKnown = this.rate < Infinity;
		if (this.rejections !== (isKnown ? 1 : REJECTIONS_OF_OTHERS)) return;
		const rate = isKnown ? this.rate : accepted;
		this.rate = Math.max(DECREASE * rate, LOWEST_PER_SECOND);
	}
}
