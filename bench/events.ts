import { pushEvents, type Load, type Push } from './pushEvents';
import { RECEIVERS, startReceivers, type Receiver, type Receivers } from './receivers';

/** How much faster than Feishu's the waits before a retry pass: 15 s, 5 min, 1 h and 6 h. */
const CLOCK_SPEED = 200;

const SETTINGS: Record<string, NodeJS.ProcessEnv> = {
	'as n8n comes': {},
	'as advised': { N8N_EXPRESSION_ENGINE: 'legacy' },
};

const LOADS: Record<string, Load> = {
	'1,000 in 10 s': { events: 1000, seconds: 10 },
	'200 at once': { events: 200, seconds: 0 },
	'10 a second': { events: 100, seconds: 10 },
};

/** A load is sent again for so long, to one trigger after the other: machines get slower and faster. */
const REPEAT_FOR_MS = 4 * 60_000;

/** Until n8n has compiled what it needs. */
const WARM_UP: Load = { events: 50, seconds: 10 };

const BY: Record<Receiver, string> = {
	webhook: "n8n's Webhook node",
	nothing: 'a trigger that does nothing',
	ours: 'this trigger',
};

/** What became of a load. */
interface Outcome {
	pushes: Push[];
	/** The event of each run of the flow. */
	runs: string[];
	executions: number;
	/** From the first push until the flow had run for the last event. */
	seconds: number;
	/** Until it had run for half of them: what comes last may have waited for Feishu's retries. */
	secondsForHalf: number;
}

async function send(load: Load, receivers: Receivers, receiver: Receiver): Promise<Outcome> {
	const begun = await receivers.settled();
	const { length } = await receivers.notesOf(receiver);
	const pushes = await pushEvents({
		url: receivers.urlOf(receiver),
		load,
		clockSpeed: CLOCK_SPEED,
	});
	const executions = (await receivers.settled()) - begun;
	const notes = (await receivers.notesOf(receiver)).slice(length);

	const idOf = new Map(pushes.map(({ encrypted, eventId }) => [encrypted, eventId]));
	const runs = notes.map(({ event }) => idOf.get(event) ?? event);
	const firstRuns = notes.filter((_, index) => runs.indexOf(runs[index] ?? '') === index);
	const secondsUntil = (run?: { at: number }) => ((run?.at ?? NaN) - (pushes[0]?.at ?? NaN)) / 1000;
	return {
		pushes,
		runs,
		executions,
		seconds: secondsUntil(firstRuns.at(-1)),
		secondsForHalf: secondsUntil(firstRuns[Math.ceil(firstRuns.length / 2) - 1]),
	};
}

const join = (one: Outcome, other: Outcome): Outcome => ({
	pushes: [...one.pushes, ...other.pushes],
	runs: [...one.runs, ...other.runs],
	executions: one.executions + other.executions,
	seconds: one.seconds + other.seconds,
	secondsForHalf: one.secondsForHalf + other.secondsForHalf,
});

function figuresOf({ pushes, runs, executions, seconds, secondsForHalf }: Outcome) {
	const events = new Set(pushes.map(({ eventId }) => eventId)).size;
	const done = new Set(runs).size;
	const answers = pushes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
	const percentile = (percent: number) =>
		answers[Math.ceil((answers.length * percent) / 100) - 1] ?? NaN;
	return {
		done,
		twice: runs.length - done,
		lost: events - done,
		pushes: pushes.length,
		late: pushes.filter(({ received }) => !received).length,
		p50: percentile(50),
		p99: percentile(99),
		executions,
		perSecond: done / seconds,
		halfPerSecond: done / 2 / secondsForHalf,
	};
}

type Figures = ReturnType<typeof figuresOf>;

function line(
	load: string,
	settings: string,
	receiver: Receiver,
	figures: Figures,
	nothing: Figures,
): string {
	const { done, twice, lost, pushes, late, p50, p99, executions, perSecond, halfPerSecond } =
		figures;
	return [
		load,
		settings,
		BY[receiver],
		done,
		twice,
		lost,
		`${pushes} (${late})`,
		`${p50.toFixed(0)} ms`,
		`${p99.toFixed(0)} ms`,
		executions,
		perSecond.toFixed(1),
		halfPerSecond.toFixed(1),
		(p50 / nothing.p50).toFixed(2),
		(nothing.perSecond / perSecond).toFixed(2),
		(nothing.halfPerSecond / halfPerSecond).toFixed(2),
	].join(' | ');
}

/** Prints the whole table, or the lines whose load or settings hold a text given as argument. */
async function main(): Promise<void> {
	const [wanted = ''] = process.argv.slice(2);
	console.log(
		`Feishu waits 3 s for an answer; its waits before a retry pass ${CLOCK_SPEED} times as fast.\n`,
	);
	console.log(
		'| Events | Settings | Received by | Done | Twice | Lost | Pushes (in vain) | Answer p50 | p99 | Executions | Events/s | Those of the first half | p50 against nothing | Time against nothing | That of the first half |',
	);
	console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');

	for (const [settings, environment] of Object.entries(SETTINGS)) {
		const loads = Object.entries(LOADS).filter(([load]) => `${load} ${settings}`.includes(wanted));
		if (loads.length === 0) continue;
		const receivers = await startReceivers(environment);
		try {
			for (const receiver of RECEIVERS) await send(WARM_UP, receivers, receiver);
			for (const [title, load] of loads) {
				const outcomes = new Map<Receiver, Outcome>();
				const end = performance.now() + REPEAT_FOR_MS;
				for (let turns = RECEIVERS; performance.now() < end; turns = [...turns].reverse()) {
					for (const receiver of turns) {
						const before = outcomes.get(receiver);
						const outcome = await send(load, receivers, receiver);
						outcomes.set(receiver, before ? join(before, outcome) : outcome);
					}
				}
				const figures = new Map(
					[...outcomes].map(([receiver, outcome]) => [receiver, figuresOf(outcome)]),
				);
				for (const [receiver, own] of figures) {
					console.log(`| ${line(title, settings, receiver, own, figures.get('nothing') ?? own)} |`);
				}
			}
		} finally {
			await receivers.stop();
		}
	}
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
