import { once } from 'node:events';

import { startSandbox, type SandboxApp } from '../sandbox';
import { startChild } from './child';

/** What the work is done on. */
export interface Stock {
	url: string;
	app: SandboxApp;
	examIds: string[];
	accountIds: string[];
}

/** What the sandbox saw. */
export interface Report {
	/** Calls of the API, without those for a token. */
	calls: number;
	/** Of these, answered with HTTP 429. */
	turnedAway: number;
	tokenRequests: number;
	/** Exams with a result, and papers in all accounts. */
	results: number;
	papers: number;
	uploadedBytes: number;
}

export interface SandboxProcess extends Stock {
	report(): Promise<Report>;
	stop(): void;
}

interface Order {
	latencyMs: number;
	exams: number;
	accounts: number;
}

/** A sandbox in a process of its own, so that its memory and its work are not taken for the node's. */
export async function startSandboxProcess(order: Order): Promise<SandboxProcess> {
	const { ask, stop } = startChild(__filename);
	const stock = await ask<Stock>({ order });
	return { ...stock, report: async () => await ask<Report>({ report: true }), stop };
}

async function serve(): Promise<void> {
	const [{ order }] = (await once(process, 'message')) as [{ order: Order }];
	const sandbox = await startSandbox({ latencyMs: order.latencyMs });
	const accounts = Array.from({ length: Math.max(1, order.accounts) }, () => sandbox.bindAccount());
	const [{ accountId, papers }] = accounts as [(typeof accounts)[0]];
	if (order.exams > 0) papers.push({ id: 'p', name: 'Paper' });
	const examIds = Array.from(
		{ length: order.exams },
		() => sandbox.arrangeExam({ accountId, paperId: 'p' }).examId,
	);
	// What was uploaded lies on disk until the sandbox closes.
	process.once('SIGTERM', () => void sandbox.close().then(() => process.exit()));
	process.on('message', () => {
		const calls = sandbox.calls.filter(({ path }) => !path.includes('/auth/'));
		const report: Report = {
			calls: calls.length,
			turnedAway: calls.filter(({ status }) => status === 429).length,
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
	} satisfies Stock);
}

if (require.main === module) void serve();
