import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox';
import { ensureHost, type Host } from './host';
import { type RunningN8n, startN8n } from './n8n';
import { type Login, N8nApi } from './n8nApi';
import { installPackage } from './pack';
import { freePort } from './ports';
import { step } from './progress';
import { connectTriggers, provision } from './provision';

export const LOGIN: Login = { email: 'demo@example.com', password: 'FeishuDemo2026' };

/** Sandbox and n8n, running and connected with each other. */
export interface Stage {
	host: Host;
	sandbox: Sandbox;
	n8n: RunningN8n;
	api: N8nApi;
	triggerUrls: string[];
	stop(): Promise<void>;
}

/** Sets up everything of the demo, with n8n's data in `userFolder`. */
export async function setStage(
	userFolder: string,
	{ environment, ...options }: SandboxOptions & { environment?: NodeJS.ProcessEnv } = {},
): Promise<Stage> {
	const host = await ensureHost();
	await step(
		'Building the package and installing it in n8n',
		async () => await installPackage(userFolder),
	);
	const sandbox = await startSandbox({ port: await freePort(4010), ...options });
	try {
		const n8n = await step(
			`Starting n8n ${host.version} (the first time about half a minute)`,
			async () => await startN8n(host, userFolder, { environment }),
		);
		try {
			const api = new N8nApi(n8n.url);
			const triggerUrls = await step(
				'Setting up login, credential and example workflows',
				async () => {
					await api.enter(LOGIN);
					await provision(api, sandbox);
					return await connectTriggers(api, sandbox);
				},
			);
			const stage: Stage = {
				host,
				sandbox,
				n8n,
				api,
				triggerUrls,
				async stop() {
					await stage.n8n.stop();
					await sandbox.close();
				},
			};
			return stage;
		} catch (error) {
			await n8n.stop();
			throw error;
		}
	} catch (error) {
		await sandbox.close();
		throw error;
	}
}
