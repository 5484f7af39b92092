// Used before anything is installed: Node built-ins only.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the repository; gives whether it succeeded and, unless it is shown, what it wrote. */
export function run(command, args, { show = false } = {}) {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd: ROOT,
		encoding: 'utf8',
		stdio: show ? 'inherit' : 'pipe',
		shell: command === 'npm' && process.platform === 'win32',
	});
	return {
		ok: status === 0,
		output: error ? error.message : `${stdout ?? ''}${stderr ?? ''}`.trim(),
	};
}

/** Runs npm: the very one that runs this script, if one does. */
export function npm(args, options) {
	const cli = process.env.npm_execpath;
	return cli?.endsWith('npm-cli.js')
		? run(process.execPath, [cli, ...args], options)
		: run('npm', args, options);
}
