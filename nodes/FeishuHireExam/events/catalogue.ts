/** Events of an exam flow: the value in `Trigger On`, and what Feishu calls it. */
export const EVENT_TYPES = {
	accountBound: 'hire.eco_account.created_v1',
	applicationDeleted: 'hire.application.deleted_v1',
	applicationStageChanged: 'hire.application.stage_changed_v1',
	examCreated: 'hire.eco_exam.created_v1',
	talentDeleted: 'hire.talent.deleted_v1',
} as const;

export type TriggerEvent = keyof typeof EVENT_TYPES;

/** Feishu's hourly event for store apps, which no user sees. */
export const TICKET_EVENT_TYPE = 'app_ticket';

/** `scope` of a bound account: exams. The other one, 1, is background checks. */
const EXAM_ACCOUNT = 2;

/** Of which accounts and papers events are wanted; all, where nothing is said. */
export interface EventFilters {
	accountIds?: readonly string[];
	paperIds?: readonly string[];
}

const passes = (value: unknown, list: readonly string[] | undefined): boolean =>
	value === undefined || list === undefined || list.some((entry) => entry === value);

/** Whether an event is one of those that the user chose. */
export function isWanted(
	eventType: string,
	event: Record<string, unknown>,
	chosen: readonly string[],
	{ accountIds, paperIds }: EventFilters,
): boolean {
	const isChosen = chosen.some(
		(name) => Object.hasOwn(EVENT_TYPES, name) && EVENT_TYPES[name as TriggerEvent] === eventType,
	);
	const isForExams = eventType !== EVENT_TYPES.accountBound || event.scope === EXAM_ACCOUNT;
	return (
		isChosen &&
		isForExams &&
		passes(event.account_id, accountIds) &&
		passes(event.paper_id, paperIds)
	);
}
