/** What is pushed to request URLs, by the name that deliveries and the page have for it. */
export const EVENT_TYPES = {
	/** 创建笔试 */
	examCreated: 'hire.eco_exam.created_v1',
	/** 账号绑定 */
	accountBound: 'hire.eco_account.created_v1',
	/** 投递阶段变更 */
	stageChanged: 'hire.application.stage_changed_v1',
	/** 删除投递 */
	applicationDeleted: 'hire.application.deleted_v1',
	/** 删除人才 */
	talentDeleted: 'hire.talent.deleted_v1',
	/** The ticket of a store app, which is subscribed to it by itself. */
	appTicket: 'app_ticket',
	/** The check of a request URL, which is no event. */
	urlCheck: 'url_verification',
} as const;

export type EventName = keyof typeof EVENT_TYPES;

/**
 * The scopes an app needs to be subscribed to an event (any one is enough). Sources: the pages "events" of
 * ecological-docking/exam, ecological-docking/account, application and talent below
 * https://open.feishu.cn/document/server-docs/hire-v1
 */
export const EVENT_SCOPES = {
	'hire.eco_exam.created_v1': ['hire:exam', 'hire:exam:readonly'],
	'hire.eco_account.created_v1': ['hire:exam:readonly', 'hire:background_check_order:readonly'],
	'hire.application.stage_changed_v1': ['hire:application:readonly'],
	'hire.application.deleted_v1': ['hire:application:readonly'],
	'hire.talent.deleted_v1': ['hire:talent:readonly'],
} as const;

/** The events that an app subscribes to. */
export type SubscribedEvent = Exclude<EventName, 'appTicket' | 'urlCheck'>;
