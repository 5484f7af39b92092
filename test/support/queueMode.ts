import type { QueueMode } from '../../n8nHost/queueMode';
import { missingPackages } from '../../n8nHost/queueServices';
import { waitFor } from '../../n8nHost/waitFor';

const MINUTE = 60_000;

const missing = missingPackages();

/** Tests of queue mode, which need what not every machine has. */
export function describeInQueueMode(title: string, tests: () => void): void {
	if (missing.length > 0) {
		console.info(
			`Skipped the tests "${title}", as ${missing.join(' and ')} cannot be found. ` +
				'Debian, Ubuntu: apt-get install redis-server postgresql.',
		);
	}
	(missing.length > 0 ? describe.skip : describe)(title, tests);
}

/** Waits until no execution is left that could still run. */
export const waitForExecutions = async ({ database }: QueueMode): Promise<void> =>
	void (await waitFor(
		'the end of all executions',
		async () => {
			const [row] = await database.query<{ open: number }>(
				"SELECT count(*) AS open FROM execution_entity WHERE status IN ('new', 'running', 'waiting')",
			);
			return row?.open === 0;
		},
		{ timeoutMs: 10 * MINUTE, intervalMs: 1_000 },
	));
