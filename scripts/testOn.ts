/**
 * Runs tests on an n8n other than that of the demo: `npm run test:engine -- --n8n 1.123` those of the nodes in its
 * engine and on its Node, `npm run test:smoke -- --n8n 1.123` the end-to-end test of all that users need first.
 * `--n8n all` takes one after the other. What else is given goes to Jest.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { chosenHost, ensureHost, type Host, hostNames } from '../n8nHost/host';
import { ROOT } from '../n8nHost/pack';
import { print, runMain } from '../n8nHost/progress';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

interface Kind {
	/** The Node that Jest runs on. */
	node(host: Host): string;
	args: string[];
	env(host: Host): NodeJS.ProcessEnv;
}

const KINDS: Readonly<Record<string, Kind>> = {
	engine: {
		node: ({ node }) => node,
		args: ['test/engine'],
		env: ({ modules }) => ({ FEISHU_HIRE_EXAM_ENGINE: modules }),
	},
	smoke: {
		node: () => process.execPath,
		args: ['--config', 'jest.e2e.config.js', 'test/e2e/smoke.test.ts'],
		env: ({ name }) => ({ FEISHU_HIRE_EXAM_N8N: name }),
	},
};

async function main(): Promise<void> {
	const [kindName = '', ...args] = process.argv.slice(2);
	const kind = KINDS[kindName];
	if (!kind) throw new Error(`There are tests of these kinds: ${Object.keys(KINDS).join(', ')}`);
	const option = args.indexOf('--n8n');
	const [, name = chosenHost()] = option < 0 ? [] : args.splice(option, 2);
	const failed: string[] = [];
	for (const one of name === 'all' ? await hostNames() : [name]) {
		if (!(await passes(kind, await ensureHost(one), args))) failed.push(one);
	}
	if (failed.length > 0) throw new Error(`Tests failed on n8n ${failed.join(', ')}`);
}

async function passes({ node, args, env }: Kind, host: Host, more: string[]): Promise<boolean> {
	print(`Tests on n8n ${host.version}`);
	const child = spawn(node(host), [JEST, '--forceExit', ...args, ...more], {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, ...env(host) },
	});
	const [code] = (await once(child, 'exit')) as [number | null];
	return code === 0;
}

runMain(main, (error) => console.error(error instanceof Error ? error.message : error));
