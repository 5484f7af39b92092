/** Events of an exam flow: the value in `Trigger On`, and what Feishu calls it. */
export const EVENT_TYPES = {
	examCreated: 'hire.eco_exam.created_v1',
	accountBound: 'hire.eco_account.created_v1',
} as const;

export type TriggerEvent = keyof typeof EVENT_TYPES;

/** `scope` of a bound account: exams. The other one, 1, is background checks. */
const EXAM_ACCOUNT = 2;

/** Whether an event is one of those that the user chose. */
export function isWanted(
	eventType: string,
	event: Record<string, unknown>,
	chosen: readonly string[],
): boolean {
	const isChosen = chosen.some(
		(name) => Object.hasOwn(EVENT_TYPES, name) && EVENT_TYPES[name as TriggerEvent] === eventType,
	);
	if (eventType === EVENT_TYPES.accountBound) return isChosen && event.scope === EXAM_ACCOUNT;
	return isChosen;
}
