// Everything that n8n checks before it verifies a community package, and the rules of this repository.
// Comments that switch rules off do not count, as they do not for n8n.
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import typescript from 'typescript';

import { official, repository } from '../eslint.config.mjs';
import { npm, ROOT, run } from './npm.mjs';

const PACKED_FILE_PATTERNS = ['**/*.js', 'package.json'];
const MAY_BE_REQUIRED = ['n8n-workflow', 'crypto'];
const MAY_BE_PUBLISHED = /^(dist\/.+|(README|LICENSE|CHANGELOG)(\..+)?|package\.json)$/;

/** Each part gives what it looked at and the problems it found. */
const parts = {
	'build and pack': () => pack(),
	'source, rules of n8n': () => eslint(ROOT, SOURCE_FILE_PATTERNS, official),
	"source, n8n's scanner": () => scan(ROOT, SOURCE_FILE_PATTERNS),
	'packed package, rules of n8n': () => eslint(packed, PACKED_FILE_PATTERNS, official),
	"packed package, n8n's scanner": () => scan(packed, PACKED_FILE_PATTERNS),
	'packed package, content': () => checkContent(),
	'packed package, what it requires': () => checkRequires(),
	'all code, own rules': () => eslint(ROOT, ['**/*.{ts,js,mjs}'], repository),
	'all code, types': () => runTool('typescript/bin/tsc', '--noEmit'),
	'all files, format': () => runTool('prettier/bin/prettier.cjs', '--check', '.'),
};

const packFolder = mkdtempSync(join(tmpdir(), 'feishu-hire-exam-lint-'));
const packed = join(packFolder, 'package');
try {
	const results = [];
	for (const [name, check] of Object.entries(parts)) {
		const { looked, problems } = await attempt(check);
		console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}: ${looked}${count(problems)}`);
		for (const problem of problems) console.log(`    ${problem}`);
		results.push(problems.length === 0);
	}
	const failed = results.filter((passed) => !passed).length;
	console.log(`Lint: ${results.length - failed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
} finally {
	rmSync(packFolder, { recursive: true, force: true });
}

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
				`${relative(cwd, filePath)}:${line ?? 0} ${ruleId ?? 'parser'} ${message.split('\n')[0]}`,
		),
	);
	if (results.length === 0) problems.push('no file was found');
	return { looked: `${results.length} files`, problems };
}

/** The check that n8n's reviewers run, with the versions of the rules that it brings along. */
async function scan(folder, patterns) {
	const { passed, message, details } = await analyzePackage(folder, patterns);
	const problems = passed && !message ? [] : [message, ...(details?.trim().split('\n') ?? [])];
	return { looked: patterns.join(' '), problems };
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

/** There are no dependencies at run time: what else the code required would be missing for users. */
function checkRequires() {
	const files = readdirSync(join(packed, 'dist'), { recursive: true })
		.map((file) => join('dist', file))
		.filter((file) => file.endsWith('.js'));
	const problems = files.flatMap((file) =>
		typescript
			.preProcessFile(readFileSync(join(packed, file), 'utf8'), true, true)
			.importedFiles.map(({ fileName }) => fileName)
			.filter((name) => !name.startsWith('.') && !MAY_BE_REQUIRED.includes(name))
			.map((name) => `${file} requires ${name}`),
	);
	return { looked: `${files.length} files`, problems };
}

/** Runs a tool of a development package; each line it writes when it fails is a problem. */
function runTool(path, ...args) {
	const { ok, output } = run(process.execPath, [join(ROOT, 'node_modules', path), ...args]);
	return { looked: args.join(' '), problems: ok ? [] : output.split('\n') };
}
