import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { execute, storeFile, type ExecuteOptions } from '../../n8nHost/engine';
import { EngineCredentials } from '../../n8nHost/engineCredentials';
import { ensureHost } from '../../n8nHost/host';
import { sandboxCredentialData } from '../../n8nHost/provision';
import type { Figures } from './figures';
import { startOtherClient } from './otherClient';
import { HTTP_REQUEST, httpRequestNode } from './peers';
import { startSandboxProcess, type CallCounts, type SandboxProcess } from './sandboxProcess';
import { LATENCY_MS, MB, SCENARIOS, type Scenario } from './scenarios';

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

async function storeFileOf(megabytes: number) {
	// The same megabyte repeated, so that making the file leaves no memory that the upload could reuse.
	const content = Readable.from(Array<Buffer>(megabytes).fill(Buffer.alloc(MB)));
	return await storeFile(content, 'report.pdf');
}

/** Prepares the work of a scenario, and returns a function that does it in n8n's engine. */
async function prepare(scenario: Scenario, sandbox: SandboxProcess) {
	const { executions = 1, fileMegabytes } = scenario;
	const items = scenario.items(sandbox);
	const parameters = scenario.parameters(sandbox);
	const options: ExecuteOptions = { ...scenario.options };
	if (fileMegabytes) options.files = [{ data: await storeFileOf(fileMegabytes) }];
	if (options.nodeType === HTTP_REQUEST) {
		options.nodes = { [HTTP_REQUEST]: httpRequestNode(await ensureHost()) };
	}
	const credentials = new EngineCredentials(sandboxCredentialData(sandbox));
	return async () => {
		const outputs = await Promise.all(
			Array.from({ length: executions }, async (_, execution) => {
				const share = items.filter((_item, index) => index % executions === execution);
				return await execute(credentials, parameters, { ...options, items: share });
			}),
		);
		return outputs.flatMap(({ json }) => json);
	};
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
	const work = await prepare(scenario, sandbox);
	const stopDisturbing = await disturb(scenario, sandbox);
	const { output, seconds, megabytes } = await observe(work);
	const report = await sandbox.report();
	for (const stop of stopDisturbing) stop();
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
