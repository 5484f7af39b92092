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
			'This replaces all fields that customers fill in when they add an exam account: fields that are not in the new list are removed',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
	},
	...fieldListProperties('The whole list of account fields; others are removed'),
];

/**
 * `POST eco_account_custom_fields`.
 * The last call wins, so all items go into one.
 */
export const replaceAll: Operation = {
	option: {
		name: 'Replace All',
		action: 'Replace all account fields',
		description:
			'Replace all fields that customers fill in when they add an exam account. Fields not in the list are removed.',
	},

	properties,

	replacesList: true,

	groupKey: () => ALL_ITEMS,

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const { rows: fields, rowItems, rejected } = collectRows(items, ACCOUNT_FIELDS);
		if (fields.length === 0 && rejected.size === 0) {
			throw items[0].invalid(
				'The list of account fields is empty',
				'At least one field must remain.',
			);
		}

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_account_custom_fields',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_account_custom_field/create',
					body: { scope: EXAM_SCOPE, custom_field_list: fields.map(toCustomField) },
					labels: FIELD_LABELS,
					rowItems,
				});
				return [{ success: true, field_count: fields.length }];
			},
		};
	},
};
