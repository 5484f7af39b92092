import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { OWNER } from './environment';
import { ensureHost, type Host } from './host';
import { type RunningN8n, startN8n } from './n8n';
import { N8nApi } from './n8nApi';
import { installPackage } from './pack';
import { freePort } from './ports';
import { step } from './progress';
import { type Postgres, type SharedService, startPostgres, startRedis } from './queueServices';

/** The processes of n8n, and what each does. */
const COMMANDS = {
	main: 'start',
	webhook1: 'webhook',
	webhook2: 'webhook',
	worker1: 'worker',
	worker2: 'worker',
} as const;

type ProcessName = keyof typeof COMMANDS;
const NAMES = Object.keys(COMMANDS) as ProcessName[];

interface QueueModeOptions {
	/** Environment variables of all processes. */
	env?: NodeJS.ProcessEnv;
	/** The processes that are started; the main process has to be one of them. Default: all. */
	names?: ProcessName[];
	/** What else is to be done in the folder of the first process before they start; it is copied to the others. */
	prepare?: (userFolder: string) => Promise<void>;
}

/** How many executions a worker runs at the same time, as n8n has it by default. */
export const WORKER_CONCURRENCY = 10;

/**
 * n8n in queue mode: a main process, two that receive webhooks, and two workers, with one Redis and one PostgreSQL. Each
 * process has a folder of its own with the packed package, as on a machine of its own.
 */
export class QueueMode {
	private readonly processes = new Map<ProcessName, RunningN8n>();

	/** Of processes that were killed, too: they come back there. */
	private readonly ports = new Map<ProcessName, number>();

	private readonly settings: NodeJS.ProcessEnv;

	private constructor(
		private readonly host: Host,
		private readonly folder: string,
		private readonly redis: SharedService,
		readonly database: Postgres,
		env: NodeJS.ProcessEnv,
	) {
		this.settings = {
			EXECUTIONS_MODE: 'queue',
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
			...redis.settings,
			...database.settings,
			// With n8n's default of 2 connections, a burst of webhook calls gets HTTP 500.
			DB_POSTGRESDB_POOL_SIZE: '10',
			...env,
		};
	}

	/** Starts everything with its data below `folder`, and waits until it is ready. */
	static async start(
		folder: string,
		{ env = {}, names = NAMES, prepare }: QueueModeOptions = {},
	): Promise<QueueMode> {
		const host = await ensureHost();
		await step(
			'Building the package and installing it in n8n',
			async () =>
				await installPackages(
					names.map((name) => join(folder, name)),
					prepare,
				),
		);
		const redis = await startRedis();
		const database = await startPostgres().catch(async (error: unknown) => {
			await redis.stop();
			throw error;
		});
		const queueMode = new QueueMode(host, folder, redis, database, env);
		try {
			await step(
				`Starting n8n ${host.version} in queue mode`,
				async () => await queueMode.startProcesses(names),
			);
		} catch (error) {
			await queueMode.stop();
			throw error;
		}
		return queueMode;
	}

	/** Signs in as the owner. */
	async signIn(): Promise<N8nApi> {
		const api = new N8nApi(this.url);
		await api.signIn(OWNER);
		return api;
	}

	/** Of the main process. */
	get url(): string {
		return this.process('main').url;
	}

	get pids(): Partial<Record<ProcessName, number>> {
		return Object.fromEntries([...this.processes].map(([name, { pid }]) => [name, pid]));
	}

	/** Where webhooks are received. */
	get webhookUrls(): string[] {
		return [this.process('webhook1').url, this.process('webhook2').url];
	}

	/** Kills a process at once, as a power cut does. */
	async kill(name: ProcessName): Promise<void> {
		await this.process(name).kill();
		this.processes.delete(name);
	}

	/** Starts a process that was killed, at the same URL. */
	async restart(name: ProcessName): Promise<void> {
		await this.startProcess(name);
	}

	async stop(): Promise<void> {
		await Promise.all([...this.processes.values()].map(async (n8n) => await n8n.stop()));
		await this.redis.stop();
		await this.database.stop();
	}

	private process(name: ProcessName): RunningN8n {
		const n8n = this.processes.get(name);
		if (n8n === undefined) throw new Error(`n8n's process ${name} does not run`);
		return n8n;
	}

	/** The main process goes first: it creates the tables. */
	private async startProcesses(names: ProcessName[]): Promise<void> {
		await this.startProcess('main');
		const others = names.filter((name) => name !== 'main');
		const starts = await Promise.allSettled(
			others.map(async (name) => await this.startProcess(name)),
		);
		for (const start of starts) if (start.status === 'rejected') throw start.reason;
	}

	private async startProcess(name: ProcessName): Promise<void> {
		const n8n = await startN8n(this.host, join(this.folder, name), {
			command: COMMANDS[name],
			preferredPort: this.ports.get(name),
			env: { ...this.settings, N8N_RUNNERS_BROKER_PORT: String(await freePort()) },
		});
		this.processes.set(name, n8n);
		this.ports.set(name, Number(new URL(n8n.url).port));
	}
}

/** Installs the package in the folder of each process. */
async function installPackages(
	[first, ...others]: string[],
	prepare?: (userFolder: string) => Promise<void>,
): Promise<void> {
	if (first === undefined) return;
	await installPackage(first);
	await prepare?.(first);
	for (const other of others) {
		await cp(join(first, '.n8n', 'nodes'), join(other, '.n8n', 'nodes'), { recursive: true });
	}
}
