import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

if (!process.env.N8N_USER_FOLDER) {
	const folder = mkdtempSync(join(tmpdir(), 'feishu-hire-exam-bench-'));
	process.env.N8N_USER_FOLDER = folder;
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
process.env.N8N_ENCRYPTION_KEY = 'bench';
process.env.N8N_LOG_LEVEL = 'silent';

/** Prints the whole table, or the lines that hold a text given as argument: each in a process of its own, for its memory's sake. */
async function main(): Promise<void> {
	const { bench, printHead, titles } = await import('./scenarios.js');
	const line = process.env.BENCH_LINE;
	if (line !== undefined) {
		await bench(Number(line));
		return;
	}
	const [wanted = ''] = process.argv.slice(2);
	printHead();
	for (const [number, title] of titles.entries()) {
		if (!title.includes(wanted)) continue;
		const env = { ...process.env, BENCH_LINE: String(number) };
		spawnSync(process.execPath, [...process.execArgv, __filename], { env, stdio: 'inherit' });
	}
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
