import { CLOCK_SPEED, type Outcome } from './measure';
import type { Receiver } from './receivers';

const NAMES: Record<Receiver, string> = {
	longConnection: 'this trigger, long connection',
	ours: 'this trigger, webhook',
	doNothing: 'a webhook trigger that does nothing',
	webhook: "n8n's Webhook node",
};

const COLUMNS = [
	'Events',
	'n8n',
	'Received by',
	'Completed',
	'Duplicates',
	'Lost',
	'Pushes (failed)',
	'Response p50',
	'p99',
	'Executions',
	'Events/s',
	'Events/s, first half',
	'p50 relative to doing nothing',
	'Time relative to doing nothing',
	'Time relative to doing nothing, first half',
];

export function printHead(): void {
	console.log(
		`Feishu waits 3 s for a response; its pauses before a repeated push are ${CLOCK_SPEED} times shorter here.\n`,
	);
	console.log(`| ${COLUMNS.join(' | ')} |`);
	console.log(`|${'---|'.repeat(COLUMNS.length)}`);
}

/** Prints what became of a load, one line for each trigger. */
export function printLines(load: string, settings: string, outcomes: Map<Receiver, Outcome>): void {
	const figures = new Map(
		[...outcomes].map(([receiver, outcome]) => [receiver, figuresOf(outcome)]),
	);
	for (const [receiver, own] of figures) {
		const baseline = figures.get('doNothing') ?? own;
		const cells = [load, settings, NAMES[receiver], ...cellsOf(own, baseline)];
		console.log(`| ${cells.join(' | ')} |`);
	}
}

type Figures = ReturnType<typeof figuresOf>;

function figuresOf({ pushes, completed, executions, seconds, secondsForHalf }: Outcome) {
	const events = new Set(pushes.map(({ eventId }) => eventId)).size;
	const done = new Set(completed).size;
	const durations = pushes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
	const percentile = (percent: number) =>
		durations[Math.ceil((durations.length * percent) / 100) - 1] ?? NaN;
	return {
		done,
		duplicates: completed.length - done,
		lost: events - done,
		pushes: pushes.length,
		failed: pushes.filter(({ received }) => !received).length,
		p50: percentile(50),
		p99: percentile(99),
		executions,
		perSecond: done / seconds,
		perSecondInFirstHalf: done / 2 / secondsForHalf,
	};
}

const cellsOf = (own: Figures, baseline: Figures): Array<string | number> => [
	own.done,
	own.duplicates,
	own.lost,
	`${own.pushes} (${own.failed})`,
	`${own.p50.toFixed(0)} ms`,
	`${own.p99.toFixed(0)} ms`,
	own.executions,
	own.perSecond.toFixed(1),
	own.perSecondInFirstHalf.toFixed(1),
	(own.p50 / baseline.p50).toFixed(2),
	(baseline.perSecond / own.perSecond).toFixed(2),
	(baseline.perSecondInFirstHalf / own.perSecondInFirstHalf).toFixed(2),
];
