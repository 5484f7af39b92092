import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { lastLines } from './exec';
import type { Host } from './host';
import { inheritedEnv, n8nSettings, STOP_TIMEOUT_MS } from './n8nSettings';
import { freePort } from './ports';
import { waitFor } from './waitFor';

const READY_TIMEOUT_MS = 300_000;

/** An n8n process that accepts calls. */
export interface RunningN8n {
	url: string;
	logFile: string;
	/** Settles when the process has ended, for whatever reason. */
	ended: Promise<void>;
	/** Shuts n8n down in order, or kills it when that takes too long. */
	stop(): Promise<void>;
	/** Kills n8n at once, as a power cut does. */
	kill(): Promise<void>;
}

interface StartOptions {
	/** Another one is taken when it is in use. */
	preferredPort?: number;
	/** Environment variables for n8n, beside those of `n8nSettings`. */
	env?: NodeJS.ProcessEnv;
}

/** Starts n8n on this machine's loopback address, with all its data below `userFolder`, and waits until it is ready. */
export async function startN8n(
	host: Host,
	userFolder: string,
	{ preferredPort = 5678, env = {} }: StartOptions = {},
): Promise<RunningN8n> {
	await mkdir(userFolder, { recursive: true });
	const port = await freePort(preferredPort);
	const url = `http://127.0.0.1:${port}`;
	const logFile = logFileIn(userFolder);
	const child = spawnN8n(host, userFolder, logFile, {
		...inheritedEnv(host),
		...(await n8nSettings(userFolder, url, port)),
		...env,
	});
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve());
		child.once('error', () => resolve());
	});
	const n8n: RunningN8n = {
		url,
		logFile,
		ended,
		stop: async () => await stop(child, ended),
		async kill() {
			killGroup(child);
			await ended;
		},
	};
	try {
		await waitUntilReady(url, logFile, child);
	} catch (error) {
		await n8n.stop();
		throw error;
	}
	return n8n;
}

function spawnN8n(
	host: Host,
	userFolder: string,
	logFile: string,
	env: NodeJS.ProcessEnv,
): ChildProcess {
	const log = openSync(logFile, 'w');
	try {
		return spawn(host.node, ['--require', join(__dirname, 'followParent.ts'), host.n8n, 'start'], {
			cwd: userFolder,
			env,
			stdio: ['pipe', log, log],
			// A process group of its own: Ctrl-C reaches only this process, which then stops n8n in order.
			detached: process.platform !== 'win32',
			windowsHide: true,
		});
	} finally {
		closeSync(log);
	}
}

/** The file that n8n's log goes to. */
export const logFileIn = (userFolder: string): string => join(userFolder, 'n8n.log');

async function waitUntilReady(url: string, logFile: string, child: ChildProcess): Promise<void> {
	const hasEnded = () =>
		child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
	try {
		await waitFor(
			'n8n ready',
			async () => {
				if (hasEnded()) throw new Error('n8n ended before it was ready');
				return await isReachable(`${url}/healthz/readiness`);
			},
			{ timeoutMs: READY_TIMEOUT_MS },
		);
	} catch (error) {
		const { message } = error as Error;
		throw new Error(`${message}:\n${lastLines(readFileSync(logFile, 'utf8'))}`, { cause: error });
	}
}

/** Whether a GET of this address succeeds. */
export async function isReachable(url: string): Promise<boolean> {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
	} catch {
		return false;
	}
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
	child.kill('SIGTERM');
	const hasStopped = await Promise.race([
		ended.then(() => true),
		sleep(STOP_TIMEOUT_MS, false, { ref: false }),
	]);
	if (hasStopped) return;
	killGroup(child);
	await ended;
}

/** Kills n8n's task runner too, which n8n could no longer stop itself. */
function killGroup(child: ChildProcess): void {
	if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
	else child.kill('SIGKILL');
}
