import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { FeishuClient } from '../transport/client';

/** Indexes of the input items that one call answers for; most calls answer for one. */
export type ItemGroup = [first: number, ...others: number[]];

/** What is to be done for a group of items. */
export interface Job {
	/** Jobs that write to the same object at Feishu have the same key: they are done in the order of the items. */
	orderKey?: string;
	/** Items that are invalid, each with the reason; the others are sent without them. */
	rejected?: ReadonlyMap<number, Error>;
	/** Makes the calls and returns the output. */
	run(feishu: FeishuClient): Promise<IDataObject[]>;
}

/** One operation of one resource: its fields and what it does, in a file of its own. */
export interface Operation {
	/** How the selector shows it. */
	option: { name: string; action: string; description: string };

	/** Its fields. */
	properties: INodeProperties[];

	/** Items of one tenant with the same key share one call. Without this, or without a key, an item has its own. */
	groupKey?(this: IExecuteFunctions, itemIndex: number): string | undefined;

	/**
	 * Set when the call replaces a whole list: while an item of it is invalid it is not replaced, and while one belongs
	 * nowhere no list is, since one of them would lose what the item says.
	 */
	replacesList?: true;

	/**
	 * Reads and checks all that the items say, and sends nothing: the router prepares every item before it runs the
	 * first one.
	 *
	 * @throws NodeOperationError that names field and item.
	 */
	prepare(this: IExecuteFunctions, items: ItemGroup): Job;
}

/** Operations on one kind of thing. */
export interface Resource {
	name: string;
	description: string;
	/** By the value of the selector; the nodes panel shows them in this order. */
	operations: Record<string, Operation>;
	default: string;
}
