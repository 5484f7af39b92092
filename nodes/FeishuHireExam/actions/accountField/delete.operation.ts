import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import type { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { itemsOf, readEach } from '../lists';
import type { Operation } from '../operation';
import { EXAM_SCOPE, fieldKey, ALL_ITEMS } from './accountFields';

const fieldSource = {
	displayName: 'Field Source',
	name: 'fieldSource',
	kind: 'choice',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Input Items',
			value: 'inputItems',
			description:
				'Each input item is the key of an account field. All items are sent in one call.',
		},
		{ name: 'List', value: 'list', description: 'Enter all keys in one field' },
	],
	default: 'inputItems',
	description: 'Where the keys of the account fields come from. For an AI agent, choose List.',
} satisfies Field;

const fieldKeys = {
	displayName: 'Field Keys',
	name: 'fieldKeys',
	kind: 'externalIds',
	type: 'string',
	displayOptions: { show: { fieldSource: ['list'] } },
	default: '',
	required: true,
	placeholder: 'e.g. account_token, tenant_id',
	description:
		'Names of the fields in your exam system: comma-separated, or a list from an expression. They can never be used again.',
} satisfies Field;

const properties: INodeProperties[] = [
	{
		displayName:
			'This cannot be undone: a deleted key can never be used again. At least one field must remain. To delete all existing fields, create a new one first.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
	},
	fieldSource,
	...updateDisplayOptions({ show: { fieldSource: ['inputItems'] } }, [fieldKey]),
	fieldKeys,
];

const readKeys = (item: ItemParameters): string[] =>
	item.choice(fieldSource, ['inputItems', 'list']) === 'inputItems'
		? [item.required(fieldKey)]
		: item.required(fieldKeys);

const LABELS = { custom_field_key_list: 'Field Keys' };

/** `POST eco_account_custom_fields/batch_delete` */
export const del: Operation = {
	option: {
		name: 'Delete',
		action: 'Delete account fields permanently',
		description:
			'Permanently delete fields. A deleted key can never be used again, and at least one field must remain.',
	},

	properties,

	groupKey: () => ALL_ITEMS,

	prepare(itemIndexes) {
		const items = itemsOf.call(this, properties, itemIndexes);
		const { values, rejected } = readEach(items, readKeys);
		const keys = [...new Set(values)];

		return {
			rejected,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_account_custom_fields/batch_delete',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_account_custom_field/batch_delete',
					body: { scope: EXAM_SCOPE, custom_field_key_list: keys },
					labels: LABELS,
				});
				return [{ deleted: true, field_count: keys.length }];
			},
		};
	},
};
