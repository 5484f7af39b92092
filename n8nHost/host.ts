import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { npm, run } from './exec';
import { print, step } from './progress';

/** An installed n8n with the Node it needs, ready to start. */
export interface Host {
	version: string;
	/** Node 24: newer than the Node this package itself asks for. */
	node: string;
	n8n: string;
	/** Its `node_modules` folder. */
	modules: string;
}

const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];
/** Raise this when the steps of `installInto` change. */
const INSTALLER_VERSION = 1;

/**
 * Installs the n8n that the demo, the benchmark and the end-to-end tests run, unless it is installed already. It
 * takes 2.2 GB, so it is kept in a cache outside the checkout; set `FEISHU_HIRE_EXAM_CACHE` for another folder.
 */
export async function ensureHost(): Promise<Host> {
	const folder = join(cacheFolder(), `n8n-host-${await manifestHash()}`);
	const { dependencies } = JSON.parse(await readFile(join(__dirname, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	const host = hostIn(folder, dependencies.n8n);
	if (!existsSync(folder)) {
		print(`Installing n8n ${host.version} once, in ${folder} (2.2 GB, usually 3 to 5 minutes).`);
		await install(folder);
	}
	return host;
}

function cacheFolder(): string {
	return (
		process.env.FEISHU_HIRE_EXAM_CACHE ??
		join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-feishu-hire-exam')
	);
}

async function manifestHash(): Promise<string> {
	const hash = createHash('sha256').update(
		`${INSTALLER_VERSION} ${process.platform} ${process.arch}`,
	);
	for (const file of MANIFEST) hash.update(await readFile(join(__dirname, file)));
	return hash.digest('hex').slice(0, 12);
}

function hostIn(folder: string, version: string): Host {
	const modules = join(folder, 'node_modules');
	const executable = process.platform === 'win32' ? 'node.exe' : 'node';
	return {
		version,
		modules,
		node: join(modules, 'node', 'bin', executable),
		n8n: join(modules, 'n8n', 'bin', 'n8n'),
	};
}

/** Installs into a folder of another name and renames it when complete: a partial installation never counts. */
async function install(folder: string): Promise<void> {
	await removeInterrupted(folder);
	const partial = `${folder}.partial-${process.pid}`;
	await mkdir(partial, { recursive: true });
	try {
		await installInto(partial);
		await rename(partial, folder);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
}

async function installInto(folder: string): Promise<void> {
	for (const file of MANIFEST) await copyFile(join(__dirname, file), join(folder, file));
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
		await run(hostIn(folder, '').node, ['-e', "require('sqlite3')"], { cwd: folder }).catch(
			explainWith(NO_SQLITE),
		);
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
