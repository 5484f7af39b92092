import { pushEvents, type Load, type Push } from './pushEvents';
import { RECEIVERS, type Completion, type Receiver, type Receivers } from './receivers';

/** How many times faster than Feishu's the pauses before a repeated push are: 15 s, 5 min, 1 h and 6 h. */
export const CLOCK_SPEED = 200;

/** Each load is sent again for this long, to one trigger after the other: the speed of a machine varies. */
const REPEAT_FOR_MS = 4 * 60_000;

/** Until n8n has compiled what it needs. */
const WARM_UP: Load = { events: 50, seconds: 10 };

/** What became of a load. */
export interface Outcome {
	pushes: Push[];
	/** The event of each completed workflow. */
	completed: string[];
	executions: number;
	/** From the first push until the workflow had completed for the last event. */
	seconds: number;
	/** Until it had completed for half of them: the last ones may have waited for a repeated push. */
	secondsForHalf: number;
}

/** Measures one load after the other, and yields what became of it at each trigger. */
export async function* measure(
	receivers: Receivers,
	loads: Array<[name: string, load: Load]>,
): AsyncGenerator<{ load: string; outcomes: Map<Receiver, Outcome> }> {
	for (const receiver of RECEIVERS) await send(WARM_UP, receivers, receiver);
	for (const [name, load] of loads) {
		const outcomes = new Map<Receiver, Outcome>();
		const end = performance.now() + REPEAT_FOR_MS;
		for (let order = RECEIVERS; performance.now() < end; order = [...order].reverse()) {
			for (const receiver of order) {
				const previous = outcomes.get(receiver);
				const outcome = await send(load, receivers, receiver);
				outcomes.set(receiver, previous ? add(previous, outcome) : outcome);
			}
		}
		yield { load: name, outcomes };
	}
}

async function send(load: Load, receivers: Receivers, receiver: Receiver): Promise<Outcome> {
	const executionsBefore = await receivers.executionsWhenIdle();
	const { length } = await receivers.completionsOf(receiver);
	const pushes = await pushEvents({
		port: receivers.sandboxPort,
		url: receivers.urlOf(receiver),
		load,
		clockSpeed: CLOCK_SPEED,
	});
	const executions = (await receivers.executionsWhenIdle()) - executionsBefore;
	const completions = (await receivers.completionsOf(receiver)).slice(length);

	const idOf = new Map(pushes.map(({ encrypted, eventId }) => [encrypted, eventId]));
	const completed = completions.map(({ event }) => idOf.get(event) ?? event);
	const first = completions.filter(
		(_, index) => completed.indexOf(completed[index] ?? '') === index,
	);
	const secondsUntil = (completion?: Completion) =>
		((completion?.at ?? NaN) - (pushes[0]?.at ?? NaN)) / 1000;
	return {
		pushes,
		completed,
		executions,
		seconds: secondsUntil(first.at(-1)),
		secondsForHalf: secondsUntil(first[Math.ceil(first.length / 2) - 1]),
	};
}

const add = (one: Outcome, other: Outcome): Outcome => ({
	pushes: [...one.pushes, ...other.pushes],
	completed: [...one.completed, ...other.completed],
	executions: one.executions + other.executions,
	seconds: one.seconds + other.seconds,
	secondsForHalf: one.secondsForHalf + other.secondsForHalf,
});
