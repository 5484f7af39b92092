import type { CustomField, I18nText } from '../../tenant/customFields';
import { text } from './fields';
import type { Operation } from './operation';

/** Either is enough for the fields of both kinds of account. */
const SCOPES = ['hire:exam', 'hire:background_check_order'];

const scope = { type: 'integer', enum: [1, 2] } as const;
const i18nText = { type: 'object', properties: { zh_cn: text, en_us: text } } as const;

const listBody: Operation['body'] = {
	type: 'object',
	required: ['scope', 'custom_field_list'],
	properties: {
		scope,
		custom_field_list: {
			type: 'array',
			items: {
				type: 'object',
				required: ['key', 'name', 'is_required'],
				properties: {
					key: { ...text, minLength: 1 },
					name: i18nText,
					is_required: { type: 'boolean' },
					description: i18nText,
				},
			},
		},
	},
};

interface ListBody {
	scope: 1 | 2;
	custom_field_list: Array<{
		key: string;
		name: I18nText;
		is_required: boolean;
		description?: I18nText;
	}>;
}

const toFields = ({ custom_field_list }: ListBody): CustomField[] =>
	custom_field_list.map(({ key, name, is_required, description }) => ({
		key,
		name,
		isRequired: is_required,
		description,
	}));

/** 创建账号自定义字段: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_account_custom_field/create */
export const createCustomFields: Operation = {
	name: 'createCustomFields',
	path: '/eco_account_custom_fields',
	scopes: SCOPES,
	successMsg: 'ok',
	body: listBody,
	handle({ body }, tenant) {
		const fields = body as ListBody;
		tenant.accounts.customFields[fields.scope].replace(toFields(fields));
		return {};
	},
};

/** 更新账号自定义字段: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_account_custom_field/batch_update */
export const updateCustomFields: Operation = {
	name: 'updateCustomFields',
	method: 'PATCH',
	path: '/eco_account_custom_fields/batch_update',
	scopes: SCOPES,
	successMsg: 'ok',
	body: listBody,
	handle({ body }, tenant) {
		const fields = body as ListBody;
		tenant.accounts.customFields[fields.scope].update(toFields(fields));
		return {};
	},
};

interface DeleteBody {
	scope: 1 | 2;
	custom_field_key_list?: string[];
}

/** 删除账号自定义字段: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_account_custom_field/batch_delete */
export const deleteCustomFields: Operation = {
	name: 'deleteCustomFields',
	path: '/eco_account_custom_fields/batch_delete',
	scopes: SCOPES,
	successMsg: 'ok',
	body: {
		type: 'object',
		required: ['scope'],
		properties: { scope, custom_field_key_list: { type: 'array', items: text } },
	},
	handle({ body }, tenant) {
		const { scope: of, custom_field_key_list = [] } = body as DeleteBody;
		tenant.accounts.customFields[of].delete(custom_field_key_list);
		return {};
	},
};
