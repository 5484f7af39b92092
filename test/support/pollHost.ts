import { PollContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeParameters,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node.js';
import { TestCredentialsHelper } from './credentials';
import { additionalDataFor, workflowWith } from './engine';

const trigger = new FeishuHireExamStatusTrigger();

export interface PollHost {
	/**
	 * Polls as n8n does when the workflow is published, and each time n8n starts: with the snapshot that was saved last.
	 * A poll that fails leaves the workflow inactive.
	 */
	activate(parameters?: INodeParameters): Promise<IDataObject[]>;
	/** Renames the node, as its user does before publishing the workflow again. */
	rename(name: string): void;
	/** Polls as n8n does when the time has come. Returns `json` of the items that start an execution. */
	poll(): Promise<IDataObject[]>;
	/** Runs the trigger as 'Fetch Test Event' does, which saves nothing. */
	test(): Promise<IDataObject[]>;
	/** What n8n would have in its database. */
	saved: string;
}

/**
 * The status trigger in n8n's poll context. Its snapshot is saved as n8n saves it: when a poll starts an execution,
 * and after the poll of an activation; what a poll without changes found is lost when n8n stops.
 */
export function createPollHost(
	credentials: ICredentialDataDecryptedObject,
	parameters: INodeParameters,
): PollHost {
	const helper = new TestCredentialsHelper(credentials);
	let nodeName: string | undefined;
	const open = (mode: WorkflowExecuteMode) => {
		const staticData = JSON.parse(host.saved) as IDataObject;
		const { workflow, node } = workflowWith('feishuHireExamStatusTrigger', parameters, {
			staticData,
		});
		if (nodeName !== undefined) workflow.renameNode(node.name, nodeName);
		return {
			workflow,
			context: new PollContext(workflow, node, additionalDataFor(helper), mode, 'activate'),
		};
	};
	let active: ReturnType<typeof open> | undefined;

	const run = async ({ workflow, context }: ReturnType<typeof open>, isActivation: boolean) => {
		const output = await trigger.poll.call(context);
		const isChanged = (workflow.staticData as { __dataChanged?: boolean }).__dataChanged;
		if (isChanged && (output || isActivation)) host.saved = JSON.stringify(workflow.staticData);
		return (output ?? []).flat().map(({ json }) => json);
	};

	const host: PollHost = {
		saved: '{}',
		async activate(changed) {
			Object.assign(parameters, changed);
			active = undefined;
			const opened = open('trigger');
			const items = await run(opened, true);
			active = opened;
			return items;
		},
		rename(name) {
			nodeName = name;
		},
		async poll() {
			if (!active) throw new Error('The workflow is not active');
			return await run(active, false);
		},
		async test() {
			const output = await trigger.poll.call(open('manual').context);
			return (output ?? []).flat().map(({ json }) => json);
		},
	};
	return host;
}
