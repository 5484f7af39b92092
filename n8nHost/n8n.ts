import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Host } from './host';
import { inheritedEnv, n8nSettings, STOP_TIMEOUT_MS, workerSettings } from './n8nSettings';
import { freePort } from './ports';
import { type Service, startService } from './service';

/** An n8n process that accepts calls. */
export interface RunningN8n extends Service {
	url: string;
}

interface StartOptions {
	/** Any free one is taken when it is in use, or when there is none. */
	preferredPort?: number;
	/** Environment variables for n8n, beside those of `n8nSettings`. */
	env?: NodeJS.ProcessEnv;
	/** What the process does: all of n8n, or in queue mode the part that receives webhooks or runs executions. */
	command?: 'start' | 'webhook' | 'worker';
}

/** Starts n8n on this machine's loopback address, with all its data below `userFolder`, and waits until it is ready. */
export async function startN8n(
	host: Host,
	userFolder: string,
	{ preferredPort, env = {}, command = 'start' }: StartOptions = {},
): Promise<RunningN8n> {
	await mkdir(userFolder, { recursive: true });
	const port = await freePort(preferredPort);
	const url = `http://127.0.0.1:${port}`;
	const service = await startService(
		host.node,
		['--require', join(__dirname, 'followParent.js'), host.n8n, command],
		{
			name: 'n8n',
			cwd: userFolder,
			env: {
				...inheritedEnv(host),
				...(await n8nSettings(userFolder, url, port)),
				...(command === 'worker' ? workerSettings(port) : {}),
				...host.settings,
				...env,
			},
			logFile: logFileIn(userFolder),
			stopTimeoutMs: STOP_TIMEOUT_MS,
			isReady: async () =>
				(await isReachable(`${url}/healthz/readiness`)) &&
				// n8n 1.x is ready before its API is.
				(command !== 'start' || (await isReachable(`${url}/rest/settings`))),
		},
	);
	return { ...service, url };
}

/** The file that n8n's log goes to. */
export const logFileIn = (userFolder: string): string => join(userFolder, 'n8n.log');

/** Whether a GET of this address succeeds. */
export async function isReachable(url: string): Promise<boolean> {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
	} catch {
		return false;
	}
}
