import { isJsonObject, type JsonObject } from './envelope';

const MASK = '******';

/** The event with a mask in place of what a customer entered in the custom fields of an account. */
export function maskFieldValues(event: JsonObject): JsonObject {
	const { custom_field_list } = event;
	if (!Array.isArray(custom_field_list)) return event;
	const masked = custom_field_list.map((field: unknown) =>
		isJsonObject(field) ? { ...field, value: MASK } : MASK,
	);
	return { ...event, custom_field_list: masked };
}
