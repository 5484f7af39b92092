import { spawnSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';

import packageJson from '../../package.json';

const ROOT = join(__dirname, '../..');
const ADDRESS = 'https://github.com/zhang-san/exam-nodes';
/** Some of the files that name the address, in each folder and kind of file that has one. */
const FILES = [
	'package.json',
	'CHANGELOG.md',
	'LICENSE.md',
	'SECURITY.md',
	'.github/ISSUE_TEMPLATE/config.yml',
	'credentials/FeishuAppApi.credentials.ts',
	'nodes/FeishuHireExam/FeishuHireExam.node.json',
];

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'feishu-hire-exam-publish-'));
	for (const file of FILES) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		cpSync(join(ROOT, file), join(folder, file));
	}
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

/** Runs a script on the copy, outside of any CI; gives its exit code and all that it writes. */
function runScript(script: string, environment: Record<string, string> = {}) {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[join(ROOT, 'scripts', script), folder],
		{ encoding: 'utf8', env: { PATH: process.env.PATH, ...environment } },
	);
	return { status, output: stdout + stderr };
}

/** What the owner does: edits package.json, nothing else. */
function enterOwner(changes: Record<string, unknown> = {}) {
	const manifest = {
		...packageJson,
		repository: { type: 'git', url: `git+${ADDRESS}.git` },
		author: { name: 'Zhang San', email: 'zhangsan@feishu.test' },
		...changes,
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

/** What the owner does when the placeholders are replaced: one command. */
function enterOwnerEverywhere(changes?: Record<string, unknown>) {
	enterOwner(changes);
	expect(runScript('addresses.mjs').status).toBe(0);
}

describe('before publishing', () => {
	it('refuses placeholders, and says what to edit and where', () => {
		enterOwner({
			repository: {
				type: 'git',
				url: `git+https://github.com/your-account/${packageJson.name}.git`,
			},
			author: { name: 'Zhang San', email: 'you@example.com' },
		});
		const { status, output } = runScript('publishCheck.mjs');
		expect(status).toBe(1);
		expect(output).toContain('package.json: replace "repository.url" with your repository');
		expect(output).toContain('package.json: replace "author.name" and "author.email" with yours');
	});

	it('accepts the addresses of an owner', () => {
		enterOwnerEverywhere();
		expect(runScript('publishCheck.mjs')).toEqual({
			status: 0,
			output: `Ready to publish ${packageJson.name} ${packageJson.version} from ${ADDRESS}\n`,
		});
	});

	it('refuses files that still name another address, and names them', () => {
		enterOwner();
		const { status, output } = runScript('publishCheck.mjs');
		expect(status).toBe(1);
		for (const file of FILES) expect(output).toContain(file);
		expect(output).toContain('run "npm run addresses"');
	});

	it('refuses a version that the changelog does not describe', () => {
		enterOwnerEverywhere({ version: '99.0.0' });
		const { status, output } = runScript('publishCheck.mjs');
		expect(status).toBe(1);
		expect(output).toContain('CHANGELOG.md: add the heading "## [99.0.0] - <date>"');
	});

	it('takes a pre-release for the version that it precedes', () => {
		enterOwnerEverywhere({ version: `${packageJson.version}-rc.0` });
		expect(runScript('publishCheck.mjs').status).toBe(0);
	});

	it.each([
		['accepts the tag of the version', `v${packageJson.version}`, 0],
		['refuses the tag of another version', 'v99.0.0', 1],
	])('%s', (_, tag, expected) => {
		enterOwnerEverywhere();
		const environment = { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: tag };
		expect(runScript('publishCheck.mjs', environment).status).toBe(expected);
	});

	it.each([
		['accepts the repository that package.json names', 'zhang-san/exam-nodes', 0],
		['refuses a fork', 'li-si/exam-nodes', 1],
	])('%s', (_, repository, expected) => {
		enterOwnerEverywhere();
		const environment = { GITHUB_REPOSITORY: repository };
		expect(runScript('publishCheck.mjs', environment).status).toBe(expected);
	});
});

describe('npm run addresses', () => {
	it('writes the address and the author from package.json into every file', () => {
		enterOwnerEverywhere();
		for (const file of FILES.filter((name) => name !== 'LICENSE.md')) {
			expect(read(file)).toContain(ADDRESS);
			expect(read(file)).not.toContain('your-account');
		}
		expect(read('LICENSE.md')).toMatch(/^Copyright \d+ Zhang San$/m);
		expect(JSON.parse(read('package.json'))).toMatchObject({
			homepage: `${ADDRESS}#readme`,
			bugs: { url: `${ADDRESS}/issues` },
		});
	});

	it('replaces an address that was entered before', () => {
		enterOwnerEverywhere();
		const homepage = `${ADDRESS}#readme`;
		const moved = 'https://github.com/li-si/feishu';
		enterOwnerEverywhere({ repository: { type: 'git', url: `git+${moved}.git` }, homepage });
		expect(read('SECURITY.md')).toContain(`(${moved}/security/advisories/new)`);
	});

	it('refuses an address that is not on GitHub, and changes nothing', () => {
		const before = read('SECURITY.md');
		enterOwner({ repository: { type: 'git', url: 'git+https://git.test/exam-nodes.git' } });
		const { status, output } = runScript('addresses.mjs');
		expect(status).toBe(1);
		expect(output).toContain('"repository.url" has to look like');
		expect(read('SECURITY.md')).toBe(before);
	});
});

describe('this repository', () => {
	const address = packageJson.repository.url.replace(/^git\+|\.git$/g, '');

	it('names one address everywhere, that of package.json', () => {
		expect(packageJson.homepage).toBe(`${address}#readme`);
		expect(packageJson.bugs.url).toBe(`${address}/issues`);
		for (const file of FILES.filter((name) => name !== 'LICENSE.md')) {
			expect(read(file)).toContain(address);
		}
		const script = `import { outdatedFiles } from './scripts/addresses.mjs';
			console.log(JSON.stringify(outdatedFiles('.').map(({ path }) => path)));`;
		const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
			cwd: ROOT,
			encoding: 'utf8',
		});
		expect(JSON.parse(stdout)).toEqual([]);
	});

	it('has one version', () => {
		const packageLock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
			version: string;
			packages: Record<string, { version: string }>;
		};
		expect(packageLock.version).toBe(packageJson.version);
		expect(packageLock.packages['']?.version).toBe(packageJson.version);
		expect(read('CHANGELOG.md')).toContain(`\n## [${packageJson.version}] - `);
	});

	it('checks before npm publishes', () => {
		expect(packageJson.scripts.prepublishOnly).toMatch(/^node scripts\/publishCheck\.mjs && /);
	});
});
