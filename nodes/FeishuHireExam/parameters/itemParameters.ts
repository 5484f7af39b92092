import { NodeOperationError } from 'n8n-workflow';
import type {
	IHookFunctions,
	INode,
	INodeProperties,
	IPollFunctions,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import {
	type ContentField,
	type Field,
	type Kind,
	READERS,
	type RowField,
	type ValueOf,
} from './kinds';
import { nearest } from './nearest';
import { InvalidValue, isBlank, quote } from './values/invalidValue';
import { parseJson } from './values/json';

/** Labels of a list and of its fields, by Feishu's names: `report_list`, `report_list.url`. */
export const listLabels = (apiName: string, label: string, fields: RowField[]) => ({
	[apiName]: label,
	...Object.fromEntries(fields.map((field) => [`${apiName}.${field.apiName}`, field.displayName])),
});

/** What a row holds, by Feishu's names of its fields. */
export type Row = Record<string, string | number | boolean>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value that a resource locator points at; a program that made the workflow may have left its mark `__rl` out. */
const withoutLocator = (value: unknown): unknown =>
	isRecord(value) && 'mode' in value && 'value' in value ? value.value : value;

/** Exam systems write the same name as answer_time, answerTime or AnswerTime. */
const plainKey = (key: string) => key.replace(/[._\s-]/g, '').toLowerCase();

/** A field's label as messages write it. */
export const labelOf = ({ displayName }: INodeProperties) => `'${displayName}'`;

/** What is needed of n8n: an execution has it, and a polling trigger, which has no items, can bring it too. */
export interface ParameterSource {
	getNode(): INode;
	getTimezone(): string;
	getNodeParameter(name: string, itemIndex: number, fallback: string): unknown;
}

/**
 * Reads what one input item says in the fields of an operation. Messages use the labels that the user sees. All methods
 * throw a NodeOperationError with the item's index.
 */
export class ItemParameters {
	/** A cache: reading a parameter from n8n is slow, and a collection is read as a whole. */
	private readonly known = new Map<string, unknown>();

	constructor(
		private readonly context: ParameterSource,
		private readonly properties: INodeProperties[],
		readonly itemIndex: number,
	) {}

	/** The time zone of times that name none: the workflow's. */
	get timezone(): string {
		return this.context.getTimezone();
	}

	/** A field that must be filled in. */
	required<K extends Kind>(field: Field<K>): ValueOf<K> {
		const value = this.optional(field);
		if (value === undefined) throw this.empty(field);
		return value;
	}

	/** A field that may be left out. */
	optional<K extends Kind>(field: Field<K>): ValueOf<K> | undefined {
		return this.read(this.raw(field), field.kind, labelOf(field));
	}

	/** Whether the user put the field into its collection. */
	has({ name }: INodeProperties): boolean {
		return this.collectionOf(name) !== undefined;
	}

	/** A filter of a collection. Once added it must have a value: an expression without one would read everything. */
	filter<K extends Kind>(field: Field<K>): ValueOf<K> | undefined {
		return this.has(field) ? this.required(field) : undefined;
	}

	/** One of the values that a selector offers. */
	choice<T extends string>(field: Field<'choice'>, options: readonly T[]): T {
		return this.oneOf(this.optional(field), field, options);
	}

	/** Some of the values that a selector offers. None is fine, but not for a filter that is there. */
	choices<T extends string>(field: Field<'choices'>, options: readonly T[]): T[] {
		const value = this.raw(field);
		const isNone = isBlank(value) || (Array.isArray(value) && value.length === 0);
		if (isNone && this.has(field)) throw this.empty(field);
		const chosen = isNone ? [] : this.required(field);
		return chosen.map((one) => this.oneOf(one, field, options));
	}

	/** Rows typed into a fixed collection. */
	rows(field: ContentField, rowFields: RowField[]): Row[] {
		const content = this.raw(field);
		const rows = isRecord(content) ? content.values : undefined;
		if (!Array.isArray(rows)) return [];
		return rows.map((row, index) =>
			this.row(row, rowFields, { place: `row ${index + 1} of ${labelOf(field)}` }),
		);
	}

	/** The rows of a JSON field: an array of objects, or its text. */
	list(field: ContentField, rowFields: RowField[]): Row[] {
		const label = labelOf(field);
		const content = this.raw(field);
		const list =
			typeof content === 'string' ? this.explain(label, () => parseJson(content)) : content;
		if (!Array.isArray(list)) {
			const found = isRecord(list) ? ` The value is an object with ${keysOf(list)}.` : '';
			throw this.invalid(
				`${label} must be a list`,
				`Use an array of objects: [ { … }, { … } ].${found}`,
			);
		}
		return list.map((row, index) => {
			const place = `row ${index + 1} of ${label}`;
			return this.row(row, rowFields, { place, isJson: true });
		});
	}

	/** Rows from the one of two fields that is filled in; undefined when none is. */
	rowsOrList(
		field: ContentField,
		jsonField: ContentField,
		rowFields: RowField[],
	): Row[] | undefined {
		const rows = this.rows(field, rowFields);
		const list = this.isBlank(jsonField) ? undefined : this.list(jsonField, rowFields);
		if (rows.length === 0) return list;
		// An empty list is what a JSON field has to begin with.
		if (list === undefined || list.length === 0) return rows;
		throw this.invalid(
			`${labelOf(field)} and ${labelOf(jsonField)} are both filled in`,
			'Remove one of them: only one can be sent.',
		);
	}

	/** One row from fields at the top level. */
	topLevelRow(fields: RowField[]): Row {
		return this.row(
			Object.fromEntries(fields.map((field) => [field.name, this.raw(field)])),
			fields,
		);
	}

	/** Whether a field was left empty. */
	isBlank(field: INodeProperties): boolean {
		return isBlank(this.raw(field));
	}

	/** The value of a field with expressions resolved; empty text when there is none. Of a resource locator, its value. */
	raw({ name }: INodeProperties): unknown {
		const isTopLevel = this.properties.some((property) => property.name === name);
		const value = isTopLevel ? this.parameter(name) : this.collectionOf(name)?.[name];
		return withoutLocator(value) ?? '';
	}

	/** What is wrong with this item, and how to go on. */
	invalid(message: string, description?: string): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), message, {
			itemIndex: this.itemIndex,
			description,
		});
	}

	/** That a field is empty, which must be filled in. */
	empty(field: INodeProperties, inPlace = (label: string) => label): NodeOperationError {
		return this.invalid(
			`${inPlace(labelOf(field))} is empty`,
			'Fill it in. If it holds an expression, check that the expression returns a value for this item.',
		);
	}

	private parameter(name: string): unknown {
		if (!this.known.has(name)) {
			this.known.set(name, this.context.getNodeParameter(name, this.itemIndex, ''));
		}
		return this.known.get(name);
	}

	/** The collection that the user has added a field to. */
	private collectionOf(name: string): Record<string, unknown> | undefined {
		const hasOption = ({ type, options = [] }: INodeProperties) =>
			type === 'collection' && options.some((option) => option.name === name);
		const collection = this.properties.find(hasOption);
		const content = collection && this.parameter(collection.name);
		return isRecord(content) && Object.hasOwn(content, name) ? content : undefined;
	}

	private oneOf<T extends string>(
		value: string | undefined,
		field: INodeProperties,
		options: readonly T[],
	): T {
		const choice = options.find((option) => option === value);
		if (choice !== undefined) return choice;
		throw this.invalid(`${labelOf(field)} must be one of ${options.join(', ')}`);
	}

	private read<K extends Kind>(value: unknown, kind: K, label: string): ValueOf<K> | undefined {
		if (isBlank(value)) return undefined;
		return this.explain(label, () => READERS[kind](value, this.timezone) as ValueOf<K>);
	}

	/** Adds the field and the item to what a reader says. */
	private explain<T>(label: string, read: () => T): T {
		try {
			return read();
		} catch (error) {
			if (error instanceof InvalidValue) {
				throw this.invalid(`${label} ${error.message}`, error.advice);
			}
			throw new NodeOperationError(this.context.getNode(), error as Error, {
				itemIndex: this.itemIndex,
			});
		}
	}

	private row(
		row: unknown,
		fields: RowField[],
		{ place, isJson = false }: { place?: string; isJson?: boolean } = {},
	): Row {
		if (!isRecord(row)) {
			throw this.invalid(
				`The entry in ${place} must be an object with fields`,
				expectedKeys(fields),
			);
		}
		const inPlace = (label: string) => (place ? `${label} in ${place}` : label);
		const entries = this.entriesOf(row, fields, inPlace);
		const read: Row = {};
		for (const field of fields) {
			const label = inPlace(labelOf(field));
			const given = entries.filter(([key]) => isNameOf(field, key));
			const [first, second] = given.filter(([, value]) => !isBlank(value));
			if (second) {
				throw this.invalid(`${label} is set twice: ${first?.[0]} and ${second[0]}`);
			}
			const value = this.read(first?.[1], field.kind, label);
			if (value !== undefined) read[field.apiName] = value as Row[string];
			else if (field.required && isJson && given.length === 0) {
				throw this.invalid(`${label} is missing`, expectation(row, fields));
			} else if (field.required) throw this.empty(field, inPlace);
		}
		return read;
	}

	/** The values that a row has, also those that Feishu's own rows have in an object: `zh_cn` in `name`. */
	private entriesOf(
		row: Record<string, unknown>,
		fields: RowField[],
		inPlace: (label: string) => string,
	): Array<[key: string, value: unknown]> {
		const objects = fields.flatMap(({ apiName }) => apiName.split('.').slice(0, -1)).map(plainKey);
		const entries = Object.entries(row).flatMap(([key, value]): Array<[string, unknown]> => {
			if (!objects.includes(plainKey(key))) return [[key, value]];
			if (isBlank(value)) return [];
			if (isRecord(value)) {
				return Object.entries(value).map(([inner, text]) => [`${key}.${inner}`, text]);
			}
			throw this.invalid(
				`${inPlace(`'${key}'`)} must be an object with fields`,
				expectedKeys(fields),
			);
		});
		const unknown = entries.find(([key]) => !fields.some((field) => isNameOf(field, key)));
		if (unknown) {
			const [key] = unknown;
			const meant = nearest(
				key,
				fields.map(({ name }) => name),
			);
			// In an update, what is left out is cleared: so a key that nobody reads must not pass.
			throw this.invalid(
				`${inPlace(`The key "${key}"`)} is unknown`,
				`${meant ? `Did you mean ${meant}? ` : ''}${expectation(row, fields)}`,
			);
		}
		return entries;
	}
}

