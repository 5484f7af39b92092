import { type ItemParameters, labelOf } from '../parameters/itemParameters';
import { EVENTS, findEventType } from './catalogue';
import type { JsonObject } from './envelope';
import { accountIds, events, includeFieldValues, paperIds, simplify } from './properties';

/** `scope` of an account for exams. The other one, 1, is for background checks. */
const EXAM_ACCOUNT_SCOPE = 2;

/** What users set about events. */
export interface EventSettings {
	/** Feishu's types of the selected events. */
	eventTypes: readonly string[];
	/** The accounts and papers whose events are wanted; all, where there is no list. */
	accountIds?: readonly string[];
	paperIds?: readonly string[];
	simplify: boolean;
	includeFieldValues: boolean;
}

const matches = (value: unknown, list: readonly string[] | undefined): boolean =>
	value === undefined || list === undefined || list.some((entry) => entry === value);

/** Whether an event is one that the user selected: by `Trigger On`, by the filters, and for exams at all. */
export function isSelected(
	eventType: string,
	event: JsonObject,
	{ eventTypes, accountIds, paperIds }: EventSettings,
): boolean {
	const isForExams = eventType !== EVENTS.accountBound.type || event.scope === EXAM_ACCOUNT_SCOPE;
	return (
		eventTypes.includes(eventType) &&
		isForExams &&
		matches(event.account_id, accountIds) &&
		matches(event.paper_id, paperIds)
	);
}

function readEventTypes(parameters: ItemParameters): string[] {
	return parameters.required(events).map((text) => {
		const type = findEventType(text);
		if (type) return type;
		throw parameters.invalid(
			`${labelOf(events)} has "${text}", which is not an event`,
			`Use one of ${Object.keys(EVENTS).join(', ')}.`,
		);
	});
}

/**
 * Reads what the user set, when the workflow is published and at each event: no setting may lose events silently.
 *
 * @throws NodeOperationError when a value is missing or invalid.
 */
export function readSettings(parameters: ItemParameters): EventSettings {
	return {
		eventTypes: readEventTypes(parameters),
		accountIds: parameters.filter(accountIds),
		paperIds: parameters.filter(paperIds),
		simplify: parameters.required(simplify),
		includeFieldValues: parameters.optional(includeFieldValues) ?? false,
	};
}
