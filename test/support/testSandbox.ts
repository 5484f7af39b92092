import { type Exam, type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox';
import { testClock } from './testClock';

/** A sandbox that shares the clock of the nodes. */
export const startTestSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> =>
	await startSandbox({ clock: testClock, ...options });

const isTokenCall = ({ path }: { path: string }) => path.includes('/auth/');

/** The calls that the sandbox has received, without those for tokens. */
export const apiCalls = ({ calls }: Sandbox) => calls.filter((call) => !isTokenCall(call));

export const tokenCalls = ({ calls }: Sandbox) => calls.filter(isTokenCall);

/** Arranges exams with an account of their own. */
export function arrangeExams(sandbox: Sandbox, count: number, tenantKey?: string): Exam[] {
	const { accountId, papers } = sandbox.bindAccount({ tenantKey });
	papers.push({ id: 'p1', name: 'Paper' });
	return Array.from({ length: count }, () => sandbox.arrangeExam({ accountId, paperId: 'p1' }));
}
