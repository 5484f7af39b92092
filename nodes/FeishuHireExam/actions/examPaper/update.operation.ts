import type { INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../../parameters/itemParameters';
import { collectRows, itemsOf } from '../lists';
import type { Operation } from '../operation';
import { PAPERS, PAPER_LABELS, accountId, paperListProperties } from './papers';

const properties: INodeProperties[] = [
	{
		displayName:
			'This overwrites existing papers of the account: fields left empty are cleared, and new times also change exams already arranged',
		name: 'updateNotice',
		type: 'notice',
		default: '',
	},
	accountId,
	...paperListProperties(
		'The papers to overwrite, each with all of its fields: fields left out are cleared',
	),
];

/**
 * `PATCH eco_exam_papers/batch_update`.
 * Adds and removes no papers. Of a paper that it names, nothing stays but what the call says.
 */
export const update: Operation = {
	option: {
		name: 'Update',
		action: 'Update papers of account',
		description:
			'Overwrite existing papers of an account. Fields left empty are cleared, and new times also change exams already arranged.',
	},

	properties,

	groupKey(itemIndex) {
		return new ItemParameters(this, properties, itemIndex).required(accountId);
	},

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const [first] = items;
		const account = first.required(accountId);
		const { rows: papers, rowItems, rejected } = collectRows(items, PAPERS);
		if (papers.length === 0 && rejected.size === 0) {
			throw first.invalid('The list of papers is empty', 'Enter at least one paper to update.');
		}

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'PATCH',
					path: '/eco_exam_papers/batch_update',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_exam_paper/batch_update',
					body: { account_id: account, paper_list: papers },
					labels: PAPER_LABELS,
					rowItems,
				});
				return [{ success: true, account_id: account, paper_count: papers.length }];
			},
		};
	},
};
