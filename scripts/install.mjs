// Runs before anything is installed: Node built-ins only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { npm, ROOT } from './npm.mjs';

requireNode(20, 19);
if (!isInstalled()) {
	console.log('Installing the development packages with npm ci (once, usually under a minute) …');
	if (!npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { show: true }).ok) {
		stop('npm ci did not succeed, see above. Without the npm registry nothing can be installed.');
	}
}

/** Explains what an old Node would report as a syntax error. */
function requireNode(major, minor) {
	const [actualMajor, actualMinor] = process.versions.node.split('.').map(Number);
	if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
	stop(`This needs Node ${major}.${minor} or newer; this is Node ${process.versions.node}.`);
}

/** Whether `node_modules` holds what the lock file asks for. npm lists there what it installed, when it is done. */
function isInstalled() {
	const wanted = packagesOf('package-lock.json');
	const installed = packagesOf(join('node_modules', '.package-lock.json'));
	return Object.entries(wanted)
		.filter(([path]) => path !== '')
		.every(([path, { version, optional }]) =>
			installed[path] ? installed[path].version === version : optional,
		);
}

function packagesOf(lockFile) {
	const path = join(ROOT, lockFile);
	return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

function stop(message) {
	console.error(message);
	process.exit(1);
}
