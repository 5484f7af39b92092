import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import typescriptParser from '@typescript-eslint/parser';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

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

/** Our own rules for all TypeScript, tests too: no way around the types. */
export const repository = [
	{
		files: ['**/*.ts'],
		languageOptions: { parser: typescriptParser },
		plugins: { '@typescript-eslint': tseslint.plugin },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/ban-ts-comment': [
				'error',
				{ 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
			],
		},
	},
];

const published = ['package.json', 'nodes/**/*.{ts,json}', 'credentials/**/*.ts'];

/** For editors; `npm run lint` uses the two sets by name. */
export default [
	{ ignores: ['dist/', 'demo/data/'] },
	...official.map((config) => ({ ...config, files: config.files ?? published })),
	...repository,
];
