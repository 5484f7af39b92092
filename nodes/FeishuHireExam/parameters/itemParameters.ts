import { NodeOperationError, isResourceLocatorValue } from 'n8n-workflow';
import type {
	IHookFunctions,
	INode,
	INodeProperties,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import {
	InvalidValue,
	isBlank,
	toBoolean,
	toId,
	toIds,
	toInteger,
	toMilliseconds,
	toPaperIds,
	toScore,
	toText,
	toTexts,
	toUrl,
	toUserId,
} from './values';

/** How each kind of field is read; the result is what Feishu gets. */
const READERS = {
	id: (value: unknown) => toId(value),
	ids: (value: unknown) => toIds(value),
	userId: (value: unknown) => toUserId(value),
	text: (value: unknown) => toText(value),
	/** Feishu cuts IDs and names of papers after 255 characters silently. */
	text255: (value: unknown) => toText(value, 255),
	texts: (value: unknown) => toTexts(value),
	paperIds: (value: unknown) => toPaperIds(value),
	flag: (value: unknown) => toBoolean(value),
	url: (value: unknown) => toUrl(value),
	score: (value: unknown) => toScore(value),
	integer: (value: unknown) => toInteger(value),
	count: (value: unknown) => toInteger(value, 0),
	positive: (value: unknown) => toInteger(value, 1),
	perSecond: (value: unknown) => toInteger(value, 1, 50),
	perMinute: (value: unknown) => toInteger(value, 1, 1000),
	time: (value: unknown, timezone: string) => toMilliseconds(value, timezone),
};

type Kind = keyof typeof READERS;
type ValueOf<K extends Kind> = ReturnType<(typeof READERS)[K]>;
type RowKind = Exclude<Kind, 'ids' | 'texts' | 'paperIds'>;

/** A field of a row: as the editor shows it, its name at Feishu, and how it is read. */
export interface RowField {
	property: INodeProperties;
	/** With a dot when Feishu has it in an object: `name.zh_cn`. */
	apiName: string;
	kind: RowKind;
}

/** Labels of a list and of its fields, by Feishu's names: `report_list`, `report_list.url`. */
export const listLabels = (apiName: string, label: string, fields: RowField[]) => ({
	[apiName]: label,
	...Object.fromEntries(
		fields.map((field) => [`${apiName}.${field.apiName}`, field.property.displayName]),
	),
});

/** What a row holds, by Feishu's names of its fields. */
export type Row = Record<string, string | number | boolean>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Exam systems write the same name as answer_time, answerTime or AnswerTime. */
const plainKey = (key: string) => key.replace(/[._\s-]/g, '').toLowerCase();

/** The properties inside a collection, or inside the rows of a fixed collection. */
const childrenOf = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) => {
		if ('values' in option) return option.values;
		return 'type' in option ? [option] : [];
	});

/** What is needed of n8n: an execution has it, and a polling trigger, which has no items, can bring it too. */
export interface ParameterSource {
	getNode(): INode;
	getTimezone(): string;
	getNodeParameter(name: string, itemIndex: number, fallback: string): unknown;
}

/**
 * Reads what one input item says in the fields of an operation. Names are paths (`additionalFields.message`);
 * messages use the labels that the user sees. All methods throw a NodeOperationError with the item's index.
 */
export class ItemParameters {
	/** A cache: reading a parameter from n8n is slow, and a collection is read as a whole. */
	private readonly known = new Map<string, unknown>();

	constructor(
		private readonly context: ParameterSource,
		private readonly properties: INodeProperties[],
		readonly itemIndex: number,
	) {}

	/** A field that must be filled in. */
	required<K extends Kind>(name: string, kind: K): ValueOf<K> {
		return this.read(this.raw(name), kind, () => this.labelOf(name), true) as ValueOf<K>;
	}

	/** A field that may be left out. */
	optional<K extends Kind>(name: string, kind: K): ValueOf<K> | undefined {
		return this.read(this.raw(name), kind, () => this.labelOf(name), false);
	}

	/** Whether the user put the field into its collection. */
	has(path: string): boolean {
		const [collection = '', name = ''] = path.split('.');
		const fields = this.raw(collection);
		return isRecord(fields) && Object.hasOwn(fields, name);
	}

	/** A filter of a collection. Once added it must have a value: an expression without one would read everything. */
	filter<K extends Kind>(path: string, kind: K): ValueOf<K> | undefined {
		return this.has(path) ? this.required(path, kind) : undefined;
	}

	/** One of the values that a selector offers. */
	choice<T extends string>(name: string, options: readonly T[]): T {
		return this.oneOf(this.raw(name), name, options);
	}

	/** Some of the values that a selector offers. None is fine, but not for a filter that is there. */
	choices<T extends string>(name: string, options: readonly T[]): T[] {
		const value = this.raw(name);
		const isNone = isBlank(value) || (Array.isArray(value) && value.length === 0);
		if (isNone && this.has(name)) throw this.empty(this.labelOf(name));
		const chosen = isNone ? [] : (this.read(value, 'texts', () => this.labelOf(name), true) ?? []);
		return chosen.map((one) => this.oneOf(one, name, options));
	}

	/** Rows typed into a fixed collection. */
	rows(name: string, fields: RowField[]): Row[] {
		const rows = this.raw(`${name}.values`);
		if (!Array.isArray(rows)) return [];
		return rows.map((row, index) =>
			this.row(row, fields, `row ${index + 1} of ${this.labelOf(name)}`),
		);
	}

