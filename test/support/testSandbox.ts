import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox';
import { testClock } from './testClock';

/** A sandbox that shares the clock of the nodes. */
export const startTestSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> =>
	await startSandbox({ clock: testClock, ...options });
