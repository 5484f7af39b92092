// Everything that n8n checks before it verifies a community package, and a little more. Comments that
// switch rules off do not count, as they do not for n8n.
import { ESLint } from 'eslint';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { official, repository } from '../eslint.config.mjs';
import { npm, ROOT, run } from './npm.mjs';

const MAY_BE_PUBLISHED = /^(dist\/.+|(README|LICENSE|CHANGELOG)(\..+)?|package\.json)$/;

/** Each part gives what it looked at and the problems it found. */
const parts = {
	'build and pack': () => pack(),
	'source, rules of n8n': () =>
		eslint(ROOT, ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'], official),
	'packed package, rules of n8n': () => eslint(packed, ['**/*.js', 'package.json'], official),
	'packed package, content': () => checkContent(),
	'all TypeScript, own rules': () =>
		eslint(
			ROOT,
			['{nodes,credentials,workflows,sandbox,n8nHost,demo,bench,test,scripts}/**/*.ts'],
			repository,
		),
	'all TypeScript, types': () => checkTypes(),
};

const packFolder = mkdtempSync(join(tmpdir(), 'feishu-hire-exam-lint-'));
const packed = join(packFolder, 'package');
let failed = 0;
try {
	for (const [name, check] of Object.entries(parts)) {
		const { looked, problems } = await attempt(check);
		console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}: ${looked}${count(problems)}`);
		for (const problem of problems) console.log(`    ${problem}`);
		if (problems.length > 0) failed++;
	}
} finally {
	rmSync(packFolder, { recursive: true, force: true });
}
console.log(`Lint: ${Object.keys(parts).length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function count({ length }) {
	return length === 0 ? '' : `, ${length} problem${length === 1 ? '' : 's'}`;
}

/** Errors and warnings alike; also a problem: nothing to look at. */
async function eslint(cwd, patterns, overrideConfig) {
	const linter = new ESLint({
		cwd,
		overrideConfig,
		overrideConfigFile: true,
		allowInlineConfig: false,
		errorOnUnmatchedPattern: false,
	});
	const results = await linter.lintFiles(patterns);
	const problems = results.flatMap(({ filePath, messages }) =>
		messages.map(
			({ line, ruleId, message }) =>
				`${relative(cwd, filePath)}:${line ?? 0} ${ruleId ?? 'parser'} ${message}`,
		),
	);
	if (results.length === 0) problems.push('no file was found');
	return { looked: `${results.length} files`, problems };
}

/** What cannot be checked at all is a problem too, and keeps no other part from being checked. */
async function attempt(check) {
	try {
		return await check();
	} catch (error) {
		return { looked: 'could not be checked', problems: error.message.split('\n') };
	}
}

/** What is looked at below is what users would get. */
function pack() {
	must(npm(['run', 'build']));
	must(npm(['pack', '--pack-destination', packFolder, '--loglevel=error']));
	const [tarball] = readdirSync(packFolder);
	mkdirSync(packed);
	must(run('tar', ['-xzf', join(packFolder, tarball), '--strip-components=1', '-C', packed]));
	return { looked: tarball, problems: [] };
}

function must({ ok, output }) {
	if (!ok) throw new Error(output);
}

function checkContent() {
	const entries = readdirSync(packed, { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(packed, join(entry.parentPath, entry.name)).split(sep).join('/'));
	const { n8n } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
	const named = [...n8n.nodes, ...n8n.credentials];
	const codex = n8n.nodes.map((node) => node.replace(/\.js$/, '.json'));
	const icons = named.filter((file) => files.includes(file)).flatMap(iconsOf);
	const wanted = [...new Set([...named, ...codex, ...icons])];

	return {
		looked: `${files.length} files`,
		problems: [
			...files
				.filter((file) => !MAY_BE_PUBLISHED.test(file))
				.map((file) => `${file} is not to be published`),
			...wanted
				.filter((file) => !existsSync(join(packed, file)))
				.map((file) => `${file} is missing`),
			...(icons.length === 0 ? ['no icon is named'] : []),
		],
	};
}

/** The icon files that a compiled node or credential names, from the package's root. */
function iconsOf(file) {
	const code = readFileSync(join(packed, file), 'utf8');
	return [...code.matchAll(/['"]file:([^'"]+)['"]/g)].map(([, path]) =>
		relative(packed, resolve(packed, dirname(file), path)),
	);
}

function checkTypes() {
	const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
	const { ok, output } = run(process.execPath, [compiler, '--noEmit']);
	return { looked: 'tsc --noEmit', problems: ok ? [] : output.split('\n') };
}