const MAX_KEYS = 20;

/** The keys that an object has, of many the first ones. */
function keysOf(row: Record<string, unknown>): string {
	const keys = Object.keys(row);
	if (keys.length === 0) return 'no keys';
	const more = keys.length > MAX_KEYS ? ', …' : '';
	return `the keys ${keys.slice(0, MAX_KEYS).map(quote).join(', ')}${more}`;
}

/** Which keys a row should have. */
function expectedKeys(fields: RowField[]): string {
	const namesOf = (list: RowField[]) => list.map(({ name }) => name).join(', ');
	const required = fields.filter((field) => field.required);
	const optional = fields.filter((field) => !field.required);
	const expected = [
		required.length > 0 ? `Required: ${namesOf(required)}.` : '',
		optional.length > 0 ? `Optional: ${namesOf(optional)}.` : '',
	];
	return expected.filter(Boolean).join(' ');
}

/** Which keys a row has, and which it should have. */
const expectation = (row: Record<string, unknown>, fields: RowField[]): string =>
	`The row has ${keysOf(row)}. ${expectedKeys(fields)}`;

const isNameOf = ({ name, apiName }: RowField, key: string): boolean =>
	[plainKey(name), plainKey(apiName)].includes(plainKey(key));

/** Reads the fields of a trigger, which has no items. */
export const triggerParameters = (
	trigger: IHookFunctions | IPollFunctions | ITriggerFunctions | IWebhookFunctions,
	properties: INodeProperties[],
): ItemParameters =>
	new ItemParameters(
		{
			getNode: () => trigger.getNode(),
			getTimezone: () => trigger.getTimezone(),
			getNodeParameter: (name, _, fallback) => trigger.getNodeParameter(name, fallback),
		},
		properties,
		0,
	);
