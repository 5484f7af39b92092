import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { triggerParameters } from '../parameters/itemParameters';
import { EVENTS, typeOfEvent } from './catalogue';
import type { JsonObject } from './envelope';
import { eventProperties } from './properties';

/** `scope` of an account for exams. The other one, 1, is for background checks. */
const EXAM_ACCOUNT_SCOPE = 2;

/** The accounts and papers whose events are wanted; all, where there is no list. */
export interface EventFilters {
	accountIds?: readonly string[];
	paperIds?: readonly string[];
}

const matches = (value: unknown, list: readonly string[] | undefined): boolean =>
	value === undefined || list === undefined || list.some((entry) => entry === value);

/** Whether an event is one that the user selected: by `Trigger On`, by the filters, and for exams at all. */
export function matchesFilters(
	eventType: string,
	event: JsonObject,
	selected: readonly string[],
	{ accountIds, paperIds }: EventFilters,
): boolean {
	const isSelected = selected.some((value) => typeOfEvent(value) === eventType);
	const isForExams = eventType !== EVENTS.accountBound.type || event.scope === EXAM_ACCOUNT_SCOPE;
	return (
		isSelected &&
		isForExams &&
		matches(event.account_id, accountIds) &&
		matches(event.paper_id, paperIds)
	);
}

/**
 * Reads `Filters`.
 *
 * @throws NodeOperationError when a filter was added and is empty.
 */
export function readFilters(this: IHookFunctions | IWebhookFunctions): EventFilters {
	const parameters = triggerParameters(this, eventProperties);
	return {
		accountIds: parameters.filter('filters.accountIds', 'texts'),
		paperIds: parameters.filter('filters.paperIds', 'texts'),
	};
}
