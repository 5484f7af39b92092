import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import typescriptParser from '@typescript-eslint/parser';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

import { importZones } from './scripts/importRules.mjs';
import { ROOT } from './scripts/npm.mjs';

const base = (files, rules) => ({ files, plugins: { 'n8n-nodes-base': n8nNodesBase }, rules });

/** The rules that n8n checks before it verifies a community package, unchanged. */
export const official = [
	n8nCommunityNodesPlugin.configs.recommended,
	{ rules: { 'no-console': 'error' } },
	{
		files: ['**/*.ts', '**/*.json'],
		languageOptions: {
			parser: typescriptParser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
	},
	base(['package.json'], n8nNodesBase.configs.community.rules),
	base(['**/credentials/**/*.ts'], {
		...n8nNodesBase.configs.credentials.rules,
		'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
	}),
	base(['**/nodes/**/*.ts'], {
		...n8nNodesBase.configs.nodes.rules,
		'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
		'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
	}),
];

const code = ['**/*.{ts,js,mjs}'];

const typeChecked = tseslint.configs.recommendedTypeChecked.map((config) => ({
	...config,
	files: config.files ?? code,
}));

const switchedOff = (...rules) =>
	Object.fromEntries(rules.map((rule) => [`@typescript-eslint/${rule}`, 'off']));

/** What JavaScript may use without importing it: TypeScript checks this in its own files only. */
const globals = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const SHARED_GLOBALS = ['AbortSignal', 'URL', 'clearTimeout', 'console', 'fetch', 'setTimeout'];
const BROWSER_GLOBALS = [
	'Event',
	'FormData',
	'Node',
	'URLSearchParams',
	'document',
	'localStorage',
	'location',
	'navigator',
];
const NODE_GLOBALS = ['exports', 'module', 'performance', 'process', 'require', 'setImmediate'];

/** Our own rules for all code: TypeScript, scripts, the sandbox's page, tests. */
export const repository = [
	{ ignores: ['dist/', 'demo/data/', 'coverage/'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	...typeChecked,
	{
		files: code,
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
		plugins: { 'import-x': importX },
		settings: {
			'import-x/extensions': ['.ts', '.js', '.mjs'],
			'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.js', '.mjs'] },
			'import-x/resolver-next': [
				createNodeResolver({
					extensions: ['.ts', '.js', '.mjs', '.json'],
					extensionAlias: { '.js': ['.ts', '.js'] },
				}),
			],
		},
		rules: {
			complexity: ['error', 15],
			// An `async` that awaits nothing still turns what it throws into a rejection.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/ban-ts-comment': [
				'error',
				{ 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
			],
			'import-x/no-cycle': 'error',
			'import-x/no-duplicates': 'error',
			'import-x/no-restricted-paths': ['error', { basePath: ROOT, zones: importZones }],
			'import-x/order': [
				'error',
				{
					alphabetize: { order: 'asc', caseInsensitive: true },
					groups: [['builtin', 'external'], 'internal', ['parent', 'index', 'sibling'], 'object'],
					'newlines-between': 'always',
				},
			],
		},
	},
	{
		files: ['{nodes,credentials}/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '^(?!\\.{1,2}/|n8n-workflow$|crypto$)',
							message: 'Shipped code imports only n8n-workflow, crypto and files of its own.',
						},
					],
				},
			],
		},
	},
	{
		// State has an owner: a class with a limit, an expiry and a way to start anew.
		files: code,
		ignores: ['test/**'],
		rules: {
			'no-restricted-syntax': [
				'error',
				...['Program', 'Program > ExportNamedDeclaration'].flatMap((place) => [
					{
						selector: `${place} > VariableDeclaration[kind="let"]`,
						message: 'No state at module level: give it to a class.',
					},
					{
						selector: `${place} > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]`,
						message:
							'No collection at module level: give it to a class with a limit and an expiry.',
					},
				]),
			],
		},
	},
	{
		files: ['sandbox/page/**/*.js'],
		languageOptions: { globals: globals(...SHARED_GLOBALS, ...BROWSER_GLOBALS) },
		rules: { 'no-undef': 'error' },
	},
	{
		files: ['**/*.{js,mjs}'],
		ignores: ['sandbox/page/**'],
		languageOptions: { globals: globals(...SHARED_GLOBALS, ...NODE_GLOBALS) },
		rules: { 'no-undef': 'error' },
	},
	{
		// What Jest's matchers give is `any`; a method handed to `expect` is not called.
		files: ['test/**'],
		rules: switchedOff('no-base-to-string', 'no-unsafe-assignment', 'unbound-method'),
	},
	{
		// JavaScript states no types, so every parameter is `any` there.
		files: ['**/*.{js,mjs}'],
		rules: switchedOff(
			'no-require-imports',
			'no-unsafe-argument',
			'no-unsafe-assignment',
			'no-unsafe-call',
			'no-unsafe-member-access',
			'no-unsafe-return',
		),
	},
];

const published = ['package.json', 'nodes/**/*.{ts,json}', 'credentials/**/*.ts'];

/** For editors; `npm run lint` uses the two sets by name. */
export default [
	...official.map((config) => ({ ...config, files: config.files ?? published })),
	...repository,
];