	/** The rows of a JSON field: an array of objects, or its text. */
	list(name: string, fields: RowField[]): Row[] {
		const label = this.labelOf(name);
		let list = this.raw(name);
		if (typeof list === 'string') {
			try {
				list = JSON.parse(list);
			} catch (error) {
				throw this.invalid(`${label} is not valid JSON`, (error as Error).message);
			}
		}
		if (!Array.isArray(list)) {
			throw this.invalid(`${label} must be a list`, 'Use an array of objects: [ { … }, { … } ].');
		}
		return list.map((row, index) => this.row(row, fields, `row ${index + 1} of ${label}`));
	}

	/** Rows from the one of two fields that is filled in; undefined when none is. */
	rowsOrList(name: string, jsonName: string, fields: RowField[]): Row[] | undefined {
		const rows = this.rows(name, fields);
		const hasList = !isBlank(this.raw(jsonName));
		if (rows.length === 0) return hasList ? this.list(jsonName, fields) : undefined;
		if (!hasList) return rows;
		throw this.invalid(
			`${this.labelOf(name)} and ${this.labelOf(jsonName)} are both filled in`,
			'Remove one of them: only one can be sent.',
		);
	}

	/** One row from fields at the top level. */
	topLevelRow(fields: RowField[]): Row {
		return this.row(
			Object.fromEntries(fields.map(({ property: { name } }) => [name, this.raw(name)])),
			fields,
		);
	}

	/** The value with expressions resolved; empty text when there is none. Of a resource locator, its value. */
	raw(path: string): unknown {
		const [name = '', ...keys] = path.split('.');
		const value =
			keys.reduce<unknown>(
				(level, key) => (isRecord(level) && Object.hasOwn(level, key) ? level[key] : undefined),
				this.parameter(name),
			) ?? '';
		return isResourceLocatorValue(value) ? value.value : value;
	}

	/** What is wrong with this item, and how to go on. */
	invalid(message: string, description?: string): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), message, {
			itemIndex: this.itemIndex,
			description,
		});
	}

	private parameter(name: string): unknown {
		if (!this.known.has(name)) {
			this.known.set(name, this.context.getNodeParameter(name, this.itemIndex, ''));
		}
		return this.known.get(name);
	}

	/** A field's label as messages write it. */
	labelOf(path: string): string {
		let level = this.properties;
		let label = path;
		for (const name of path.split('.')) {
			const property = level.find((candidate) => candidate.name === name);
			if (!property) break;
			label = property.displayName;
			level = childrenOf(property);
		}
		return `'${label}'`;
	}

	private empty(label: string): NodeOperationError {
		return this.invalid(
			`${label} is empty`,
			'Fill it in. If it holds an expression, check that the expression returns a value for this item.',
		);
	}

	private oneOf<T extends string>(value: unknown, name: string, options: readonly T[]): T {
		const choice = options.find((option) => option === value);
		if (choice !== undefined) return choice;
		throw this.invalid(`${this.labelOf(name)} must be one of ${options.join(', ')}`);
	}

	private read<K extends Kind>(
		value: unknown,
		kind: K,
		label: () => string,
		required: boolean,
	): ValueOf<K> | undefined {
		if (isBlank(value)) {
			if (!required) return undefined;
			throw this.empty(label());
		}
		try {
			return READERS[kind](value, this.context.getTimezone()) as ValueOf<K>;
		} catch (error) {
			if (error instanceof InvalidValue)
				throw this.invalid(`${label()} ${error.message}`, error.advice);
			throw new NodeOperationError(this.context.getNode(), error as Error, {
				itemIndex: this.itemIndex,
			});
		}
	}

	private row(row: unknown, fields: RowField[], place?: string): Row {
		if (!isRecord(row)) throw this.invalid(`${place} must be an object with fields`);
		const entries = this.entriesOf(row, fields, place);
		const read: Row = {};
		for (const { property, apiName, kind } of fields) {
			const label = () => `'${property.displayName}'${place ? ` in ${place}` : ''}`;
			const names = [plainKey(property.name), plainKey(apiName)];
			const given = entries.filter(([key]) => names.includes(plainKey(key)));
			if (given.length > 1) {
				throw this.invalid(`${label()} is set twice: ${given.map(([key]) => key).join(' and ')}`);
			}
			const value = this.read(given[0]?.[1], kind, label, property.required ?? false);
			if (value !== undefined) read[apiName] = value;
		}
		return read;
	}

	/** The values that a row has, also those that Feishu's own rows have in an object: `zh_cn` in `name`. */
	private entriesOf(
		row: Record<string, unknown>,
		fields: RowField[],
		place?: string,
	): Array<[key: string, value: unknown]> {
		const objects = fields.flatMap(({ apiName }) => apiName.split('.').slice(0, -1)).map(plainKey);
		return Object.entries(row)
			.flatMap(([key, value]): Array<[string, unknown]> => {
				if (isBlank(value) || !objects.includes(plainKey(key))) return [[key, value]];
				if (isRecord(value))
					return Object.entries(value).map(([inner, text]) => [`${key}.${inner}`, text]);
				throw this.invalid(`'${key}'${place ? ` in ${place}` : ''} must be an object with fields`);
			})
			.filter(([, value]) => !isBlank(value));
	}
}

/** Reads the fields of a trigger, which has no items. */
export const triggerParameters = (
	trigger: IHookFunctions | IPollFunctions | IWebhookFunctions,
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
