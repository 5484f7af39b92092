/** Runs the tests that can run on any n8n on each, and writes what came of them into the pages that show it, in both languages. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from '../n8nHost/exec';
import { ensureHost, type Host, hostNames } from '../n8nHost/host';
import { ROOT } from '../n8nHost/pack';
import { print, runMain } from '../n8nHost/progress';
import { KINDS, passOn } from './hostTests';

const BLOCK = /(<!-- matrix -->\n)[^]*(<!-- \/matrix -->)/;

interface Outcome {
	passed: number;
	failed: number;
}

interface Row {
	n8n: string;
	node: string;
	tests: Outcome;
	hasWebSocket: boolean;
}

/** How a language tells it. */
interface Wording {
	files: string[];
	head: string[];
	count: (outcome: Outcome) => string;
	longConnection: (hasWebSocket: boolean) => string;
}

const WORDINGS: Wording[] = [
	{
		files: ['README.md', 'docs/compatibility.md'],
		head: ['n8n', 'Node.js', 'Tests passed', 'Long connection'],
		count: ({ passed, failed }) => `${passed}${failed > 0 ? `, ${failed} failed` : ''}`,
		longConnection: (hasWebSocket) => (hasWebSocket ? 'yes' : 'with a flag'),
	},
	{
		files: ['README.zh-CN.md', 'docs/compatibility.zh-CN.md'],
		head: ['n8n', 'Node.js', '通过的测试', '长连接'],
		count: ({ passed, failed }) => `${passed}${failed > 0 ? `，${failed} 项未通过` : ''}`,
		longConnection: (hasWebSocket) => (hasWebSocket ? '支持' : '需启用 Node.js 参数'),
	},
];

type Kind = keyof typeof KINDS;

async function main(): Promise<void> {
	const reports = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-compatibility-'));
	try {
		const rows: Row[] = [];
		for (const name of (await hostNames()).reverse()) {
			const host = await ensureHost(name);
			const engine = await testOn('engine', host, reports);
			const smoke = await testOn('smoke', host, reports);
			rows.push({
				n8n: host.version,
				node: await ask(host, 'process.versions.node'),
				tests: { passed: engine.passed + smoke.passed, failed: engine.failed + smoke.failed },
				hasWebSocket: (await ask(host, 'typeof WebSocket')) !== 'undefined',
			});
		}
		for (const wording of WORDINGS) await writeTable(wording, rows);
	} finally {
		await rm(reports, { recursive: true, force: true });
	}
}

async function writeTable(
	{ files, head, count, longConnection }: Wording,
	rows: Row[],
): Promise<void> {
	const lines = rows.map(({ n8n, node, tests, hasWebSocket }) => [
		n8n,
		node,
		count(tests),
		longConnection(hasWebSocket),
	]);
	const table = [head, head.map(() => '---'), ...lines]
		.map((cells) => `| ${cells.join(' | ')} |\n`)
		.join('');
	print(table);
	for (const file of files) {
		const path = join(ROOT, file);
		await writeFile(path, (await readFile(path, 'utf8')).replace(BLOCK, `$1\n${table}\n$2`));
	}
}

const ask = async ({ node }: Host, expression: string): Promise<string> =>
	(await run(node, ['-p', expression], { cwd: ROOT })).trim();

async function testOn(kind: Kind, host: Host, reports: string): Promise<Outcome> {
	const report = join(reports, `${host.name}-${kind}.json`);
	await passOn(kind, host, ['--json', `--outputFile=${report}`]);
	const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8')) as {
		numPassedTests: number;
		numFailedTests: number;
	};
	return { passed: numPassedTests, failed: numFailedTests };
}

runMain(main);
