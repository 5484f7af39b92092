import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { npm, run } from './exec';
import { print, step } from './progress';

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

/** Each folder describes an n8n: its version and that of its Node, what has to be overridden, what it has to be set. */
const HOSTS = join(__dirname, 'hosts');
export const NEWEST = 'newest';

const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];
/** Raise this when the steps of `installInto` change. */
const INSTALLER_VERSION = 1;

/** The names of all hosts, the oldest n8n first. */
export async function hostNames(): Promise<string[]> {
	const collator = new Intl.Collator('en', { numeric: true });
	return (await readdir(HOSTS)).sort(collator.compare);
}

/** The host that the environment variable `FEISHU_HIRE_EXAM_N8N` names: the newest, if it is not set. */
export const chosenHost = (): string => process.env.FEISHU_HIRE_EXAM_N8N || NEWEST;

/**
 * Installs an n8n unless it is installed already: the one that the demo, the benchmark and the end-to-end tests run, or
 * another one. It takes about 2 GB, so it is kept in a cache outside the checkout; set `FEISHU_HIRE_EXAM_CACHE` for
 * another folder.
 *
 * @param name its folder in `hosts`
 * @throws Error that names the hosts there are, if this is none of them
 */
export async function ensureHost(name = chosenHost()): Promise<Host> {
	const names = await hostNames();
	if (!names.includes(name)) {
		throw new Error(`There is no n8n "${name}" to run. There are: ${names.join(', ')}`);
	}
	const folder = join(cacheFolder(), `n8n-host-${await manifestHash(join(HOSTS, name))}`);
	const host = await readHost(name, folder);
	if (!existsSync(folder)) {
		print(
			`Installing n8n ${host.version} once, in ${folder} (about 2 GB, usually 3 to 5 minutes).`,
		);
		await install(join(HOSTS, name), folder);
	}
	return host;
}

export function cacheFolder(): string {
	return (
		process.env.FEISHU_HIRE_EXAM_CACHE ??
		join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-feishu-hire-exam')
	);
}

async function manifestHash(manifest: string): Promise<string> {
	const hash = createHash('sha256').update(
		`${INSTALLER_VERSION} ${process.platform} ${process.arch}`,
	);
	for (const file of MANIFEST) hash.update(await readFile(join(manifest, file)));
	return hash.digest('hex').slice(0, 12);
}

const readJson = async <T>(path: string): Promise<T> =>
	JSON.parse(await readFile(path, 'utf8')) as T;

async function readHost(name: string, folder: string): Promise<Host> {
	const { dependencies } = await readJson<{ dependencies: { n8n: string } }>(
		join(HOSTS, name, 'package.json'),
	);
	const settings = join(HOSTS, name, 'settings.json');
	const modules = join(folder, 'node_modules');
	return {
		name,
		version: dependencies.n8n,
		modules,
		node: nodeIn(modules),
		n8n: join(modules, 'n8n', 'bin', 'n8n'),
		settings: existsSync(settings) ? await readJson<NodeJS.ProcessEnv>(settings) : {},
	};
}

const nodeIn = (modules: string): string =>
	join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Installs into a folder of another name and renames it when complete: a partial installation never counts. */
async function install(manifest: string, folder: string): Promise<void> {
	await removeInterrupted(folder);
	const partial = `${folder}.partial-${process.pid}`;
	await mkdir(partial, { recursive: true });
	try {
		await installInto(manifest, partial);
		await rename(partial, folder);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
}

async function installInto(manifest: string, folder: string): Promise<void> {
	for (const file of MANIFEST) await copyFile(join(manifest, file), join(folder, file));
	const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

	await step('Downloading n8n (about 2 minutes)', async () => {
		await npm(['ci', ...quiet], { cwd: folder }).catch(explainWith(NO_PACKAGES));
	});
	await step('Building its SQLite driver (up to 2 minutes)', async () => {
		const env = { ...process.env, ...nodeHeaders() };
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false', ...quiet], {
			cwd: folder,
			env,
		}).catch(explainWith(NO_SQLITE));
	});
	await step('Fetching the Node it runs on', async () => {
		const nodePackage = join(folder, 'node_modules', 'node');
		await run(process.execPath, ['installArchSpecificPackage.js'], { cwd: nodePackage }).catch(
			explainWith(NO_PACKAGES),
		);
		await run(nodeIn(join(folder, 'node_modules')), ['-e', "require('sqlite3')"], {
			cwd: folder,
		}).catch(explainWith(NO_SQLITE));
	});
}

const NO_PACKAGES =
	'n8n could not be installed from the npm registry. Check the network connection and the proxy, if you use ' +
	'one (npm config get proxy), then try again.';
const NO_SQLITE =
	"n8n's SQLite driver could not be installed: there is no prebuilt one for this machine, and building it " +
	'takes Python 3, make and a C++ compiler (Debian, Ubuntu: apt-get install python3 make g++; macOS: ' +
	'xcode-select --install). Install them, then try again.';

function explainWith(explanation: string): (error: unknown) => never {
	return (error) => {
		const detail = error instanceof Error ? error.message : String(error);
		throw new Error(`${explanation}\n\n${detail}`, { cause: error });
	};
}

/** Node's own headers, if they are installed: without them node-gyp downloads them. */
function nodeHeaders(): NodeJS.ProcessEnv {
	const prefix = dirname(dirname(process.execPath));
	return existsSync(join(prefix, 'include', 'node', 'node_api.h'))
		? { npm_config_nodedir: prefix }
		: {};
}

/** Removes what interrupted installations left behind, except those whose process still runs. */
async function removeInterrupted(folder: string): Promise<void> {
	const prefix = `${basename(folder)}.partial-`;
	const siblings = await readdir(dirname(folder)).catch(() => []);
	for (const name of siblings.filter((sibling) => sibling.startsWith(prefix))) {
		if (!isRunning(Number(name.slice(prefix.length)))) {
			await rm(join(dirname(folder), name), { recursive: true, force: true });
		}
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
