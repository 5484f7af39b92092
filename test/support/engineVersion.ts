import { version } from 'n8n-core/package.json';

/** What n8n does, which differs between the versions that the tests run in: see `npm run test:engine`. */
const [major = 0, minor = 0] = version.split('.').map(Number);
const isAtLeast = (from: [number, number]): boolean =>
	major > from[0] || (major === from[0] && minor >= from[1]);

/** A trigger can turn an error into a failed execution. */
export const savesFailedExecutions = isAtLeast([2, 20]);

/** The error of a tool goes to its agent. Earlier it ends the execution, unless the user has it continue. */
export const givesToolErrorsToAgents = isAtLeast([2, 41]);
