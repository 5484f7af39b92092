import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { simplifyExam, statusText } from './hire/simplifyExam';
import { findChanges, findSamples, takeSnapshot } from './polling/changes';
import type { Change } from './polling/changes';
import { PollLock } from './polling/pollLock';
import { statusProperties } from './polling/properties';
import { readSettings } from './polling/settings';
import { pack, unpack } from './polling/snapshot';
import { readWatchedExams } from './polling/watchedExams';
import { FeishuClient } from './transport/client';
import { systemClock } from './transport/clock';
import { Session } from './transport/session';

/** Serves all nodes of the process. */
const pollLock = new PollLock(systemClock);

export class FeishuHireExamStatusTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Feishu Hire Exam Status Trigger',
		name: 'feishuHireExamStatusTrigger',
		icon: {
			light: 'file:../../icons/feishuHireExam.svg',
			dark: 'file:../../icons/feishuHireExam.dark.svg',
		},
		group: ['trigger'],
		version: [1],
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		description: "Starts the workflow when the status of a candidate's exam changes",
		activationMessage:
			'Your workflow will now start on new exams and on changes to existing ones. If it was active before, changes since then are reported right away.',
		defaults: { name: 'Feishu Hire Exam Status Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		properties: statusProperties,
	};

	/**
	 * Reads all watched exams and compares them with the last snapshot. The new snapshot is saved at the very end,
	 * all at once, so a poll that fails loses nothing: the next one finds the same changes.
	 */
	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const feishu = new FeishuClient(new Session(this));
		const { simplify, ...settings } = await readSettings.call(this, feishu);
		const emit = (changes: Change[]) => [
			this.helpers.returnJsonArray(changes.map((change) => toJson(change, simplify))),
		];

		if (this.getMode() === 'manual') {
			const reading = await readWatchedExams(feishu, settings, systemClock.now());
			const samples = findSamples(reading);
			if (samples.length > 0) return emit(samples);
			throw new NodeOperationError(this.getNode(), 'No matching exam found', {
				description:
					"No exam within 'Days Back' has a status selected in 'Trigger On'. Arrange one, or select another event.",
			});
		}

		const node = `${this.getWorkflow().id} ${this.getNode().id}`;
		const saved = this.getWorkflowStaticData('node');
		const snapshot = unpack(saved);
		// Another app has other exams: the first poll of it records a baseline, as the very first one does.
		const before = snapshot?.app === settings.app ? snapshot : undefined;
		return await pollLock.runExclusive(
			node,
			saved,
			async () => await readWatchedExams(feishu, settings, systemClock.now(), before),
			(reading) => {
				const changes = before ? findChanges(reading, before) : [];
				Object.assign(saved, pack(takeSnapshot(reading, before)));
				return changes.length > 0 ? emit(changes) : null;
			},
		);
	}
}

const toJson = ({ exam, event, from }: Change, simplify: boolean): IDataObject => ({
	...(simplify ? simplifyExam(exam) : exam),
	change: { event, from: statusText(from), to: statusText(exam.test_status) },
});
