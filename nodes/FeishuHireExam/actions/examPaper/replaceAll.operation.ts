import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { feishuRequest } from '../../transport/request';
import type { Operation } from '../operation';
import { ItemParameters, listLabels } from '../../helpers/parameters';
import type { Row, RowField } from '../../helpers/parameters';

const PAPER_SOURCES = ['inputItems', 'fields', 'json'] as const;
type PaperSource = (typeof PAPER_SOURCES)[number];

const PAPER_FIELDS: RowField[] = [
	{
		apiName: 'id',
		kind: 'text255',
		property: {
			displayName: 'Paper ID',
			name: 'paperId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. paper-2026-spring',
			description: "Your system's own ID of the paper. The event of a created exam carries it.",
		},
	},
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
			description: 'How many minutes the exam takes',
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
			description: 'How many questions the paper has',
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
			description: 'When the exam can be taken from. Empty means no limit.',
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
			description: 'When the exam can be taken until. Empty means no limit.',
		},
	},
];

const paperProperties = PAPER_FIELDS.map(({ property }) => property);

const properties: INodeProperties[] = [
	{
		displayName:
			'This replaces the whole paper list of the account: papers that are not in the new list are removed',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Account ID',
		name: 'accountId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 7147998241542539527',
		description: 'ID that the event of the bound account carried',
	},
	{
		displayName: 'Paper Source',
		name: 'paperSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Input Items',
				value: 'inputItems',
				description: 'Each input item is a paper; all items of an account make its list, in one call',
			},
			{ name: 'Fields Below', value: 'fields', description: 'The papers are typed in here' },
			{ name: 'JSON', value: 'json', description: 'The papers come as a list from an expression' },
		],
		default: 'inputItems',
		description: 'Where the papers of the list come from',
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
		placeholder: 'e.g. [{ "paperId": "spring", "paperName": "Spring campus exam", "duration": 30 }]',
		description: 'A list of papers with the fields paperId, paperName, duration, questionCount, startTime and endTime',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		displayOptions: { show: { paperSource: ['fields', 'json'] } },
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Allow Empty List',
				name: 'allowEmptyList',
				type: 'boolean',
				default: false,
				description: 'Whether an empty list is meant, and removes all papers of the account',
			},
		],
	},
];

const toIso = (milliseconds: string | number) => new Date(Number(milliseconds)).toISOString();

function checkTimes(item: ItemParameters, { id, start_time: start, end_time: end }: Row): void {
	if (start === undefined || end === undefined || Number(start) < Number(end)) return;
	throw item.invalid(
		`'End Time' of the paper "${id}" must be after its 'Start Time'`,
		`The paper starts at ${toIso(start)} and ends at ${toIso(end)}.`,
	);
}

function readPapers(item: ItemParameters, source: PaperSource): Row[] {
	switch (source) {
		case 'inputItems':
			return [item.topLevelRow(PAPER_FIELDS)];
		case 'fields':
			return item.rows('papers', PAPER_FIELDS);
		case 'json':
			return item.list('papersJson', PAPER_FIELDS);
	}
}

/**
 * The list of an account, out of all items that speak of it. Items that each give the same list (a fixed list
 * and several input items) count once.
 */
function collectPapers(items: ItemParameters[], source: PaperSource): Row[] {
	const papers = new Map<Row[string] | undefined, Row>();
	const seenLists = new Set<string>();
	for (const item of items) {
		const list = readPapers(item, source);
		const isRepeated = source !== 'inputItems' && seenLists.has(JSON.stringify(list));
		seenLists.add(JSON.stringify(list));
		for (const paper of isRepeated ? [] : list) {
			checkTimes(item, paper);
			if (papers.has(paper.id)) {
				throw item.invalid(
					`'Paper ID' "${paper.id}" comes twice in the list of one account`,
					'Feishu knows a paper by its ID, so one of the two would be lost. Give each paper an ID of its own.',
				);
			}
			papers.set(paper.id, paper);
		}
	}
	return [...papers.values()];
}

const LABELS = { account_id: 'Account ID', ...listLabels('paper_list', 'Papers', PAPER_FIELDS) };

/**
 * `POST eco_exam_papers`, page hire-v1/ecological-docking/eco_exam_paper/create.
 * The last call wins, so all that the items say of an account goes into one.
 */
export const replaceAll: Operation = {
	description: updateDisplayOptions(
		{ show: { resource: ['examPaper'], operation: ['replaceAll'] } },
		properties,
	),

	groupKey(itemIndex) {
		return new ItemParameters(this, properties, itemIndex).required('accountId', 'id');
	},

	prepare(itemIndexes) {
		const [itemIndex] = itemIndexes;
		const items = itemIndexes.map((index) => new ItemParameters(this, properties, index));
		const first = new ItemParameters(this, properties, itemIndex);
		const accountId = first.required('accountId', 'id');
		const papers = collectPapers(items, first.choice('paperSource', PAPER_SOURCES));
		if (papers.length === 0 && first.raw('additionalFields.allowEmptyList') !== true) {
			throw first.invalid(
				'The list of papers is empty',
				"It would remove all papers of the account. If that is meant, switch on 'Allow Empty List'.",
			);
		}

		return {
			run: async () => {
				await feishuRequest.call(this, itemIndex, {
					method: 'POST',
					path: '/eco_exam_papers',
					body: { account_id: accountId, paper_list: papers },
					labels: LABELS,
				});
				return [{ success: true, account_id: accountId, paper_count: papers.length }];
			},
		};
	},
};
