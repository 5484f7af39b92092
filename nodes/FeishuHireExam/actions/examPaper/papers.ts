import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { listLabels } from '../../parameters/itemParameters';
import type { ItemParameters, Row } from '../../parameters/itemParameters';
import type { ContentField, Field, RowField } from '../../parameters/kinds';
import { localTime } from '../../transport/localTime';
import type { ListInput } from '../lists';

export const accountId = {
	displayName: 'Account ID',
	name: 'accountId',
	kind: 'id',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 7147998241542539527',
	description:
		"The account_id in the trigger's output for 'Account Bound' and 'Exam Created': 19 digits, as a string",
} satisfies Field;

export const paperId = {
	displayName: 'Paper ID',
	name: 'paperId',
	apiName: 'id',
	kind: 'paperId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. paper-2026-spring',
	description:
		"ID of the paper in your exam system. The trigger outputs it as paper_id for 'Exam Created'.",
} satisfies RowField;

const PAPER_FIELDS: ListInput['fields'] = [
	paperId,
	{
		displayName: 'Paper Name',
		name: 'paperName',
		apiName: 'name',
		kind: 'paperName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Spring campus exam',
		description: 'Name of the paper that recruiters see',
	},
	{
		displayName: 'Duration',
		name: 'duration',
		apiName: 'duration',
		kind: 'count',
		type: 'number',
		default: '',
		placeholder: 'e.g. 30',
		description: 'Duration of the exam in minutes. Leave empty to clear the current value.',
	},
	{
		displayName: 'Question Count',
		name: 'questionCount',
		apiName: 'question_count',
		kind: 'count',
		type: 'number',
		default: '',
		placeholder: 'e.g. 30',
		description: 'Number of questions in the paper. Leave empty to clear the current value.',
	},
	{
		displayName: 'Start Time',
		name: 'startTime',
		apiName: 'start_time',
		kind: 'time',
		type: 'dateTime',
		default: '',
		description:
			"Time from which the exam can be taken (date and time, in the workflow's time zone unless it names another). Leave empty for no limit. A new time also changes exams already arranged with this paper.",
	},
	{
		displayName: 'End Time',
		name: 'endTime',
		apiName: 'end_time',
		kind: 'time',
		type: 'dateTime',
		default: '',
		description:
			"Time until which the exam can be taken (date and time, in the workflow's time zone unless it names another). Leave empty for no limit. A new time also changes exams already arranged with this paper.",
	},
];

const paperSource = {
	displayName: 'Paper Source',
	name: 'paperSource',
	kind: 'choice',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Input Items',
			value: 'inputItems',
			description: 'Each input item is a paper. All items of one account are sent in one call.',
		},
		{ name: 'Fields Below', value: 'fields', description: 'Enter the papers here' },
		{ name: 'JSON', value: 'json', description: 'Use a list of papers from an expression' },
	],
	default: 'inputItems',
	description:
		'Where the papers come from. For an AI agent, choose JSON: with Input Items, it can send only one paper.',
} satisfies Field;

const papers = {
	displayName: 'Papers',
	name: 'papers',
	kind: 'rows',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	displayOptions: { show: { paperSource: ['fields'] } },
	placeholder: 'Add Paper',
	default: {},
	options: [{ displayName: 'Paper', name: 'values', values: PAPER_FIELDS }],
} satisfies ContentField;

const papersJson = {
	displayName: 'Papers (JSON)',
	name: 'papersJson',
	kind: 'json',
	type: 'json',
	displayOptions: { show: { paperSource: ['json'] } },
	default: '[]',
	required: true,
	placeholder: 'e.g. [{ "paperId": "spring", "paperName": "Spring campus exam", "duration": 30 }]',
	hint: 'A list of objects with the keys paperId, paperName and optional duration, questionCount, startTime and endTime',
	description:
		'An array of papers: each with paperId, paperName, and optional duration (minutes), questionCount, startTime and endTime (ISO 8601)',
} satisfies ContentField;

/** The papers of one account: from input items, rows or JSON. `meaning` says what becomes of what is not there. */
export const paperListProperties = (meaning: string): INodeProperties[] => [
	paperSource,
	...updateDisplayOptions({ show: { paperSource: ['inputItems'] } }, PAPER_FIELDS),
	papers,
	{ ...papersJson, description: `${meaning}. ${papersJson.description}.` },
];

function checkTimes(item: ItemParameters, { id, start_time: start, end_time: end }: Row): void {
	if (start === undefined || end === undefined || Number(start) < Number(end)) return;
	const show = (time: Row[string]) => localTime(Number(time), item.timezone);
	throw item.invalid(
		`'End Time' of the paper "${id}" must be after its 'Start Time'`,
		`The paper starts at ${show(start)} and ends at ${show(end)}. A time without an offset is in the time zone of the workflow, which you can change in 'Workflow Settings' > 'Timezone'.`,
	);
}

export const PAPERS: ListInput = {
	source: paperSource,
	rows: papers,
	json: papersJson,
	fields: PAPER_FIELDS,
	checkRow: checkTimes,
};

export const PAPER_LABELS = {
	account_id: 'Account ID',
	...listLabels('paper_list', 'Papers', PAPER_FIELDS),
};
