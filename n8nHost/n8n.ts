import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Host } from './host';
import { freePort } from './ports';

const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 15_000;

/** An n8n that runs and answers. */
export interface RunningN8n {
	url: string;
	logFile: string;
	/** Settles when n8n has ended, for whatever reason. */
	ended: Promise<void>;
	stop(): Promise<void>;
	/** Ends it as a power cut does. */
	kill(): Promise<void>;
}

/** Starts n8n on this machine's loopback address, with all its data below `userFolder`. */
export async function startN8n(
	host: Host,
	userFolder: string,
	{
		preferredPort = 5678,
		environment = {},
	}: { preferredPort?: number; environment?: NodeJS.ProcessEnv } = {},
): Promise<RunningN8n> {
	await mkdir(userFolder, { recursive: true });
	const port = await freePort(preferredPort);
	const url = `http://127.0.0.1:${port}`;
	const logFile = logFileIn(userFolder);
	const log = openSync(logFile, 'w');
	let over = false;
	const child = spawn(
		host.node,
		['--require', join(__dirname, 'followParent.ts'), host.n8n, 'start'],
		{
			cwd: userFolder,
			env: {
				...inheritedEnvironment(host),
				...(await settings(userFolder, url, port)),
				...environment,
			},
			stdio: ['pipe', log, log],
			// A group of its own: Ctrl-C reaches only the starting process, which stops n8n in order.
			detached: process.platform !== 'win32',
			windowsHide: true,
		},
	);
	closeSync(log);
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve());
		child.once('error', () => resolve());
	}).then(() => {
		over = true;
	});
	const kill = async () => {
		killGroup(child);
		await ended;
	};
	const running = { url, logFile, ended, stop: async () => await stop(child, ended), kill };
	try {
		await ready(url, logFile, () => over);
	} catch (error) {
		await running.stop();
		throw error;
	}
	return running;
}

/** Where n8n writes what it has to say. */
export function logFileIn(userFolder: string): string {
	return join(userFolder, 'n8n.log');
}

/**
 * Settings of some other n8n, proxies and npm's own variables stay outside, so that the demo is the same
 * everywhere. It talks to this machine only.
 */
function inheritedEnvironment(host: Host): NodeJS.ProcessEnv {
	const foreign =
		/^(N8N|DB|QUEUE|EXECUTIONS|WORKFLOWS|NODES|CREDENTIALS|EXTERNAL|GENERIC|npm|jest)_|_PROXY$|^WEBHOOK_URL$|^NODE_OPTIONS$/i;
	const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	// n8n starts its task runner with whatever `node` comes first.
	const PATH = [dirname(host.node), process.env.PATH].join(delimiter);
	return { ...Object.fromEntries(own), PATH };
}

async function settings(userFolder: string, url: string, port: number): Promise<NodeJS.ProcessEnv> {
	return {
		NODE_ENV: 'production',
		N8N_USER_FOLDER: userFolder,
		DB_TYPE: 'sqlite',

		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: url,
		N8N_WEBHOOK_URL: url,
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(await freePort(5679)),
		// Over plain HTTP some browsers keep no secure cookie, and nobody could log in.
		N8N_SECURE_COOKIE: 'false',

		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		// The assistant would be the first page after the login; the others fetch lists from n8n's servers.
		N8N_DISABLED_MODULES: 'instance-ai,agents,mcp,mcp-registry,chat-hub',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_PYTHON_ENABLED: 'false',

		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(STOP_WITHIN_MS / 1000 - 5),
		N8N_LOG_LEVEL: 'info',
	};
}

async function ready(url: string, logFile: string, isOver: () => boolean): Promise<void> {
	const deadline = Date.now() + READY_WITHIN_MS;
	while (!(await answers(`${url}/healthz/readiness`))) {
		if (isOver()) {
			throw new Error(`n8n ended before it was ready:\n${lastLines(logFile)}`);
		}
		if (Date.now() > deadline) {
			throw new Error(
				`n8n was not ready after ${READY_WITHIN_MS / 1000} s:\n${lastLines(logFile)}`,
			);
		}
		await sleep(250);
	}
}

/** Whether something answers at this address with success. */
export async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
	} catch {
		return false;
	}
}

function lastLines(file: string): string {
	return readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n');
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
	child.kill('SIGTERM');
	const stopped = await Promise.race([
		ended.then(() => true),
		sleep(STOP_WITHIN_MS, false, { ref: false }),
	]);
	if (stopped) return;
	killGroup(child);
	await ended;
}

/** With its task runner, which n8n could no longer stop itself. */
function killGroup(child: ChildProcess): void {
	if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
	else child.kill('SIGKILL');
}
