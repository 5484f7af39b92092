import { LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeListSearchResult } from 'n8n-workflow';

import { additionalDataFor, workflowWith } from '../../n8nHost/engine';
import { EngineCredentials } from '../../n8nHost/engineCredentials';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node.js';

export {
	additionalDataFor,
	engineHelpers as httpHelpers,
	execute,
	executeContext,
	run,
	workflowWith,
	type ExecuteOptions,
	type Execution,
} from '../../n8nHost/engine';
export { sandboxCredentialData as sandboxCredentials } from '../../n8nHost/provision';

/** What a list of the action node's editor shows, as n8n asks for it. */
export async function searchList(
	credentials: ICredentialDataDecryptedObject,
	method: keyof FeishuHireExam['methods']['listSearch'],
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const nodeType = new FeishuHireExam();
	const { workflow, node } = workflowWith(nodeType.description.name, {});
	const additionalData = additionalDataFor(new EngineCredentials(credentials));
	const context = new LoadOptionsContext(
		workflow,
		node,
		additionalData,
		'parameters.applicationId',
	);
	return await nodeType.methods.listSearch[method].call(context, filter, paginationToken);
}
