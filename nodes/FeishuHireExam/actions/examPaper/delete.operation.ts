import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { itemsOf, readEach } from '../lists';
import type { Operation } from '../operation';
import { accountId, paperId } from './papers';

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
			description:
				'Each input item is the ID of a paper. All items of one account are sent in one call.',
		},
		{ name: 'List', value: 'list', description: 'Enter all IDs in one field' },
	],
	default: 'inputItems',
	description: 'Where the IDs of the papers come from. For an AI agent, choose List.',
} satisfies Field;

const paperIds = {
	displayName: 'Paper IDs',
	name: 'paperIds',
	kind: 'paperIds',
	type: 'string',
	displayOptions: { show: { paperSource: ['list'] } },
	default: '',
	required: true,
	placeholder: 'e.g. paper-2026-spring, paper-2026-logic',
	description:
		'IDs of the papers in your exam system: comma-separated, or a list from an expression. IDs that the account does not have are ignored.',
} satisfies Field;

const properties: INodeProperties[] = [
	{
		displayName:
			'Exams already arranged are unaffected. If a deleted paper is added again later with different times, these exams get the new times.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
	},
	accountId,
	paperSource,
	...updateDisplayOptions({ show: { paperSource: ['inputItems'] } }, [paperId]),
	paperIds,
];

const readIds = (item: ItemParameters): string[] =>
	item.choice(paperSource, ['inputItems', 'list']) === 'inputItems'
		? [item.required(paperId)]
		: item.required(paperIds);

const LABELS = { account_id: 'Account ID', paper_id_list: 'Paper IDs' };

/** `POST eco_exam_papers/batch_delete` */
export const del: Operation = {
	option: {
		name: 'Delete',
		action: 'Delete papers of account',
		description:
			'Remove papers from the paper list of an account. Exams already arranged are unaffected.',
	},

	properties,

	groupKey(itemIndex) {
		return new ItemParameters(this, properties, itemIndex).required(accountId);
	},

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const account = items[0].required(accountId);
		const { values, rejected } = readEach(items, readIds);
		const ids = [...new Set(values)];

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_exam_papers/batch_delete',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_exam_paper/batch_delete',
					body: { account_id: account, paper_id_list: ids },
					labels: LABELS,
				});
				return [{ deleted: true, account_id: account, paper_count: ids.length }];
			},
		};
	},
};
