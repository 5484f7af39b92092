import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Host } from '../n8nHost/host';
import { ROOT } from '../n8nHost/pack';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

interface Kind {
	/** The Node that Jest runs on. */
	node: (host: Host) => string;
	args: string[];
	env: (host: Host) => NodeJS.ProcessEnv;
}

/** Tests that can run on any n8n. */
export const KINDS = {
	/** Those of the nodes, in the engine of this n8n and on its Node. */
	engine: {
		node: ({ node }) => node,
		args: ['test/engine'],
		env: ({ modules }) => ({ FEISHU_HIRE_EXAM_ENGINE: modules }),
	},
	/** The end-to-end test of what users need first. */
	smoke: {
		node: () => process.execPath,
		args: ['--config', 'jest.e2e.config.js', 'test/e2e/smoke.test.ts'],
		env: ({ name }) => ({ FEISHU_HIRE_EXAM_N8N: name }),
	},
} satisfies Record<string, Kind>;

/** Runs the tests with these arguments for Jest, too, and returns whether all have passed. */
export async function passOn(kind: keyof typeof KINDS, host: Host, more: string[] = []) {
	const { node, args, env }: Kind = KINDS[kind];
	const child = spawn(node(host), [JEST, '--forceExit', ...args, ...more], {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, ...env(host) },
	});
	const [code] = (await once(child, 'exit')) as [number | null];
	return code === 0;
}
