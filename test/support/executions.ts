import { join } from 'node:path';

import type { Environment } from '../../n8nHost/environment';
import { run } from '../../n8nHost/exec';

/** An execution as n8n keeps it in its database. */
export interface Execution {
	id: number;
	workflow: string;
	mode: string;
	status: string;
}

// Runs in n8n's own Node, which has SQLite built in.
const QUERY = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const rows = database.prepare(
		'SELECT execution.id, workflow.name AS workflow, execution.mode, execution.status ' +
		'FROM execution_entity execution JOIN workflow_entity workflow ON workflow.id = execution.workflowId ' +
		'ORDER BY execution.id'
	).all();
	process.stdout.write(JSON.stringify(rows));
`;

/** All executions so far, read from n8n's database rather than through its API. */
export async function executions({ host }: Environment, userFolder: string): Promise<Execution[]> {
	const database = join(userFolder, '.n8n', 'database.sqlite');
	const rows = await run(host.node, ['--no-warnings', '-e', QUERY, database], { cwd: userFolder });
	return JSON.parse(rows) as Execution[];
}

/** Whether an execution is over, whatever came of it. */
export const hasEnded = ({ status }: Pick<Execution, 'status'>): boolean =>
	!['new', 'running', 'waiting'].includes(status);
