import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../parameters/itemParameters';
import type { Row, RowField } from '../parameters/itemParameters';
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
	/** Name of the selector of where the rows come from; it is the same for all items. */
	source: string;
	/** Name of the parameter with the rows. */
	rows: string;
	/** Name of the parameter with the list as JSON. */
	json: string;
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

/** The item that each row of `collectRows` came from; undefined when the rows are in a field. */
export const rowItemsOf = (items: Items, { source }: ListInput): number[] | undefined =>
	items[0].raw(source) === 'inputItems' ? items.map(({ itemIndex }) => itemIndex) : undefined;

/**
 * The rows of all items of one call. Items that each have the same list (a fixed list and
 * several input items) count once.
 *
 * @throws NodeOperationError for a bad field, and for two rows with one key.
 */
export function collectRows(items: Items, input: ListInput): Row[] {
	const source = items[0].choice(input.source, LIST_SOURCES);
	const [{ apiName: key, property }] = input.fields;
	const collected = new Map<Row[string] | undefined, Row>();
	const seenLists = new Set<string>();
	for (const item of items) {
		const list = readRows(item, source, input);
		const text = JSON.stringify(list);
		const isRepeated = source !== 'inputItems' && seenLists.has(text);
		seenLists.add(text);
		for (const row of isRepeated ? [] : list) {
			input.checkRow(item, row);
			if (collected.has(row[key])) {
				throw item.invalid(
					`'${property.displayName}' "${row[key]}" appears twice in the list`,
					'It must be unique: Feishu would keep only one of the two entries.',
				);
			}
			collected.set(row[key], row);
		}
	}
	return [...collected.values()];
}
