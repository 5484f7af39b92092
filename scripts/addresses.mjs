// The owner enters the address of the repository and the author once, in package.json. `npm run addresses`
// writes them into every other place. Node built-ins only: it also runs before anything is installed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ROOT } from './npm.mjs';

const NOT_OURS = ['node_modules', '.git', 'dist', 'coverage', 'hosts'];
const MAY_NAME_IT = /\.(ts|json|md|yml)$/;

export const readManifest = (root) => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The address of the repository, e.g. `https://github.com/account/name`; undefined if it is not on GitHub. */
export function addressOf({ repository }) {
	return /^git\+(https:\/\/github\.com\/[\w-]+\/[\w.-]+)\.git$/.exec(repository?.url)?.[1];
}

/** The files that name another address or author than package.json, each with the text that agrees. */
export function outdatedFiles(root) {
	const manifest = readManifest(root);
	const address = addressOf(manifest);
	const former = manifest.homepage.replace(/#.*/, '').replace(/[.]/g, '\\.');
	const named = new RegExp(
		`(${former}|https://github\\.com/[\\w-]+/${manifest.name})(?![\\w-])`,
		'g',
	);
	return filesIn(root).flatMap((path) => {
		const before = readFileSync(join(root, path), 'utf8');
		let text = before.replace(named, address);
		if (path === 'LICENSE.md') {
			text = text.replace(/^(Copyright \d+) .+$/m, `$1 ${manifest.author.name}`);
		}
		return text === before ? [] : [{ path, text }];
	});
}

/** package.json comes last: until then it holds the former address, so that a second run finishes a broken one. */
function filesIn(root, folder = '') {
	const entries = readdirSync(join(root, folder), { withFileTypes: true });
	const inFolder = entries
		.filter(({ name }) => !NOT_OURS.includes(name))
		.flatMap((entry) => {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) return filesIn(root, path);
			return entry.isFile() && MAY_NAME_IT.test(path) ? [path] : [];
		});
	if (folder !== '') return inFolder;
	return [...inFolder.filter((path) => path !== 'package.json'), 'package.json'];
}

function main(root) {
	if (!addressOf(readManifest(root))) {
		console.error(
			'package.json: "repository.url" has to look like git+https://github.com/<account>/<repository>.git',
		);
		process.exitCode = 1;
		return;
	}
	const outdated = outdatedFiles(root);
	for (const { path, text } of outdated) {
		writeFileSync(join(root, path), text);
		console.log(path);
	}
	console.log(`${outdated.length} files changed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(resolve(process.argv[2] ?? ROOT));
