import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
	ensureInstalled,
	explainWith,
	installNode,
	installPackages,
	nodeIn,
	NPM_QUIET,
} from './cachedInstall';
import { npm, run } from './exec';
import { step } from './progress';

/** An installed n8n with the Node it needs, ready to start. */
export interface Host {
	/** The folder of `hosts` that describes it. */
	name: string;
	version: string;
	node: string;
	n8n: string;
	/** Its `node_modules` folder. */
	modules: string;
	/** Environment variables that this version needs beside those of `n8nSettings`. */
	settings: NodeJS.ProcessEnv;
}

/** Each folder describes an n8n: its version and that of its Node, what has to be overridden, and its settings. */
const HOSTS = join(__dirname, 'hosts');
const NEWEST = 'newest';

/** The names of all hosts, the oldest n8n first. */
export async function hostNames(): Promise<string[]> {
	const collator = new Intl.Collator('en', { numeric: true });
	return (await readdir(HOSTS)).sort((one, other) => collator.compare(one, other));
}

/** The host that the environment variable `FEISHU_HIRE_EXAM_N8N` names: the newest, if it is not set. */
export const chosenHost = (): string => process.env.FEISHU_HIRE_EXAM_N8N || NEWEST;

/**
 * Installs an n8n unless it is installed already. It takes about 2 GB, so it is kept in a cache outside the checkout.
 *
 * @param name its folder in `hosts`
 * @throws Error that names the hosts there are, if this is none of them
 */
export async function ensureHost(name = chosenHost()): Promise<Host> {
	const names = await hostNames();
	if (!names.includes(name)) {
		throw new Error(`There is no n8n "${name}" to run. There are: ${names.join(', ')}`);
	}
	const manifest = join(HOSTS, name);
	const { dependencies } = await readJson<{ dependencies: { n8n: string } }>(
		join(manifest, 'package.json'),
	);
	const settings = join(manifest, 'settings.json');
	const folder = await ensureInstalled({
		manifest,
		prefix: 'n8n-host',
		announcement: (path) =>
			`Installing n8n ${dependencies.n8n} once, in ${path} (about 2 GB, usually 3 to 5 minutes).`,
		install,
	});
	const modules = join(folder, 'node_modules');
	return {
		name,
		version: dependencies.n8n,
		modules,
		node: nodeIn(folder),
		n8n: join(modules, 'n8n', 'bin', 'n8n'),
		settings: existsSync(settings) ? await readJson<NodeJS.ProcessEnv>(settings) : {},
	};
}

const readJson = async <T>(path: string): Promise<T> =>
	JSON.parse(await readFile(path, 'utf8')) as T;

async function install(folder: string): Promise<void> {
	await step('Downloading n8n (about 2 minutes)', async () => await installPackages(folder));
	await step('Building its SQLite driver (up to 2 minutes)', async () => {
		const env = { ...process.env, ...nodeHeaders() };
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false', ...NPM_QUIET], {
			cwd: folder,
			env,
		}).catch(explainWith(NO_SQLITE));
	});
	await step('Fetching the Node it runs on', async () => {
		const node = await installNode(folder);
		await run(node, ['-e', "require('sqlite3')"], { cwd: folder }).catch(explainWith(NO_SQLITE));
	});
}

const NO_SQLITE =
	"n8n's SQLite driver could not be installed: there is no prebuilt one for this machine, and building it " +
	'takes Python 3, make and a C++ compiler (Debian, Ubuntu: apt-get install python3 make g++; macOS: ' +
	'xcode-select --install). Install them, then try again.';

/** Node's own headers, if they are installed: without them node-gyp downloads them. */
function nodeHeaders(): NodeJS.ProcessEnv {
	const prefix = dirname(dirname(process.execPath));
	return existsSync(join(prefix, 'include', 'node', 'node_api.h'))
		? { npm_config_nodedir: prefix }
		: {};
}
