import type { IDataObject } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { execute, storeFile, type ExecuteOptions } from '../../n8nHost/engine';
import { EngineCredentials } from '../../n8nHost/engineCredentials';
import { ensureHost } from '../../n8nHost/host';
import { sandboxCredentialData } from '../../n8nHost/provision';
import { HTTP_REQUEST, httpRequestNode } from './peers';
import type { Inventory } from './sandboxProcess';
import { MB, type Scenario } from './scenarios';

/** The part of the work that is one process's own. */
export interface Part {
	index: number;
	count: number;
}

/** Every so many-th of the items, from one of the first on. */
const partOf = <T>(items: T[], first: number, count: number): T[] =>
	items.filter((_, index) => index % count === first);

async function storeFileOf(megabytes: number) {
	// The same megabyte repeated, so that making the file leaves no memory that the upload could reuse.
	const content = Readable.from(Array<Buffer>(megabytes).fill(Buffer.alloc(MB)));
	return await storeFile(content, 'report.pdf');
}

/**
 * Prepares the work of a scenario, or the part of it that one of several processes does, and returns a function that
 * does it in n8n's engine.
 */
export async function prepareWork(
	scenario: Scenario,
	sandbox: Inventory,
	{ index: own, count }: Part = { index: 0, count: 1 },
): Promise<() => Promise<IDataObject[]>> {
	const { executions = 1, fileMegabytes } = scenario;
	const items = partOf(scenario.items(sandbox), own, count);
	const parameters = scenario.parameters(sandbox);
	const options: ExecuteOptions = { ...scenario.options };
	if (fileMegabytes) options.files = [{ data: await storeFileOf(fileMegabytes) }];
	if (options.nodeType === HTTP_REQUEST) {
		options.nodes = { [HTTP_REQUEST]: httpRequestNode(await ensureHost()) };
	}
	const credentials = new EngineCredentials(sandboxCredentialData(sandbox));
	return async () => {
		const outputs = await Promise.all(
			Array.from({ length: executions }, async (_, execution) => {
				const share = partOf(items, execution, executions);
				return await execute(credentials, parameters, { ...options, items: share });
			}),
		);
		return outputs.flatMap(({ json }) => json);
	};
}
