import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a module of the benchmark as a process of its own, which answers each message with one. */
export function startChildProcess(module: string, env: NodeJS.ProcessEnv = {}) {
	const child = fork(module, { env: { ...process.env, ...env } });
	const exit = once(child, 'exit').then(([code]) => {
		throw new Error(`${module} exited with ${code}`);
	});
	// Expected once the process is stopped; before that, `ask` rejects with it.
	exit.catch(() => undefined);
	return {
		async ask<T>(message: object): Promise<T> {
			child.send(message);
			const [answer] = (await Promise.race([once(child, 'message'), exit])) as [T];
			return answer;
		},
		stop: () => void child.kill(),
	};
}
