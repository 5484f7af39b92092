import type { INodePropertyOptions } from 'n8n-workflow';

/** An event as Feishu documents it, and as the editor shows it. */
interface EventEntry {
	/** `event_type` in Feishu's envelope. */
	type: string;
	label: string;
	description: string;
	/** Any of these lets an app receive the event. */
	scopes: readonly string[];
}

/** The events of exam workflows by their value in `Trigger On`, in the order of their labels. */
export const EVENTS = {
	accountBound: {
		type: 'hire.eco_account.created_v1',
		label: 'Account Bound',
		description: 'A customer added an exam account in Feishu Hire',
		scopes: ['hire:exam:readonly'],
	},
	applicationDeleted: {
		type: 'hire.application.deleted_v1',
		label: 'Application Deleted',
		description: 'Applications were deleted, so you can erase your copy',
		scopes: ['hire:application:readonly'],
	},
	applicationStageChanged: {
		type: 'hire.application.stage_changed_v1',
		label: 'Application Stage Changed',
		description: "A recruiter moved a candidate's application to another stage",
		scopes: ['hire:application:readonly'],
	},
	examCreated: {
		type: 'hire.eco_exam.created_v1',
		label: 'Exam Created',
		description: 'A recruiter arranged an exam for a candidate',
		scopes: ['hire:exam', 'hire:exam:readonly'],
	},
	talentDeleted: {
		type: 'hire.talent.deleted_v1',
		label: 'Talent Deleted',
		description: 'A candidate was deleted, so you can erase your copy',
		scopes: ['hire:talent:readonly'],
	},
} as const satisfies Record<string, EventEntry>;

export type TriggerEvent = keyof typeof EVENTS;

/** Feishu's hourly event for store apps, which no user sees. */
export const TICKET_EVENT_TYPE = 'app_ticket';

/** The options of `Trigger On`. */
export const eventOptions: INodePropertyOptions[] = Object.entries<EventEntry>(EVENTS).map(
	([value, { label, description, scopes }]) => ({
		name: label,
		value,
		description: `${description}. Needs the scope ${scopes.join(' or ')}.`,
	}),
);

/** Feishu's type of an event that is named by its value in `Trigger On`, its label, or the type itself. */
export const findEventType = (name: string): string | undefined =>
	Object.entries<EventEntry>(EVENTS).find(([value, { type, label }]) =>
		[value, type, label].includes(name.trim()),
	)?.[1].type;
