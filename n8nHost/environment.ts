import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox';
import { ensureHost, type Host } from './host';
import { type RunningN8n, startN8n } from './n8n';
import { N8nApi, type Owner } from './n8nApi';
import { installPackage } from './pack';
import { freePort } from './ports';
import { step } from './progress';
import { ensureCredential, publishExamples, useLongConnection } from './provision';

/** The owner account of every n8n that is started here. */
export const OWNER: Owner = { email: 'demo@example.com', password: 'FeishuDemo2026' };

/** A sandbox and an n8n, running and connected to each other. */
export interface Environment {
	host: Host;
	sandbox: Sandbox;
	n8n: RunningN8n;
	/** n8n's API, signed in as the owner. */
	api: N8nApi;
	/** The ID of each example in n8n, by the name of its file; empty without examples. */
	exampleIds: ReadonlyMap<string, string>;
	stop(): Promise<void>;
}

/** Ports that people know, from n8n's documentation and the sandbox's. */
export const USUAL_PORTS = { n8n: 5678, sandbox: 4010 };

export interface EnvironmentOptions extends SandboxOptions {
	/** Whether the example workflows are published too, and receive the sandbox's events. Default: no. */
	examples?: boolean;
	/** Are used unless something else uses them. Default: any free ones. */
	preferredPorts?: typeof USUAL_PORTS;
	/** Environment variables of n8n. */
	env?: NodeJS.ProcessEnv;
}

/**
 * Starts the sandbox and n8n with the packed package, the credential and, if wanted, the example workflows.
 * n8n keeps its data in `userFolder`, also for the next start.
 */
export async function startEnvironment(
	userFolder: string,
	{ env, examples = false, preferredPorts, ...sandboxOptions }: EnvironmentOptions = {},
): Promise<Environment> {
	const host = await ensureHost();
	await step(
		'Building the package and installing it in n8n',
		async () => await installPackage(userFolder),
	);
	const sandbox = await startSandbox({
		port: await freePort(preferredPorts?.sandbox),
		...sandboxOptions,
	});
	try {
		const n8n = await step(
			`Starting n8n ${host.version} (the first time about half a minute)`,
			async () => await startN8n(host, userFolder, { env, preferredPort: preferredPorts?.n8n }),
		);
		return await connect(host, sandbox, n8n, examples);
	} catch (error) {
		await sandbox.close();
		throw error;
	}
}

async function connect(
	host: Host,
	sandbox: Sandbox,
	n8n: RunningN8n,
	examples: boolean,
): Promise<Environment> {
	const api = new N8nApi(n8n.url);
	try {
		const what = examples ? 'login, credential and example workflows' : 'login and credential';
		const exampleIds = await step(`Setting up ${what}`, async () => {
			await api.signIn(OWNER);
			const credential = await ensureCredential(api, sandbox);
			if (!examples) return new Map<string, string>();
			const ids = await publishExamples(api, credential);
			await useLongConnection(api, sandbox);
			return ids;
		});
		const environment: Environment = {
			host,
			sandbox,
			n8n,
			api,
			exampleIds,
			async stop() {
				// A test may have put another n8n in the place of the first one.
				await environment.n8n.stop();
				await sandbox.close();
			},
		};
		return environment;
	} catch (error) {
		await n8n.stop();
		throw error;
	}
}
