import { once } from 'node:events';

import { startSandbox, type RecordedCall, type SandboxApp } from '../../sandbox';
import { startChildProcess } from '../childProcess';
import { OTHER_CLIENT } from './otherClient';

/** What the sandbox holds before the work starts. */
export interface Inventory {
	url: string;
	app: SandboxApp;
	examIds: string[];
	accountIds: string[];
}

/** Calls of the API, without those for a token. */
export interface CallCounts {
	calls: number;
	/** Of these, answered with HTTP 429. */
	rateLimited: number;
}

/** What the sandbox received. */
export interface Report extends CallCounts {
	tokenRequests: number;
	/** What another client of the app sent counts here only. */
	other: CallCounts;
	/** Exams with a result, and papers in all accounts. */
	results: number;
	papers: number;
	uploadedBytes: number;
}

export interface SandboxProcess extends Inventory {
	report(): Promise<Report>;
	stop(): void;
}

interface Options {
	latencyMs: number;
	exams: number;
	accounts: number;
	/** Refuses one call with HTTP 429, after this many. */
	refusalAfter?: number;
}

/** A sandbox in a process of its own, so that its memory and its work do not count for the node. */
export async function startSandboxProcess(options: Options): Promise<SandboxProcess> {
	const child = startChildProcess(__filename);
	const inventory = await child.ask<Inventory>({ options });
	return {
		...inventory,
		report: async () => await child.ask<Report>({ report: true }),
		stop: child.stop,
	};
}

const isForToken = ({ path }: RecordedCall) => path.includes('/auth/');
const isOther = ({ headers }: RecordedCall) => headers['user-agent'] === OTHER_CLIENT;

function countCalls(all: RecordedCall[]): CallCounts {
	const calls = all.filter((call) => !isForToken(call));
	const rateLimited = calls.filter(({ status }) => status === 429);
	return { calls: calls.length, rateLimited: rateLimited.length };
}

async function serve(): Promise<void> {
	const [{ options }] = (await once(process, 'message')) as [{ options: Options }];
	const sandbox = await startSandbox({ latencyMs: options.latencyMs });
	const accounts = Array.from({ length: Math.max(1, options.accounts) }, () =>
		sandbox.bindAccount(),
	);
	const [{ accountId, papers }] = accounts as [(typeof accounts)[0]];
	if (options.exams > 0) papers.push({ id: 'p', name: 'Paper' });
	const examIds = Array.from(
		{ length: options.exams },
		() => sandbox.arrangeExam({ accountId, paperId: 'p' }).examId,
	);
	if (options.refusalAfter !== undefined) {
		sandbox.faults.add({ kind: 'rateLimited', after: options.refusalAfter });
	}
	// Uploaded files stay on disk until the sandbox closes.
	const close = () => void sandbox.close().then(() => process.exit());
	process.once('SIGTERM', close).once('disconnect', close);
	process.on('message', () => {
		const own = sandbox.calls.filter((call) => !isOther(call));
		const report: Report = {
			...countCalls(own),
			tokenRequests: own.filter(isForToken).length,
			other: countCalls(sandbox.calls.filter(isOther)),
			results: sandbox.state.exams.filter(({ result }) => result).length,
			papers: sandbox.state.accounts.flatMap((account) => account.papers).length,
			// The first one is there from the start.
			uploadedBytes: sandbox.state.attachments.slice(1).reduce((sum, { size }) => sum + size, 0),
		};
		process.send?.(report);
	});
	process.send?.({
		url: sandbox.url,
		app: sandbox.app,
		examIds,
		accountIds: accounts.map((account) => account.accountId),
	} satisfies Inventory);
}

if (require.main === module) void serve();
