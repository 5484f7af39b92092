import { once } from 'node:events';

import { startSandbox, type SandboxApp } from '../../sandbox';
import { startChildProcess } from '../childProcess';

/** What the sandbox holds before the work starts. */
export interface Inventory {
	url: string;
	app: SandboxApp;
	examIds: string[];
	accountIds: string[];
}

/** What the sandbox received. */
export interface Report {
	/** Calls of the API, without those for a token. */
	calls: number;
	/** Of these, answered with HTTP 429. */
	rateLimited: number;
	tokenRequests: number;
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
	// Uploaded files stay on disk until the sandbox closes.
	process.once('SIGTERM', () => void sandbox.close().then(() => process.exit()));
	process.on('message', () => {
		const calls = sandbox.calls.filter(({ path }) => !path.includes('/auth/'));
		const report: Report = {
			calls: calls.length,
			rateLimited: calls.filter(({ status }) => status === 429).length,
			tokenRequests: sandbox.calls.length - calls.length,
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
