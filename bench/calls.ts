import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { runMain } from '../n8nHost/progress';
import { bestOf, comparedWith, worstOf, type Figures } from './calls/figures';
import type { RunRequest } from './calls/measure';
import { SCENARIOS } from './calls/scenarios';
import { printHead, printLine } from './calls/table';
import { startChildProcess } from './childProcess';

/**
 * Prints the whole table, or the lines that contain the text given as argument. Each figure is the worst of three runs,
 * or of as many as `--runs` says.
 */
async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { runs: { type: 'string', default: '3' } },
		allowPositionals: true,
	});
	const runs = Number(values.runs);
	if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a positive integer');
	const [filter = ''] = positionals;

	printHead(runs);
	for (const [line, scenario] of SCENARIOS.entries()) {
		if (!`${scenario.work} ${scenario.by}`.includes(filter)) continue;
		const figures = worstOf(await repeat(runs, { line }));
		const without = scenario.refusalAfter && (await repeat(runs, { line, withoutRefusal: true }));
		printLine(scenario, without ? comparedWith(bestOf(without), figures) : figures);
	}
}

async function repeat(runs: number, request: RunRequest): Promise<Figures[]> {
	const figures: Figures[] = [];
	while (figures.length < runs) figures.push(await measure(request));
	return figures;
}

/** Does one run in a process and a folder of its own, so that neither its memory nor its files count for the next. */
async function measure(request: RunRequest): Promise<Figures> {
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-bench-'));
	// n8n-core reads these when it is loaded.
	const child = startChildProcess(join(__dirname, 'calls/measure.ts'), {
		N8N_USER_FOLDER: folder,
		N8N_ENCRYPTION_KEY: 'bench',
		N8N_LOG_LEVEL: 'silent',
	});
	try {
		return await child.ask<Figures>(request);
	} finally {
		child.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

runMain(main);
