import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { print, runMain } from '../n8nHost/progress';
import { waitFor } from '../n8nHost/waitFor';
import { type Sandbox, startSandbox } from '../sandbox';
import { disturb } from './soak/faults';
import { type SoakHost, startSoakHost } from './soak/hosts';
import { startSink } from './soak/sink';
import { slopePerHour } from './soak/slope';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const EVENTS_PER_SECOND = 2;

/** n8n itself takes memory until it has done everything once. */
const WARM_UP_MINUTES = 10;
/** With less than this much time after the warm-up, a slope says nothing. */
const SLOPE_MINUTES = 20;
const LARGEST_SLOPE = 1;

/** Used heap in megabytes, by the minute. */
type Curves = Record<'ours' | 'native', number[]>;

/**
 * Runs a flow of an exam provider in a real n8n for an hour, or as many minutes as `--minutes` says, with two events a
 * second, and beside it one of n8n's own nodes. Fails when an event is lost or runs twice, or memory grows.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
	const minutes = Number(values.minutes);
	if (!Number.isInteger(minutes) || minutes < 1)
		throw new Error('--minutes must be a positive integer');

	const sandbox = await startSandbox({ latencyMs: 50 });
	const sink = await startSink();
	const start = { sandbox, sinkUrl: sink.url };
	const [ours, native] = [await startSoakHost('ours', start), await startSoakHost('native', start)];
	try {
		await waitFor('the long connection', () => sandbox.longConnection.clients.length > 0);
		sandbox.setLongConnection();
		const stopDisturbing = disturb(sandbox);
		const { examIds, curves } = await run(minutes, sandbox, ours, native);
		stopDisturbing();
		const lost = () => examIds.filter((id) => !sink.counts.has(id));
		await waitFor('the last exams', () => lost().length === 0, { timeoutMs: 10 * MINUTE }).catch(
			print,
		);
		const twice = examIds.filter((id) => (sink.counts.get(id) ?? 0) > 1);
		print(`\n${examIds.length} events, lost: ${lost().length}, run twice: ${twice.length}`);
		const isFlat = reportMemory(curves);
		if (lost().length > 0 || twice.length > 0) throw new Error('An event was lost or ran twice');
		if (!isFlat) throw new Error('Memory grows');
	} finally {
		await Promise.all([ours.stop(), native.stop()]);
		await Promise.all([sandbox.close(), sink.stop()]);
	}
}

async function run(minutes: number, sandbox: Sandbox, ours: SoakHost, native: SoakHost) {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p', name: 'Paper' });
	const examIds: string[] = [];
	const curves: Curves = { ours: [], native: [] };
	const begun = performance.now();
	for (let minute = 1; minute <= minutes; minute += 1) {
		for (let event = 0; event < 60 * EVENTS_PER_SECOND; event += 1) {
			examIds.push(sandbox.arrangeExam({ accountId, paperId: 'p' }).examId);
			await fetch(native.webhookUrl, { method: 'POST' });
			const next = begun + (examIds.length * SECOND) / EVENTS_PER_SECOND;
			await sleep(Math.max(0, next - performance.now()));
		}
		curves.ours.push(await ours.heap.used());
		curves.native.push(await native.heap.used());
		print(
			`${minute} min: ${curves.ours.at(-1)?.toFixed(1)} MB, n8n's own nodes ${curves.native.at(-1)?.toFixed(1)} MB`,
		);
	}
	return { examIds, curves };
}

/** Prints the curves as a chart that Markdown shows, and returns whether ours is flat. */
function reportMemory({ ours, native }: Curves): boolean {
	const list = (values: number[]) => values.map((value) => value.toFixed(1)).join(', ');
	print(`
\`\`\`mermaid
xychart-beta
  title "Used heap of n8n, by the minute: our nodes, and n8n's own"
  y-axis "MB" 0 --> ${Math.ceil(Math.max(...ours, ...native) / 50) * 50}
  line [${list(ours)}]
  line [${list(native)}]
\`\`\``);
	if (ours.length < WARM_UP_MINUTES + SLOPE_MINUTES) return true;
	const [own, peer] = [ours, native].map((values) => slopePerHour(values.slice(WARM_UP_MINUTES)));
	print(
		`\nGrowth after ${WARM_UP_MINUTES} minutes: ${own?.toFixed(2)} MB an hour, n8n's own nodes ${peer?.toFixed(2)} MB an hour`,
	);
	return (own ?? Infinity) - Math.max(0, peer ?? 0) < LARGEST_SLOPE;
}

runMain(main);
