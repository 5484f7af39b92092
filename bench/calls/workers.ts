import type { IDataObject } from 'n8n-workflow';
import { once } from 'node:events';

import { startChildProcess } from '../childProcess';
import type { Inventory } from './sandboxProcess';
import { SCENARIOS, type Scenario } from './scenarios';
import { type Part, prepareWork } from './work';

interface WorkerRequest {
	/** Number of the scenario. */
	line: number;
	sandbox: Inventory;
	part: Part;
}

/** Starts processes that know nothing of each other and do a part of the work each, as workers of queue mode do. */
export async function startWorkers(line: number, count: number, sandbox: Inventory) {
	const workers = Array.from({ length: count }, () => startChildProcess(__filename));
	await Promise.all(
		workers.map(async (worker, index) => {
			const request: WorkerRequest = { line, sandbox, part: { index, count } };
			await worker.ask(request);
		}),
	);
	return {
		work: async () =>
			(
				await Promise.all(workers.map(async (worker) => await worker.ask<IDataObject[]>({})))
			).flat(),
		stop: () => workers.forEach((worker) => worker.stop()),
	};
}

async function serve(): Promise<void> {
	process.once('disconnect', () => process.exit());
	const [{ line, sandbox, part }] = (await once(process, 'message')) as [WorkerRequest];
	const work = await prepareWork(SCENARIOS[line] as Scenario, sandbox, part);
	const start = once(process, 'message');
	process.send?.('ready');
	await start;
	process.send?.(await work());
}

if (require.main === module) void serve();
