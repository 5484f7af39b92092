import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { listLabels } from '../../parameters/itemParameters';
import type { ItemParameters, Row } from '../../parameters/itemParameters';
import type { ListInput } from '../lists';

export const accountId: INodeProperties = {
	displayName: 'Account ID',
	name: 'accountId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 7147998241542539527',
	description:
		'The account_id that the events of the bound account and of its exams carry: 19 digits, as text',
};

export const paperId: INodeProperties = {
	displayName: 'Paper ID',
	name: 'paperId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. paper-2026-spring',
	description: "Your system's own ID of the paper. The event of a created exam carries it.",
};

const PAPER_FIELDS: ListInput['fields'] = [
	{ apiName: 'id', kind: 'text255', property: paperId },
	{
		apiName: 'name',
		kind: 'text255',
		property: {
			displayName: 'Paper Name',
			name: 'paperName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Spring campus exam',
			description: 'What recruiters choose from',
		},
	},
	{
		apiName: 'duration',
		kind: 'count',
		property: {
			displayName: 'Duration',
			name: 'duration',
			type: 'number',
			default: '',
			placeholder: 'e.g. 30',
			description: 'How many minutes the exam takes. Empty clears what the paper had before.',
		},
	},
	{
		apiName: 'question_count',
		kind: 'count',
		property: {
			displayName: 'Question Count',
			name: 'questionCount',
			type: 'number',
			default: '',
			placeholder: 'e.g. 30',
			description: 'How many questions the paper has. Empty clears what the paper had before.',
		},
	},
	{
		apiName: 'start_time',
		kind: 'time',
		property: {
			displayName: 'Start Time',
			name: 'startTime',
			type: 'dateTime',
			default: '',
			description:
				'When the exam can be taken from (ISO 8601). Empty means no limit. A new time also moves exams already arranged with the paper.',
		},
	},
	{
		apiName: 'end_time',
		kind: 'time',
		property: {
			displayName: 'End Time',
			name: 'endTime',
			type: 'dateTime',
			default: '',
			description:
				'When the exam can be taken until (ISO 8601). Empty means no limit. A new time also moves exams already arranged with the paper.',
		},
	},
];

const paperProperties = PAPER_FIELDS.map(({ property }) => property);

/** The papers of one account: from input items, rows or JSON. `meaning` says what becomes of what is not there. */
export const paperListProperties = (meaning: string): INodeProperties[] => [
	{
		displayName: 'Paper Source',
		name: 'paperSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Input Items',
				value: 'inputItems',
				description: 'Each input item is a paper; all items of one account go in one call',
			},
			{ name: 'Fields Below', value: 'fields', description: 'The papers are typed in here' },
			{ name: 'JSON', value: 'json', description: 'The papers come as a list from an expression' },
		],
		default: 'inputItems',
		description:
			'Where the papers of the list come from. For an AI agent choose JSON: with Input Items it gives one paper only.',
	},
	...updateDisplayOptions({ show: { paperSource: ['inputItems'] } }, paperProperties),
	{
		displayName: 'Papers',
		name: 'papers',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		displayOptions: { show: { paperSource: ['fields'] } },
		placeholder: 'Add Paper',
		default: {},
		options: [{ displayName: 'Paper', name: 'values', values: paperProperties }],
	},
	{
		displayName: 'Papers (JSON)',
		name: 'papersJson',
		type: 'json',
		displayOptions: { show: { paperSource: ['json'] } },
		default: '[]',
		required: true,
		placeholder:
			'e.g. [{ "paperId": "spring", "paperName": "Spring campus exam", "duration": 30 }]',
		description: `${meaning}. An array of papers: each with paperId and paperName, and if there are any duration (minutes), questionCount, startTime and endTime (ISO 8601).`,
	},
];

const toIso = (milliseconds: Row[string]) => new Date(Number(milliseconds)).toISOString();

function checkTimes(item: ItemParameters, { id, start_time: start, end_time: end }: Row): void {
	if (start === undefined || end === undefined || Number(start) < Number(end)) return;
	throw item.invalid(
		`'End Time' of the paper "${id}" must be after its 'Start Time'`,
		`The paper starts at ${toIso(start)} and ends at ${toIso(end)}.`,
	);
}

export const PAPERS: ListInput = {
	source: 'paperSource',
	rows: 'papers',
	json: 'papersJson',
	fields: PAPER_FIELDS,
	checkRow: checkTimes,
};

export const PAPER_LABELS = {
	account_id: 'Account ID',
	...listLabels('paper_list', 'Papers', PAPER_FIELDS),
};
