import type { INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { collectRows, itemsOf } from '../lists';
import type { Operation } from '../operation';
import { PAPERS, PAPER_LABELS, accountId, paperListProperties } from './papers';

const allowEmptyList = {
	displayName: 'Allow Empty List',
	name: 'allowEmptyList',
	kind: 'flag',
	type: 'boolean',
	default: false,
	description: 'Whether to accept an empty list, which removes all papers of the account',
} satisfies Field;

const properties: INodeProperties[] = [
	{
		displayName:
			'This replaces the whole paper list of the account: papers that are not in the new list are removed',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
	},
	accountId,
	...paperListProperties('The whole list of papers of the account; others are removed'),
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		displayOptions: { show: { paperSource: ['fields', 'json'] } },
		placeholder: 'Add Field',
		default: {},
		options: [allowEmptyList],
	},
];

/**
 * `POST eco_exam_papers`.
 * The last call wins, so all that the items say of an account goes into one.
 */
export const replaceAll: Operation = {
	option: {
		name: 'Replace All',
		action: 'Replace all papers of account',
		description: 'Replace the whole paper list of an account. Papers not in the list are removed.',
	},

	properties,

	replacesList: true,

	groupKey(itemIndex) {
		return new ItemParameters(this, properties, itemIndex).required(accountId);
	},

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const [first] = items;
		const account = first.required(accountId);
		const { rows: papers, rowItems, rejected } = collectRows(items, PAPERS);
		const isEmpty = papers.length === 0 && rejected.size === 0;
		if (isEmpty && first.optional(allowEmptyList) !== true) {
			throw first.invalid(
				'The list of papers is empty',
				"It would remove all papers of the account. If this is intended, turn on 'Allow Empty List'.",
			);
		}

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_exam_papers',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_exam_paper/create',
					body: { account_id: account, paper_list: papers },
					labels: PAPER_LABELS,
					rowItems,
				});
				return [{ success: true, account_id: account, paper_count: papers.length }];
			},
		};
	},
};
