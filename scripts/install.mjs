// Runs before anything is installed: Node built-ins only.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { npm, ROOT } from './npm.mjs';

const marker = join(ROOT, 'node_modules', '.installed-lock-hash');
const lockHash = createHash('sha256')
	.update(readFileSync(join(ROOT, 'package-lock.json')))
	.digest('hex');

requireNode(20, 19);
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== lockHash) {
	console.log('Installing the development packages with npm ci (once, usually under a minute) …');
	if (!npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { show: true }).ok) {
		stop('npm ci did not succeed, see above. Without the npm registry nothing can be installed.');
	}
	writeFileSync(marker, lockHash);
}

/** Says so in words where an old Node would stop at some syntax it does not know. */
function requireNode(major, minor) {
	const [actualMajor, actualMinor] = process.versions.node.split('.').map(Number);
	if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
	stop(`This needs Node ${major}.${minor} or newer; this is Node ${process.versions.node}.`);
}

function stop(words) {
	console.error(words);
	process.exit(1);
}
