import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from '../../n8nHost/exec';
import { ensureHost, type Host } from '../../n8nHost/host';
import { startN8n } from '../../n8nHost/n8n';
import { installPackage } from '../../n8nHost/pack';
import { QueueMode } from '../../n8nHost/queueMode';

export const FIXTURE = 'n8n-nodes-bench-fixture';

export interface ExecutionCounts {
	/** Since n8n was installed. */
	started: number;
	running: number;
}

/** A real n8n with this package and the nodes of the benchmark. */
export interface BenchedN8n {
	/** Where its data is. */
	folder: string;
	url: string;
	webhookUrl: string;
	countExecutions(): Promise<ExecutionCounts>;
	/** What each process occupies, in megabytes. */
	memory(): Promise<Record<string, number>>;
	stop(): Promise<void>;
}

const installFixture = async (userFolder: string): Promise<void> =>
	await cp(join(__dirname, 'fixture'), join(userFolder, '.n8n', 'nodes', 'node_modules', FIXTURE), {
		recursive: true,
	});

async function megabytes(pid: number): Promise<number> {
	const kilobytes = await run('ps', ['-o', 'rss=', '-p', String(pid)], { cwd: tmpdir() });
	return Math.round(Number(kilobytes) / 1024);
}

/** One process that does everything, with SQLite. */
export async function startOneProcess(env: NodeJS.ProcessEnv): Promise<BenchedN8n> {
	const host = await ensureHost();
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-events-'));
	await installPackage(folder);
	await installFixture(folder);
	const n8n = await startN8n(host, folder, { env });
	return {
		folder,
		url: n8n.url,
		webhookUrl: n8n.url,
		countExecutions: async () => await countInSqlite(host, folder),
		memory: async () => ({ n8n: await megabytes(n8n.pid) }),
		async stop() {
			await n8n.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** Queue mode: a main process, two that receive webhooks (events go to the first), and two workers. */
export async function startQueueMode(env: NodeJS.ProcessEnv): Promise<BenchedN8n> {
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-events-'));
	const queueMode = await QueueMode.start(folder, { env, prepare: installFixture });
	return {
		folder,
		url: queueMode.url,
		webhookUrl: queueMode.webhookUrls[0] ?? '',
		async countExecutions() {
			const [counts] = await queueMode.database.query<ExecutionCounts>(
				"SELECT (SELECT last_value FROM execution_entity_id_seq) AS started, (SELECT count(*) FROM execution_entity WHERE status IN ('new', 'running') AND \"deletedAt\" IS NULL) AS running",
			);
			return counts ?? { started: 0, running: 0 };
		},
		memory: async () =>
			Object.fromEntries(
				await Promise.all(
					Object.entries(queueMode.pids).map(async ([name, pid]) => [name, await megabytes(pid)]),
				),
			) as Record<string, number>,
		async stop() {
			await queueMode.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function countInSqlite(host: Host, folder: string): Promise<ExecutionCounts> {
	const database = join(folder, '.n8n', 'database.sqlite');
	const counts = await run(host.node, ['--no-warnings', '-e', QUERY, database], { cwd: folder });
	return JSON.parse(counts) as ExecutionCounts;
}

// Runs in n8n's own Node, which has SQLite built in. IDs are never reused, so the highest one counts executions that
// were not kept, too.
const QUERY = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const counts = database.prepare(
		"SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'execution_entity') AS started, " +
		"(SELECT COUNT(*) FROM execution_entity WHERE status IN ('new', 'running') AND deletedAt IS NULL) AS running"
	).get();
	process.stdout.write(JSON.stringify(counts));
`;
