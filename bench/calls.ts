import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runMain } from '../n8nHost/progress';

// n8n-core reads these when it is loaded.
if (!process.env.N8N_USER_FOLDER) {
	const folder = mkdtempSync(join(tmpdir(), 'feishu-hire-exam-bench-'));
	process.env.N8N_USER_FOLDER = folder;
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
process.env.N8N_ENCRYPTION_KEY = 'bench';
process.env.N8N_LOG_LEVEL = 'silent';

/**
 * Prints the whole table, or the lines that contain the text given as argument. Each line runs in a process of its own,
 * so that the memory of one does not count for the next.
 */
async function main(): Promise<void> {
	const { printHead, runScenario, titles } = await import('./calls/scenarios.js');
	const line = process.env.BENCH_LINE;
	if (line !== undefined) {
		await runScenario(Number(line));
		return;
	}
	const [filter = ''] = process.argv.slice(2);
	printHead();
	for (const [number, title] of titles.entries()) {
		if (!title.includes(filter)) continue;
		const env = { ...process.env, BENCH_LINE: String(number) };
		spawnSync(process.execPath, [...process.execArgv, __filename], { env, stdio: 'inherit' });
	}
}

runMain(main);
