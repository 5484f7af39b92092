import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { lastLines } from './exec';
import { waitFor } from './waitFor';

const READY_TIMEOUT_MS = 300_000;

/** A process that serves until it is stopped. */
export interface Service {
	pid: number;
	logFile: string;
	/** Settles when the process has ended, for whatever reason. */
	ended: Promise<void>;
	/** Shuts it down in order, or kills it when that takes too long. */
	stop(): Promise<void>;
	/** Kills it at once, as a power cut does. */
	kill(): Promise<void>;
}

interface ServiceOptions {
	/** For messages. */
	name: string;
	cwd: string;
	env: NodeJS.ProcessEnv;
	logFile: string;
	/** Who it runs as. Default: as this process does. */
	uid?: number;
	gid?: number;
	/** How long it may take to stop before it is killed. */
	stopTimeoutMs: number;
	isReady: () => Promise<boolean>;
}

/**
 * Starts a service and waits until it is ready. Its standard input is a pipe, which closes when this process ends.
 *
 * @throws Error with the end of its log when it is not ready in time.
 */
export async function startService(
	command: string,
	args: string[],
	{ name, stopTimeoutMs, isReady, ...options }: ServiceOptions,
): Promise<Service> {
	const child = spawnLogged(command, args, options);
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve());
		child.once('error', () => resolve());
	});
	const service: Service = {
		pid: child.pid ?? NaN,
		logFile: options.logFile,
		ended,
		stop: async () => await stop(child, ended, stopTimeoutMs),
		async kill() {
			killGroup(child);
			await ended;
		},
	};
	try {
		await waitUntilReady(name, options.logFile, child, isReady);
	} catch (error) {
		await service.stop();
		throw error;
	}
	return service;
}

function spawnLogged(
	command: string,
	args: string[],
	{ logFile, ...options }: Pick<ServiceOptions, 'cwd' | 'env' | 'logFile' | 'uid' | 'gid'>,
): ChildProcess {
	const log = openSync(logFile, 'w');
	try {
		return spawn(command, args, {
			...options,
			stdio: ['pipe', log, log],
			// A process group of its own: Ctrl-C reaches only this process, which then stops the service in order.
			detached: process.platform !== 'win32',
			windowsHide: true,
		});
	} finally {
		closeSync(log);
	}
}

async function waitUntilReady(
	name: string,
	logFile: string,
	child: ChildProcess,
	isReady: () => Promise<boolean>,
): Promise<void> {
	const hasEnded = () =>
		child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
	try {
		await waitFor(
			`${name} ready`,
			async () => {
				if (hasEnded()) throw new Error(`${name} ended before it was ready`);
				return await isReady();
			},
			{ timeoutMs: READY_TIMEOUT_MS },
		);
	} catch (error) {
		const { message } = error as Error;
		throw new Error(`${message}:\n${lastLines(readFileSync(logFile, 'utf8'))}`, { cause: error });
	}
}

async function stop(
	child: ChildProcess,
	ended: Promise<void>,
	stopTimeoutMs: number,
): Promise<void> {
	child.kill('SIGTERM');
	const hasStopped = await Promise.race([
		ended.then(() => true),
		sleep(stopTimeoutMs, false, { ref: false }),
	]);
	if (hasStopped) return;
	killGroup(child);
	await ended;
}

/** Kills what the service has started, too, such as n8n's task runner. */
function killGroup(child: ChildProcess): void {
	if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
	else child.kill('SIGKILL');
}
