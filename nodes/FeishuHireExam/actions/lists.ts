import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../parameters/itemParameters';
import type { Row } from '../parameters/itemParameters';
import type { ContentField, Field, RowField } from '../parameters/kinds';
import type { ItemGroup } from './operation';

const LIST_SOURCES = ['inputItems', 'fields', 'json'] as const;
type ListSource = (typeof LIST_SOURCES)[number];

type Items = [first: ItemParameters, ...others: ItemParameters[]];

/** The items that one call answers for. */
export function itemsOf(
	this: IExecuteFunctions,
	properties: INodeProperties[],
	[first, ...others]: ItemGroup,
): Items {
	const read = (itemIndex: number) => new ItemParameters(this, properties, itemIndex);
	return [read(first), ...others.map(read)];
}

/** A list that one call takes whole. Feishu tells its rows apart by the first of their fields. */
export interface ListInput {
	/** The selector of where the rows come from; it is the same for all items. */
	source: Field<'choice'>;
	rows: ContentField;
	json: ContentField;
	fields: [key: RowField, ...others: RowField[]];
	/** Checks the fields of a row against each other. */
	checkRow(item: ItemParameters, row: Row): void;
}

function readRows(
	item: ItemParameters,
	source: ListSource,
	{ rows, json, fields }: ListInput,
): Row[] {
	switch (source) {
		case 'inputItems':
			return [item.topLevelRow(fields)];
		case 'fields':
			return item.rows(rows, fields);
		case 'json':
			return item.list(json, fields);
	}
}

/** What the items of one call say, and which of them it leaves out. */
interface ReadItems<T> {
	values: T[];
	/** Items that are invalid, each with the reason. */
	rejected: Map<number, Error>;
}

/** Reads each item; one that is invalid is left out. */
export function readEach<T>(items: Items, read: (item: ItemParameters) => T[]): ReadItems<T> {
	const result: ReadItems<T> = { values: [], rejected: new Map() };
	for (const item of items) {
		try {
			for (const value of read(item)) result.values.push(value);
		} catch (error) {
			result.rejected.set(item.itemIndex, error as Error);
		}
	}
	return result;
}

/** The list that one call takes. */
interface CollectedRows {
	rows: Row[];
	/** The item that each row came from; undefined when the rows are in a field. */
	rowItems?: number[];
	rejected: ReadItems<Row>['rejected'];
}

/**
 * The rows of all items of one call. Items that each have the same list (a fixed list and several input items) count
 * once. An item with a bad field, or with a key that an earlier one has, is left out.
 */
export function collectRows(items: Items, input: ListInput): CollectedRows {
	const source = items[0].choice(input.source, LIST_SOURCES);
	const [{ apiName: key, displayName }] = input.fields;
	const owners = new Map<Row[string] | undefined, number>();
	const seenLists = new Set<string>();

	const { values, rejected } = readEach(items, (item) => {
		const list = readRows(item, source, input);
		const text = JSON.stringify(list);
		if (source !== 'inputItems' && seenLists.has(text)) return [];
		const keys = new Set<Row[string] | undefined>();
		for (const row of list) {
			input.checkRow(item, row);
			const owner = keys.has(row[key]) ? item.itemIndex : owners.get(row[key]);
			if (owner !== undefined) {
				throw item.invalid(
					`'${displayName}' "${row[key]}" appears twice in the list`,
					`${owner === item.itemIndex ? '' : `Item ${owner} has it, too. `}It must be unique: Feishu would keep only one of the two entries.`,
				);
			}
			keys.add(row[key]);
		}
		for (const one of keys) owners.set(one, item.itemIndex);
		seenLists.add(text);
		return list;
	});
	return {
		rows: values,
		rowItems: source === 'inputItems' ? [...owners.values()] : undefined,
		rejected,
	};
}
