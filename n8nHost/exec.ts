import { spawn } from 'node:child_process';

/** A command that ended with an exit code other than 0. Its message holds the last lines of the output. */
export class CommandError extends Error {
	constructor(command: string, output: string) {
		super(`${command} failed:\n${lastLines(output)}`);
	}
}

/** The end of an output, where errors usually are. */
export const lastLines = (output: string): string =>
	output.trim().split('\n').slice(-15).join('\n');

interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** Who the command runs as. Default: as this process does. */
	uid?: number;
	gid?: number;
}

/**
 * Runs a command to its end and returns its standard output.
 *
 * @throws CommandError when it fails.
 */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
	return await new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			...options,
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: command === 'npm' && process.platform === 'win32',
		});
		let stdout = '';
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
			stdout += chunk;
			output += chunk;
		});
		child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) resolve(stdout);
			else reject(new CommandError([command, ...args].join(' '), output));
		});
	});
}

/** Runs npm: the one that started this process, if one did. */
export async function npm(args: string[], options: RunOptions): Promise<string> {
	const cli = process.env.npm_execpath;
	return cli?.endsWith('npm-cli.js')
		? await run(process.execPath, [cli, ...args], options)
		: await run('npm', args, options);
}
