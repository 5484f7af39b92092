import type { INodeProperties } from 'n8n-workflow';

import { collectRows, itemsOf } from '../lists';
import type { Operation } from '../operation';
import {
	ACCOUNT_FIELDS,
	EXAM_SCOPE,
	FIELD_LABELS,
	fieldListProperties,
	ALL_ITEMS,
	toCustomField,
} from './accountFields';

const properties: INodeProperties[] = [
	{
		displayName:
			"This overwrites the names and descriptions of existing fields: texts left empty may be cleared. 'Required' is not changed. Other fields are kept.",
		name: 'updateNotice',
		type: 'notice',
		default: '',
	},
	...fieldListProperties('The account fields to change; others are kept'),
];

/**
 * `PATCH eco_account_custom_fields/batch_update`.
 * Changes names and descriptions of fields that exist. Feishu requires `is_required`, but does not heed it so far.
 */
export const update: Operation = {
	option: {
		name: 'Update',
		action: 'Update account fields',
		description:
			'Change the names and descriptions of existing fields. Values that customers filled in are kept.',
	},

	properties,

	groupKey: () => ALL_ITEMS,

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const { rows: fields, rowItems, rejected } = collectRows(items, ACCOUNT_FIELDS);
		if (fields.length === 0 && rejected.size === 0) {
			throw items[0].invalid(
				'The list of account fields is empty',
				'Enter at least one field to update.',
			);
		}

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'PATCH',
					path: '/eco_account_custom_fields/batch_update',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_account_custom_field/batch_update',
					body: { scope: EXAM_SCOPE, custom_field_list: fields.map(toCustomField) },
					labels: FIELD_LABELS,
					rowItems,
				});
				return [{ success: true, field_count: fields.length }];
			},
		};
	},
};
