import { spawn } from 'node:child_process';

/** A command that ended with an exit code, together with all it wrote. */
export class CommandFailed extends Error {
	constructor(
		command: string,
		readonly output: string,
	) {
		super(`${command} did not succeed:\n${output.trim().split('\n').slice(-15).join('\n')}`);
	}
}

interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end and returns what it wrote to its standard output. */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
	return await new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			...options,
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: command === 'npm' && process.platform === 'win32',
		});
		let stdout = '';
		let everything = '';
		child.stdout.on('data', (chunk) => {
			stdout += chunk;
			everything += chunk;
		});
		child.stderr.on('data', (chunk) => (everything += chunk));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) resolve(stdout);
			else reject(new CommandFailed([command, ...args].join(' '), everything));
		});
	});
}

/** Runs npm, and the same npm that started this process if one did. */
export async function npm(args: string[], options: RunOptions): Promise<string> {
	const cli = process.env.npm_execpath;
	return cli?.endsWith('npm-cli.js')
		? await run(process.execPath, [cli, ...args], options)
		: await run('npm', args, options);
}
