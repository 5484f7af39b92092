import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { searchExams } from './hire/examSearch';
import { simplifyExam, statusText } from './hire/simplifyExam';
import { triggerParameters } from './parameters/itemParameters';
import { STATUS_EVENTS, findChanges, findSamples, remember } from './polling/changes';
import type { Change, Reading, Settings } from './polling/changes';
import { keyOf, pack, unpack } from './polling/snapshot';
import type { Memory } from './polling/snapshot';
import { isWatched, mustReadAll, windowStart } from './polling/window';
import { appKeyOf } from './transport/app';
import { FeishuClient } from './transport/client';
import { Session } from './transport/session';

const LATE_AFTER_MINUTES = 30;

const properties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		options: [
			{
				name: 'Answered',
				value: 'answered',
				description: 'The candidate has answered the exam',
			},
			{
				name: 'Arrangement Failed',
				value: 'arrangementFailed',
				description: 'The exam provider could not arrange the exam',
			},
			{
				name: 'Created',
				value: 'created',
				description: 'A recruiter arranged an exam, or somebody added a result',
			},
			{
				name: 'Failed',
				value: 'failed',
				description: 'The exam was marked as not passed',
			},
			{
				name: 'Marked',
				value: 'marked',
				description: 'The exam was marked as passed or as not passed',
			},
			{
				name: 'Not Arranged in Time',
				value: 'notArranged',
				description:
					'The exam provider has not returned a link yet, for example because an event was missed',
			},
			{
				name: 'Passed',
				value: 'passed',
				description: 'The exam was marked as passed',
			},
		],
		default: ['passed', 'failed'],
		required: true,
	},
	{
		displayName: 'Minutes to Arrange',
		name: 'minutesToArrange',
		type: 'number',
		displayOptions: { show: { events: ['notArranged'] } },
		typeOptions: { minValue: 1 },
		default: LATE_AFTER_MINUTES,
		description:
			'How long after its creation an exam counts as not arranged in time. Each exam is told once.',
	},
	{
		displayName: 'Days Back',
		name: 'daysBack',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30,
		description:
			'An exam is watched if it started or was created within so many days, or has yet to start; 0 watches all. A look takes one call per 100 exams that started within these days or have yet to start. Once a day, and each time while there is a watched exam that started earlier or has no start time, it takes one per 100 of all exams.',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
];

/** Looks under way, by workflow and node: n8n begins the next one without waiting for the last. */
const underWay = new Set<string>();

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
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: "Starts the workflow when the status of a candidate's exam changes",
		activationMessage:
			'New exams, and what happens to those there are, will start the workflow. If it was active before, what happened meanwhile is reported at once.',
		defaults: { name: 'Feishu Hire Exam Status Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		properties,
	};

	/**
	 * Reads all watched exams and compares them with what was known. What is known is noted at the very end, all
	 * at once, so a look that fails loses nothing: the next one finds the same changes.
	 */
	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const { simplify, ...settings } = await readSettings.call(this);
		const give = (changes: Change[]) => [
			this.helpers.returnJsonArray(changes.map((change) => toJson(change, simplify))),
		];

		if (this.getMode() === 'manual') {
			const samples = findSamples(await readExams.call(this, settings));
			if (samples.length > 0) return give(samples);
			throw new NodeOperationError(this.getNode(), 'There is no exam to show', {
				description:
					"No exam within 'Days Back' has a status that 'Trigger On' names. Arrange one, or choose another event.",
			});
		}

		const turn = `${this.getWorkflow().id} ${this.getNode().id}`;
		if (underWay.has(turn)) return null;
		underWay.add(turn);
		try {
			const kept = this.getWorkflowStaticData('node');
			const memory = unpack(kept);
			// Another app knows other exams: they are as new to the trigger as all are at first.
			const before = memory?.app === settings.app ? memory : undefined;
			const reading = await readExams.call(this, settings, before);
			const changes = before ? findChanges(reading, before) : [];
			Object.assign(kept, pack(remember(reading, before)));
			return changes.length > 0 ? give(changes) : null;
		} finally {
			underWay.delete(turn);
		}
	}
}

async function readSettings(this: IPollFunctions): Promise<Settings & { simplify: boolean }> {
	const parameters = triggerParameters(this, properties);
	const chosen = [parameters.raw('events')].flat();
	const events = STATUS_EVENTS.filter((event) => chosen.includes(event));
	if (events.length === 0) {
		throw parameters.invalid(
			"'Trigger On' is empty",
			'Choose at least one event to start the workflow on.',
		);
	}
	const daysBack = parameters.required('daysBack', 'count');
	const lateAfterMinutes =
		parameters.optional('minutesToArrange', 'positive') ?? LATE_AFTER_MINUTES;
	return {
		app: appKeyOf(await new FeishuClient(new Session(this)).app()),
		events,
		daysBack,
		lateAfterMinutes,
		simplify: parameters.raw('simplify') === true,
	};
}

/** Reads the watched exams; without a memory, or when it is time to, out of all there are. */
async function readExams(
	this: IPollFunctions,
	settings: Settings,
	before?: Memory,
): Promise<Reading> {
	const { daysBack } = settings;
	const readAt = Date.now();
	const since = windowStart(readAt, daysBack);
	const isComplete = mustReadAll(readAt, daysBack, before);
	const list = await searchExams(new FeishuClient(new Session(this)), {
		body: isComplete ? {} : { test_start_time_min: String(since) },
		labels: { test_start_time_min: 'Days Back' },
	});
	const watched = list.filter((exam) => isWatched(exam, since));
	return {
		...settings,
		readAt,
		isComplete,
		exams: new Map(watched.map((exam) => [keyOf(exam.test_id), exam])),
	};
}

const toJson = ({ exam, event, from }: Change, simplify: boolean): IDataObject => ({
	...(simplify ? simplifyExam(exam) : exam),
	change: { event, from: statusText(from), to: statusText(exam.test_status) },
});
