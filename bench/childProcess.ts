import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a module of the benchmark as a process of its own, which answers each message with one. */
export function startChildProcess(module: string) {
	const child = fork(module, { execArgv: ['--import', 'tsx'] });
	return {
		async ask<T>(message: object): Promise<T> {
			child.send(message);
			const [answer] = (await once(child, 'message')) as [T];
			return answer;
		},
		stop: () => void child.kill(),
	};
}
