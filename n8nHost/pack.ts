import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { npm } from './exec';

export const ROOT = dirname(__dirname);
export const PACKAGE = 'n8n-nodes-feishu-hire-exam';

/** Environment variable: the tarball to install. Without it, the package is built and packed each time. */
export const TARBALL = 'FEISHU_HIRE_EXAM_TARBALL';

/** n8n brings `n8n-workflow`, the only peer dependency, and the package has no others: no network needed. */
const INSTALL_FLAGS = [
	'--offline',
	'--legacy-peer-deps',
	'--ignore-scripts',
	'--no-audit',
	'--no-fund',
];

/** Builds the package and packs it as it would be published; returns the path of the tarball. */
export async function packPackage(folder: string): Promise<string> {
	const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
		version: string;
	};
	await npm(['run', 'build'], { cwd: ROOT });
	await npm(['pack', '--pack-destination', folder, '--loglevel=error'], { cwd: ROOT });
	return join(folder, `${PACKAGE}-${version}.tgz`);
}

/**
 * Installs the packed package where n8n looks for community packages, the way its documentation
 * describes for a manual installation. Does nothing when that very tarball is installed already.
 */
export async function installPackage(userFolder: string): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const packFolder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-pack-'));
	try {
		const packed = process.env[TARBALL] ?? (await packPackage(packFolder));
		const tarball = join(nodesFolder, basename(packed));
		const installed = join(nodesFolder, 'node_modules', PACKAGE, 'package.json');
		if (existsSync(installed) && (await sameContent(packed, tarball))) return;

		await mkdir(nodesFolder, { recursive: true });
		await ensureManifest(nodesFolder);
		await forget(nodesFolder);
		await copyFile(packed, tarball);
		await npm(['install', `./${basename(tarball)}`, ...INSTALL_FLAGS], { cwd: nodesFolder });
	} finally {
		await rm(packFolder, { recursive: true, force: true });
	}
}

/** npm would take a tarball of the same name and version for the one that it knows. */
async function forget(nodesFolder: string): Promise<void> {
	for (const path of [
		'package-lock.json',
		'node_modules/.package-lock.json',
		`node_modules/${PACKAGE}`,
	]) {
		await rm(join(nodesFolder, path), { recursive: true, force: true });
	}
}

async function ensureManifest(nodesFolder: string): Promise<void> {
	const manifest = join(nodesFolder, 'package.json');
	if (existsSync(manifest)) return;
	await writeFile(
		manifest,
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }),
	);
}

async function sameContent(one: string, other: string): Promise<boolean> {
	if (!existsSync(other)) return false;
	const [first, second] = await Promise.all([hashOf(one), hashOf(other)]);
	return first === second;
}

async function hashOf(file: string): Promise<string> {
	return createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
}
