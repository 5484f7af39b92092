import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { run } from './exec';
import { freePort } from './ports';
import { type Service, startService } from './service';

const HOST = '127.0.0.1';
const STOP_TIMEOUT_MS = 30_000;

/** Debian keeps each version of PostgreSQL in a folder of its own, outside the path. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** The Debian packages that queue mode needs and this machine does not have. */
export function missingPackages(): string[] {
	const packages = { 'redis-server': findRedis(), postgresql: findPostgres() };
	return Object.entries(packages)
		.filter(([, path]) => path === undefined)
		.map(([name]) => name);
}

function findRedis(): string | undefined {
	return searchPath()
		.map((folder) => join(folder, 'redis-server'))
		.find((path) => existsSync(path));
}

/** The folder of PostgreSQL's commands. */
function findPostgres(): string | undefined {
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const folders = versions
		.sort((one, other) => Number(other) - Number(one))
		.map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
	return [...searchPath(), ...folders].find((folder) =>
		['initdb', 'postgres', 'psql'].every((command) => existsSync(join(folder, command))),
	);
}

const searchPath = (): string[] => (process.env.PATH ?? '').split(delimiter).filter(Boolean);

/** A service that n8n's processes share, with a folder of its own. */
export interface SharedService {
	/** What n8n must know to use it. */
	settings: NodeJS.ProcessEnv;
	stop(): Promise<void>;
}

/** A PostgreSQL server with an empty database. */
export interface Postgres extends SharedService {
	/** Returns the rows of a SELECT. */
	query<Row>(select: string): Promise<Row[]>;
}

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(): Promise<SharedService> {
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-redis-'));
	const command = [
		installed(findRedis(), 'redis-server'),
		...['--bind', HOST, '--port', String(port), '--dir', folder],
		...['--save', '', '--appendonly', 'no'],
	];
	const service = await startIn(folder, { command, isReady: async () => await answersPing(port) });
	return {
		settings: { QUEUE_BULL_REDIS_HOST: HOST, QUEUE_BULL_REDIS_PORT: String(port) },
		stop: service.stop,
	};
}

/** Starts a PostgreSQL server on a database of its own. */
export async function startPostgres(): Promise<Postgres> {
	const bin = installed(findPostgres(), 'postgresql');
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-postgres-'));
	const user = await postgresUser();
	if (user) await chown(folder, user.uid, user.gid);

	const data = join(folder, 'data');
	await run(
		join(bin, 'initdb'),
		[
			...['--pgdata', data, '--username', 'postgres', '--auth', 'trust'],
			...['--encoding', 'UTF8', '--no-locale', '--no-sync'],
		],
		{ cwd: folder, ...user },
	);
	const connection = [
		...['--host', HOST, '--port', String(port)],
		...['--username', 'postgres', '--dbname', 'postgres'],
	];
	const service = await startIn(folder, {
		...user,
		command: [
			join(bin, 'postgres'),
			...['-D', data, '-h', HOST, '-p', String(port)],
			// No socket file; and what is here need not survive a power cut.
			...['-c', 'unix_socket_directories=', '-c', 'fsync=off'],
		],
		isReady: async () =>
			await run(join(bin, 'psql'), [...connection, '-c', 'SELECT 1'], { cwd: folder }).then(
				() => true,
				() => false,
			),
	});
	return {
		settings: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: HOST,
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'postgres',
		},
		async query<Row>(select: string): Promise<Row[]> {
			const json = `SELECT coalesce(json_agg(row), '[]') FROM (${select}) row`;
			const args = [...connection, '--no-psqlrc', '--tuples-only', '--no-align', '-c', json];
			return JSON.parse(await run(join(bin, 'psql'), args, { cwd: folder })) as Row[];
		},
		stop: service.stop,
	};
}

function installed(path: string | undefined, name: string): string {
	if (path === undefined) throw new Error(`${name} is not installed`);
	return path;
}

interface User {
	uid: number;
	gid: number;
}

/** PostgreSQL refuses to run as root; its package brings a user for it. */
async function postgresUser(): Promise<User | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const idOf = async (option: string) =>
		Number(await run('id', [option, 'postgres'], { cwd: tmpdir() }));
	return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** Runs a command, and ends it when the standard input closes: with the process that started this. */
const FOLLOW_PARENT = `
	exec 3<&0
	"$@" 3<&- &
	service=$!
	trap 'kill -s INT $service' TERM
	{ cat <&3 >/dev/null; kill -s INT $service; } 2>/dev/null &
	wait $service || wait $service
`;

interface SharedServiceOptions extends Partial<User> {
	command: string[];
	isReady: () => Promise<boolean>;
}

/** Starts a command in a folder, which goes with it. */
async function startIn(
	folder: string,
	{ command, isReady, ...user }: SharedServiceOptions,
): Promise<Pick<Service, 'stop'>> {
	const remove = async () => await rm(folder, { recursive: true, force: true });
	try {
		const service = await startService('sh', ['-c', FOLLOW_PARENT, 'sh', ...command], {
			name: command[0] ?? '',
			cwd: folder,
			env: process.env,
			logFile: join(folder, 'log'),
			stopTimeoutMs: STOP_TIMEOUT_MS,
			isReady,
			...user,
		});
		return {
			async stop() {
				await service.stop();
				await remove();
			},
		};
	} catch (error) {
		await remove();
		throw error;
	}
}

/** Whether a Redis answers on this port. */
async function answersPing(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, HOST, () => socket.write('PING\r\n'));
		const settle = (isAnswered: boolean) => {
			socket.destroy();
			resolve(isAnswered);
		};
		socket.once('data', (answer) => settle(answer.toString().startsWith('+PONG')));
		socket.once('error', () => settle(false));
	});
}
