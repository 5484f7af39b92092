import type { IDataObject } from 'n8n-workflow';

import type { EventHeader, JsonObject } from './envelope';
import { maskFieldValues } from './fieldValues';
import type { EventSettings } from './settings';

/** An event as the trigger outputs it. */
export function toEventItem(
	header: EventHeader,
	event: JsonObject,
	{ simplify, includeFieldValues }: EventSettings,
): IDataObject {
	const shown = includeFieldValues ? event : maskFieldValues(event);
	return simplify ? { ...shown, header } : { header, event: shown };
}
