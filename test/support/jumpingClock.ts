import type { Clock } from '../../nodes/FeishuHireExam/transport/clock';
import type { TestClock } from './testClock';

/** The clock of a machine that sleeps: its time goes on, and its timers do not. */
export class JumpingClock implements Clock {
	private jumpedMs = 0;

	/** @param jumpsMonotonic not on every system does the monotonic clock go on */
	constructor(
		private readonly clock: TestClock,
		private readonly jumpsMonotonic: boolean,
	) {}

	now = (): number => this.clock.now() + this.jumpedMs;

	monotonic = (): number => this.clock.monotonic() + (this.jumpsMonotonic ? this.jumpedMs : 0);

	sleep = async (ms: number, signal?: AbortSignal): Promise<void> =>
		await this.clock.sleep(ms, signal);

	jump(ms: number): void {
		this.jumpedMs += ms;
	}
}
