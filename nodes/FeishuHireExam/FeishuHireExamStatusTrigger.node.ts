import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { simplifyExam, statusText } from './actions/candidateExam/simplifyExam';
import { triggerParameters } from './helpers/parameters';
import { DAY_MS, STATUS_EVENTS, findChanges, findSamples, remember } from './statusTrigger/changes';
import type { Change, Reading } from './statusTrigger/changes';
import { keyOf, pack, unpack } from './statusTrigger/memory';
import { feishuRequestItems } from './transport/paginate';
import { CREDENTIAL, baseUrl, tenantOf } from './transport/platform';
import type { FeishuCredentials } from './transport/platform';

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
				description: 'The exam provider has not returned a link yet, for example because an event was missed',
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
		description: 'How long after its creation an exam counts as not arranged in time. Each exam is told once.',
	},
	{
		displayName: 'Days Back',
		name: 'daysBack',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30,
		description:
			'Only exams that started within so many days, or start later, are watched. 0 watches all, also any without a start time. Each look takes one call per 100 watched exams.',
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
			'The exams there are have been noted. What happens to them from now on, and new exams, will start the workflow.',
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
		const settings = readSettings.call(this);
		const give = (changes: Change[]) => [
			this.helpers.returnJsonArray(changes.map((change) => toJson(change, settings.simplify))),
		];

		if (this.getMode() === 'manual') {
			const samples = findSamples(await readExams.call(this, settings), settings.events);
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
			const reading = await readExams.call(this, settings);
			const kept = this.getWorkflowStaticData('node');
			const before = unpack(kept);
			const known = before?.app === reading.app ? before : undefined;
			// Another app knows other exams: they are as new to the trigger as all are at first.
			const changes = known ? findChanges(reading, known, settings.events) : [];
			Object.assign(kept, pack(remember(reading, known)));
			return changes.length > 0 ? give(changes) : null;
		} finally {
			underWay.delete(turn);
		}
	}
}

function readSettings(this: IPollFunctions) {
	const parameters = triggerParameters(this, properties);
	const chosen = [parameters.raw('events')].flat();
	const events = STATUS_EVENTS.filter((event) => chosen.includes(event));
	if (events.length === 0) {
		throw parameters.invalid("'Trigger On' is empty", 'Choose at least one event to start the workflow on.');
	}
	return {
		events,
		lateAfterMinutes: parameters.optional('minutesToArrange', 'positive') ?? LATE_AFTER_MINUTES,
		daysBack: parameters.required('daysBack', 'count'),
		simplify: parameters.raw('simplify') === true,
	};
}

/** Reads the watched exams: those that started within the last days, or have yet to start. */
async function readExams(
	this: IPollFunctions,
	{ daysBack, lateAfterMinutes }: ReturnType<typeof readSettings>,
): Promise<Reading> {
	const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL);
	const readAt = Date.now();
	const call = {
		method: 'POST' as const,
		path: '/tests/search',
		page: 'server-docs/hire-v1/candidate-management/delivery-process-management/exam/search',
		body: daysBack > 0 ? { test_start_time_min: String(Math.max(0, readAt - daysBack * DAY_MS)) } : {},
		labels: { test_start_time_min: 'Days Back' },
	};
	const list = await feishuRequestItems.call(this, 0, call, Infinity, ({ test_id }) => test_id);
	return {
		app: `${baseUrl(credentials)} ${credentials.appId.trim()} ${tenantOf(credentials)}`.trim(),
		readAt,
		exams: new Map(list.map((exam) => [keyOf(exam.test_id), exam])),
		lateAfterMinutes,
	};
}

const toJson = ({ exam, event, from }: Change, simplify: boolean): IDataObject => ({
	...(simplify ? simplifyExam(exam) : exam),
	change: { event, from: statusText(from), to: statusText(exam.test_status) },
});
