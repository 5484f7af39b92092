/** Runs the tests that can run on any n8n on each, and writes what came of them into `docs/compatibility.md`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from '../n8nHost/exec';
import { ensureHost, type Host, hostNames } from '../n8nHost/host';
import { ROOT } from '../n8nHost/pack';
import { print, runMain } from '../n8nHost/progress';
import { KINDS, passOn } from './hostTests';

const FILE = join(ROOT, 'docs', 'compatibility.md');
const BLOCK = /(<!-- matrix -->\n)[^]*(<!-- \/matrix -->)/;
const HEAD = ['n8n', 'Node.js', 'Nodes in its engine', 'End to end', 'Long connection'];

type Kind = keyof typeof KINDS;

async function main(): Promise<void> {
	const reports = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-compatibility-'));
	try {
		const rows: string[][] = [HEAD, HEAD.map(() => '---')];
		for (const name of (await hostNames()).reverse()) {
			const host = await ensureHost(name);
			rows.push([
				host.version,
				await ask(host, 'process.versions.node'),
				await outcome('engine', host, reports),
				await outcome('smoke', host, reports),
				(await ask(host, 'typeof WebSocket')) === 'undefined' ? 'refused when published' : 'yes',
			]);
		}
		const table = rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
		const text = await readFile(FILE, 'utf8');
		await writeFile(FILE, text.replace(BLOCK, `$1${table}$2`));
		print(table);
	} finally {
		await rm(reports, { recursive: true, force: true });
	}
}

const ask = async ({ node }: Host, expression: string): Promise<string> =>
	(await run(node, ['-p', expression], { cwd: ROOT })).trim();

async function outcome(kind: Kind, host: Host, reports: string): Promise<string> {
	const report = join(reports, `${host.name}-${kind}.json`);
	await passOn(kind, host, ['--json', `--outputFile=${report}`]);
	const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8')) as {
		numPassedTests: number;
		numFailedTests: number;
	};
	return `${numPassedTests} passed${numFailedTests > 0 ? `, ${numFailedTests} failed` : ''}`;
}

runMain(main);
