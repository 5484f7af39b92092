/** Runs the tests that can run on any n8n on each, and writes what came of them into `docs/compatibility.md` and its Chinese page. */
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
	engine: Outcome;
	smoke: Outcome;
	hasWebSocket: boolean;
}

interface Page {
	file: string;
	head: string[];
	count: (outcome: Outcome) => string;
	longConnection: (hasWebSocket: boolean) => string;
}

const PAGES: Page[] = [
	{
		file: 'compatibility.md',
		head: ['n8n', 'Node.js', 'Nodes in its engine', 'End to end', 'Long connection'],
		count: ({ passed, failed }) => `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}`,
		longConnection: (hasWebSocket) => (hasWebSocket ? 'yes' : 'with a flag of Node.js'),
	},
	{
		file: 'compatibility.zh-CN.md',
		head: ['n8n', 'Node.js', '节点测试', '端到端测试', '长连接'],
		count: ({ passed, failed }) => `${passed} 项通过${failed > 0 ? `，${failed} 项未通过` : ''}`,
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
			rows.push({
				n8n: host.version,
				node: await ask(host, 'process.versions.node'),
				engine: await testOn('engine', host, reports),
				smoke: await testOn('smoke', host, reports),
				hasWebSocket: (await ask(host, 'typeof WebSocket')) !== 'undefined',
			});
		}
		for (const page of PAGES) await writeTable(page, rows);
	} finally {
		await rm(reports, { recursive: true, force: true });
	}
}

async function writeTable({ file, head, count, longConnection }: Page, rows: Row[]): Promise<void> {
	const lines = rows.map(({ n8n, node, engine, smoke, hasWebSocket }) => [
		n8n,
		node,
		count(engine),
		count(smoke),
		longConnection(hasWebSocket),
	]);
	const table = [head, head.map(() => '---'), ...lines]
		.map((cells) => `| ${cells.join(' | ')} |\n`)
		.join('');
	print(table);
	const path = join(ROOT, 'docs', file);
	await writeFile(path, (await readFile(path, 'utf8')).replace(BLOCK, `$1\n${table}\n$2`));
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
