import { updateDisplayOptions } from 'n8n-workflow';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { listLabels } from '../../parameters/itemParameters';
import type { ItemParameters, Row } from '../../parameters/itemParameters';
import type { ContentField, Field, RowField } from '../../parameters/kinds';
import type { ListInput } from '../lists';

/** Feishu keeps the fields of exam accounts apart from those of background checks (1). */
export const EXAM_SCOPE = 2;

/** The fields belong to no account: all items of a tenant share one call. */
export const ALL_ITEMS = 'all items';

export const fieldKey = {
	displayName: 'Field Key',
	name: 'fieldKey',
	apiName: 'key',
	kind: 'externalId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. account_token',
	description:
		"Name of the field in your exam system. The trigger outputs it for 'Account Bound', with what the customer entered. A deleted key can never be used again.",
} satisfies RowField;

const ROW_FIELDS: ListInput['fields'] = [
	fieldKey,
	{
		displayName: 'Name (Chinese)',
		name: 'nameZhCn',
		apiName: 'name.zh_cn',
		kind: 'text',
		type: 'string',
		default: '',
		description:
			'Title of the field in the form, for customers who work in Chinese. One of the two names is required.',
	},
	{
		displayName: 'Name (English)',
		name: 'nameEnUs',
		apiName: 'name.en_us',
		kind: 'text',
		type: 'string',
		default: '',
		placeholder: 'e.g. Account token',
		hint: 'Fill in at least one of the two names',
		description:
			'Title of the field in the form, for customers who work in English. One of the two names is required.',
	},
	{
		displayName: 'Required',
		name: 'isRequired',
		apiName: 'is_required',
		kind: 'flag',
		type: 'boolean',
		default: false,
		description:
			'Whether customers must fill in the field. An update does not currently change this.',
	},
	{
		displayName: 'Description (Chinese)',
		name: 'descriptionZhCn',
		apiName: 'description.zh_cn',
		kind: 'text',
		type: 'string',
		default: '',
		description:
			'Hint next to the field, in Chinese. Include it in an update, too: Feishu does not guarantee that it is kept.',
	},
	{
		displayName: 'Description (English)',
		name: 'descriptionEnUs',
		apiName: 'description.en_us',
		kind: 'text',
		type: 'string',
		default: '',
		placeholder: 'e.g. Ask our support for it',
		description:
			'Hint next to the field, in English. Include it in an update, too: Feishu does not guarantee that it is kept.',
	},
];

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
			description: 'Each input item is an account field. All items are sent in one call.',
		},
		{
			name: 'Fields Below',
			value: 'fields',
			description: 'Enter the account fields here',
		},
		{
			name: 'JSON',
			value: 'json',
			description: 'Use a list of account fields from an expression',
		},
	],
	default: 'inputItems',
	description:
		'Where the account fields come from. For an AI agent, choose JSON: with Input Items, it can send only one field.',
} satisfies Field;

const accountFields = {
	displayName: 'Account Fields',
	name: 'accountFields',
	kind: 'rows',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	displayOptions: { show: { fieldSource: ['fields'] } },
	placeholder: 'Add Account Field',
	default: {},
	options: [{ displayName: 'Account Field', name: 'values', values: ROW_FIELDS }],
} satisfies ContentField;

const accountFieldsJson = {
	displayName: 'Account Fields (JSON)',
	name: 'accountFieldsJson',
	kind: 'json',
	type: 'json',
	displayOptions: { show: { fieldSource: ['json'] } },
	default: '[]',
	required: true,
	placeholder:
		'e.g. [{ "fieldKey": "account_token", "nameEnUs": "Account token", "isRequired": true }]',
	hint: 'A list of objects with the keys fieldKey, nameZhCn or nameEnUs, and optional isRequired, descriptionZhCn and descriptionEnUs',
	description:
		'An array of account fields: each with fieldKey, nameZhCn or nameEnUs (or both), and optional isRequired, descriptionZhCn and descriptionEnUs',
} satisfies ContentField;

/** The fields of exam accounts: from input items, rows or JSON. `meaning` says what becomes of what is not there. */
export const fieldListProperties = (meaning: string): INodeProperties[] => [
	fieldSource,
	...updateDisplayOptions({ show: { fieldSource: ['inputItems'] } }, ROW_FIELDS),
	accountFields,
	{ ...accountFieldsJson, description: `${meaning}. ${accountFieldsJson.description}.` },
];

function checkName(item: ItemParameters, row: Row): void {
	if (row['name.zh_cn'] !== undefined || row['name.en_us'] !== undefined) return;
	throw item.invalid(
		`The account field "${row.key}" has no name`,
		"Fill in 'Name (Chinese)', 'Name (English)' or both: customers see it in the form.",
	);
}

export const ACCOUNT_FIELDS: ListInput = {
	source: fieldSource,
	rows: accountFields,
	json: accountFieldsJson,
	fields: ROW_FIELDS,
	checkRow: checkName,
};

export const FIELD_LABELS = listLabels('custom_field_list', 'Account Fields', ROW_FIELDS);

/** A row as Feishu takes it. */
export function toCustomField(row: Row): IDataObject {
	const inBothLanguages = (name: string) => ({
		zh_cn: row[`${name}.zh_cn`],
		en_us: row[`${name}.en_us`],
	});
	const description = inBothLanguages('description');
	return {
		key: row.key,
		name: inBothLanguages('name'),
		is_required: row.is_required ?? false,
		...(Object.values(description).some((text) => text !== undefined) && { description }),
	};
}
