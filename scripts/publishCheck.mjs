// Runs before npm publishes: refuses while the owner's addresses are placeholders, or the release is not complete.
// Node built-ins only: the release workflow runs it before anything is installed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { addressOf, outdatedFiles, readManifest } from './addresses.mjs';
import { ROOT } from './npm.mjs';

const PLACEHOLDER_ACCOUNT = 'https://github.com/your-account/';
const PLACEHOLDER_EMAIL = /@example\.com$/;

const root = resolve(process.argv[2] ?? ROOT);
const manifest = readManifest(root);
const problems = [...addressProblems(), ...versionProblems()];

if (problems.length > 0) {
	console.error('Not ready to publish:');
	for (const problem of problems) console.error(`- ${problem}`);
	process.exitCode = 1;
} else {
	console.log(`Ready to publish ${manifest.name} ${manifest.version} from ${addressOf(manifest)}`);
}

function addressProblems() {
	const address = addressOf(manifest);
	const found = [];
	if (!address || address.startsWith(PLACEHOLDER_ACCOUNT)) {
		found.push(
			'package.json: replace "repository.url" with your repository, as git+https://github.com/<account>/<repository>.git, then run "npm run addresses"',
		);
	} else {
		const outdated = outdatedFiles(root).map(({ path }) => path);
		if (outdated.length > 0) {
			found.push(
				`${outdated.join(', ')}: another address or author than in package.json; run "npm run addresses"`,
			);
		}
		const { GITHUB_REPOSITORY: here } = process.env;
		if (here && !address.endsWith(`.com/${here}`)) {
			found.push(
				`package.json: "repository.url" names ${address}, but this runs in ${here}; npm refuses such a provenance`,
			);
		}
	}
	const { name, email } = manifest.author;
	if (!name || !email || PLACEHOLDER_EMAIL.test(email)) {
		found.push('package.json: replace "author.name" and "author.email" with yours');
	}
	return found;
}

function versionProblems() {
	const { version } = manifest;
	const found = [];
	const [released] = version.split('-');
	if (!readFileSync(join(root, 'CHANGELOG.md'), 'utf8').includes(`\n## [${released}] - `)) {
		found.push(`CHANGELOG.md: add the heading "## [${released}] - <date>"`);
	}
	const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: tag } = process.env;
	if (type === 'tag' && tag !== `v${version}`) {
		found.push(`The tag is ${tag}, but package.json has the version ${version}`);
	}
	return found;
}
