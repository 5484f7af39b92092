import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { npm, run } from './exec';
import { print } from './progress';

const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];
/** Raise this when the steps of an installation change. */
const INSTALLER_VERSION = 1;

export const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

const NO_PACKAGES =
	'It could not be installed from the npm registry. Check the network connection and the proxy, if you use ' +
	'one (npm config get proxy), then try again.';

export interface CachedInstall {
	/** The folder with `package.json`, lock file and `.npmrc`. */
	manifest: string;
	/** What the folder's name in the cache begins with. */
	prefix: string;
	/** Says what is installed, and how long that takes. */
	announcement: (folder: string) => string;
	/** Does all the work in a folder that has the manifest. */
	install: (folder: string) => Promise<void>;
}

/**
 * Installs packages once, in a cache outside the checkout, and returns their folder. Another manifest has another
 * folder. Set `FEISHU_HIRE_EXAM_CACHE` for another cache.
 */
export async function ensureInstalled(options: CachedInstall): Promise<string> {
	const folder = join(cacheFolder(), `${options.prefix}-${await manifestHash(options.manifest)}`);
	if (!existsSync(folder)) {
		print(options.announcement(folder));
		await install(options, folder);
	}
	return folder;
}

function cacheFolder(): string {
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

/** Installs into a folder of another name and renames it when complete: a partial installation never counts. */
async function install(options: CachedInstall, folder: string): Promise<void> {
	await removeInterrupted(folder);
	const partial = `${folder}.partial-${process.pid}`;
	await mkdir(partial, { recursive: true });
	try {
		for (const file of MANIFEST) await copyFile(join(options.manifest, file), join(partial, file));
		await options.install(partial);
		await rename(partial, folder);
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
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

/** Installs the packages of the lock file. */
export async function installPackages(folder: string): Promise<void> {
	await npm(['ci', ...NPM_QUIET], { cwd: folder }).catch(explainWith(NO_PACKAGES));
}

/** Fetches the binary of the package `node`, or of another one that stands for it, and returns its path. */
export async function installNode(folder: string, name = 'node'): Promise<string> {
	const cwd = join(folder, 'node_modules', name);
	await run(process.execPath, ['installArchSpecificPackage.js'], { cwd }).catch(
		explainWith(NO_PACKAGES),
	);
	return nodeIn(folder, name);
}

export const nodeIn = (folder: string, name = 'node'): string =>
	join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

export function explainWith(explanation: string): (error: unknown) => never {
	return (error) => {
		const detail = error instanceof Error ? error.message : String(error);
		throw new Error(`${explanation}\n\n${detail}`, { cause: error });
	};
}
