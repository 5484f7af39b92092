import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Field } from '../parameters/kinds';

/** The default of `Minutes to Arrange`. */
export const LATE_AFTER_MINUTES = 30;

const statusOptions: INodePropertyOptions[] = [
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
		name: 'Not Passed',
		value: 'failed',
		description: 'The exam was marked as not passed',
	},
	{
		name: 'Passed',
		value: 'passed',
		description: 'The exam was marked as passed',
	},
];

export const events = {
	displayName: 'Trigger On',
	name: 'events',
	kind: 'choices',
	type: 'multiOptions',
	options: statusOptions,
	default: ['passed', 'failed'],
	required: true,
} satisfies Field;

export const minutesToArrange = {
	displayName: 'Minutes to Arrange',
	name: 'minutesToArrange',
	kind: 'positive',
	type: 'number',
	displayOptions: { show: { events: ['notArranged'] } },
	typeOptions: { minValue: 1 },
	default: LATE_AFTER_MINUTES,
	description:
		'How long after its creation an exam counts as not arranged in time. Each exam triggers this only once. To find those without a start time, a poll reads all exams again when this many minutes have passed since the last time, with one call per 100 exams of all time.',
} satisfies Field;

export const daysBack = {
	displayName: 'Days Back',
	name: 'daysBack',
	kind: 'count',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	description:
		'Exams are watched if they started or were created within this many days, or have yet to start. Set to 0 to watch all exams. Each poll makes one call per 100 exams that started within these days or have yet to start. At least once a day, and while a watched exam started earlier or has no start time, a poll reads all exams.',
} satisfies Field;

export const simplify = {
	displayName: 'Simplify',
	name: 'simplify',
	kind: 'flag',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
} satisfies Field;

/** n8n polls every minute unless the user changes it. */
const pollNotice: INodeProperties = {
	displayName:
		"Each poll makes one call per 100 exams. For 500 exams, 'Every Minute' makes 216,000 calls a month, every 15 minutes 14,400. Free Feishu editions have a monthly quota of 10,000 to 50,000 calls: choose 'Poll Times' accordingly.",
	name: 'pollNotice',
	type: 'notice',
	default: '',
};

/** What users set in the status trigger. */
export const statusProperties: INodeProperties[] = [
	pollNotice,
	events,
	minutesToArrange,
	daysBack,
	simplify,
];
