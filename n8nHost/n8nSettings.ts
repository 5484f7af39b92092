import { delimiter, dirname } from 'node:path';

import type { Host } from './host';
import { freePort } from './ports';

/** How long n8n may take to stop before it is killed. */
export const STOP_TIMEOUT_MS = 15_000;

/**
 * The environment variables of this process without those that would change n8n: settings of another n8n, proxies
 * (it calls this machine only), npm's and Jest's own variables.
 */
export function inheritedEnv(host: Host): NodeJS.ProcessEnv {
	const excluded =
		/^(N8N|DB|QUEUE|EXECUTIONS|WORKFLOWS|NODES|CREDENTIALS|EXTERNAL|GENERIC|npm|jest)_|_PROXY$|^WEBHOOK_URL$|^NODE_OPTIONS$/i;
	const included = Object.entries(process.env).filter(([name]) => !excluded.test(name));
	// n8n starts its task runner with the first `node` of the path.
	const PATH = [dirname(host.node), process.env.PATH].join(delimiter);
	return { ...Object.fromEntries(included), PATH };
}

/** Settings of an n8n that keeps its data in `userFolder` and is reachable from this machine only. */
export async function n8nSettings(
	userFolder: string,
	url: string,
	port: number,
): Promise<NodeJS.ProcessEnv> {
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
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		// n8n's default is New York: a time typed as 10:00 would mean another one.
		GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
		// Over plain HTTP some browsers drop secure cookies, and nobody could sign in.
		N8N_SECURE_COOKIE: 'false',

		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		// The assistant would be the first page after signing in; the others fetch lists from n8n's servers.
		N8N_DISABLED_MODULES: 'instance-ai,agents,mcp,mcp-registry,chat-hub',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_PYTHON_ENABLED: 'false',

		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(STOP_TIMEOUT_MS / 1000 - 5),
		N8N_LOG_LEVEL: 'info',
	};
}

/** Settings of a worker, which has no port of its own unless it is asked about its health there. */
export const workerSettings = (port: number): NodeJS.ProcessEnv => ({
	QUEUE_HEALTH_CHECK_ACTIVE: 'true',
	QUEUE_HEALTH_CHECK_PORT: String(port),
	N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
});
