import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Figures } from './figures';
import { startOtherClient } from './otherClient';
import { startSandboxProcess, type CallCounts, type SandboxProcess } from './sandboxProcess';
import { LATENCY_MS, MB, SCENARIOS, type Scenario } from './scenarios';
import { prepareWork } from './work';
import { startWorkers } from './workers';

/** What this module does as a process of its own, and answers with the figures. */
export interface RunRequest {
	/** Number of the scenario. */
	line: number;
	withoutRefusal?: boolean;
}

const BUSY_LOOP = join(__dirname, '../../scripts/busyLoop.mjs');

/** Starts what disturbs the work, and returns functions that stop it. */
async function disturb(
	{ busyProcesses = 0, otherCallsPerSecond: callsPerSecond }: Scenario,
	{ url, app }: SandboxProcess,
): Promise<Array<() => void>> {
	const busy = Array.from({ length: busyProcesses }, () => fork(BUSY_LOOP));
	const stopOther = callsPerSecond && (await startOtherClient({ url, app, callsPerSecond }));
	return [...busy.map((child) => () => void child.kill()), ...(stopOther ? [stopOther] : [])];
}

const memory = () => process.memoryUsage().rss / MB;

/** Does some work, and returns how long it took and how much memory it used. */
async function observe<T>(work: () => Promise<T>) {
	global.gc?.();
	const idle = memory();
	let peak = idle;
	const sampling = setInterval(() => (peak = Math.max(peak, memory())), 50);
	const begun = performance.now();
	const output = await work();
	const seconds = (performance.now() - begun) / 1000;
	clearInterval(sampling);
	return { output, seconds, megabytes: peak - idle };
}

const rateLimitedPercent = ({ calls, rateLimited }: CallCounts) =>
	calls === 0 ? 0 : (100 * rateLimited) / calls;

async function measure({ line, withoutRefusal }: RunRequest): Promise<Figures> {
	const scenario = SCENARIOS[line] as Scenario;
	const sandbox = await startSandboxProcess({
		...scenario.inventory,
		latencyMs: LATENCY_MS,
		refusalAfter: withoutRefusal ? undefined : scenario.refusalAfter,
	});
	const workers = scenario.processes && (await startWorkers(line, scenario.processes, sandbox));
	const work = workers ? workers.work : await prepareWork(scenario, sandbox);
	const stopDisturbing = await disturb(scenario, sandbox);
	const { output, seconds, megabytes } = await observe(work);
	const report = await sandbox.report();
	for (const stop of stopDisturbing) stop();
	if (workers) workers.stop();
	sandbox.stop();

	const [done, all] = scenario.done(report, output);
	return {
		seconds,
		lost: all - done,
		rateLimited: report.rateLimited,
		rateLimitedPercent: rateLimitedPercent(report),
		tokenRequests: report.tokenRequests,
		megabytes,
		extraSeconds: 0,
		extraRateLimited: 0,
		otherRateLimitedPercent: rateLimitedPercent(report.other),
	};
}

async function serve(): Promise<void> {
	const [request] = (await once(process, 'message')) as [RunRequest];
	process.send?.(await measure(request));
}

if (require.main === module) void serve();
