import { FeishuError } from '../openApi/codes';

/** A text in the languages of Feishu Hire. */
export interface I18nText {
	zh_cn?: string;
	en_us?: string;
}

/** What a customer fills in when adding an account with the provider (账号自定义字段). */
export interface CustomField {
	key: string;
	name: I18nText;
	isRequired: boolean;
	description?: I18nText;
}

/** Feishu documents these rules, but no code for them except 1002001, a system error: here it is the parameter error. */
const refuse = (reason: string) => new FeishuError(1002002, { msg: `param error: ${reason}` });

function checkFields(fields: CustomField[]) {
	const keys = new Set<string>();
	for (const { key, name } of fields) {
		if (keys.has(key)) throw refuse(`key ${key} is not unique`);
		if (!name.zh_cn && !name.en_us) throw refuse(`the name of ${key} is empty`);
		keys.add(key);
	}
}

/** The custom fields of one scope. Where Feishu does not document the behavior, this takes the stricter one. */
export class CustomFields {
	private fields: CustomField[] = [];
	private readonly deletedKeys = new Set<string>();

	get list(): readonly CustomField[] {
		return this.fields;
	}

	/** 创建账号自定义字段. A key that 删除账号自定义字段 deleted can't be used again; one that is left out here can. */
	replace(fields: CustomField[]) {
		checkFields(fields);
		const deleted = fields.find(({ key }) => this.deletedKeys.has(key));
		if (deleted) throw refuse(`key ${deleted.key} was deleted and can not be used again`);
		if (fields.length === 0) throw refuse('at least one custom field must remain');
		this.fields = fields;
	}

	/** 更新账号自定义字段. `isRequired` has no effect yet, says Feishu; a description left out is cleared. */
	update(fields: CustomField[]) {
		checkFields(fields);
		const unknown = fields.find(({ key }) => !this.fields.some((field) => field.key === key));
		if (unknown) throw refuse(`there is no key ${unknown.key}`);
		const updates = new Map(fields.map((field) => [field.key, field]));
		this.fields = this.fields.map((field) => ({
			...field,
			...updates.get(field.key),
			isRequired: field.isRequired,
		}));
	}

	/** 删除账号自定义字段. Unknown keys are no error, as with papers: a retry finds its keys deleted. */
	delete(keys: string[]) {
		const kept = this.fields.filter(({ key }) => !keys.includes(key));
		if (kept.length === 0 && this.fields.length > 0)
			throw refuse('at least one custom field must remain');
		for (const { key } of this.fields) if (keys.includes(key)) this.deletedKeys.add(key);
		this.fields = kept;
	}
}
