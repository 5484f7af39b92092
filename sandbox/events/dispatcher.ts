import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { Clock } from '../clock';
import { newEventId } from '../ids';
import type { Stage } from '../tenant/recruiting';
import type { Account, Application, Exam } from '../tenant/tenant';
import { encrypt, sign } from './signature';

/** One push of an event, or of a URL check, to one request URL. */
export interface Delivery {
	/** Milliseconds since 1970, when the push began. */
	at: number;
	/** The same on each retry; absent for a URL check. */
	eventId?: string;
	/** `url_verification` or the event's type. */
	type: string;
	url: string;
	/** 1 for the first push. */
	attempt: number;
	headers: Record<string, string>;
	/** What is said, before any encryption. */
	body: object;
	/** The body as sent. */
	rawBody: string;
	/** HTTP status got. */
	status?: number;
	/** Why the push does not count as received. */
	failure?: string;
}

interface FeishuEvent {
	id: string;
	type: string;
	/** Envelope and event, as they are before encryption. */
	body: object;
}

/**
 * The events of the sandbox and the scopes an app needs for them (any one is enough). Sources: the pages "events"
 * of ecological-docking/exam, ecological-docking/account, application and talent below
 * https://open.feishu.cn/document/server-docs/hire-v1
 */
export const EVENT_SCOPES = {
	'hire.eco_exam.created_v1': ['hire:exam', 'hire:exam:readonly'],
	'hire.eco_account.created_v1': ['hire:exam:readonly', 'hire:background_check_order:readonly'],
	'hire.application.stage_changed_v1': ['hire:application:readonly'],
	'hire.application.deleted_v1': ['hire:application:readonly'],
	'hire.talent.deleted_v1': ['hire:talent:readonly'],
} as const;

type EventType = keyof typeof EVENT_SCOPES;

const MINUTE = 60_000;

/** Feishu's waits before it pushes an event again. Source: https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM */
const RETRY_AFTER_MS = [15_000, 5 * MINUTE, 60 * MINUTE, 360 * MINUTE];

// Deadlines are real time, however fast the sandbox's clock: a receiver does not run faster.
const PUSH_DEADLINE_MS = 3_000;
const URL_CHECK_DEADLINE_MS = 1_000;

/** What went wrong with a `fetch`, in words. */
function describe(error: Error, deadlineMs: number): string {
	if (error.name === 'TimeoutError') return `no answer within ${deadlineMs / 1000} s`;
	const cause = error.cause as { code?: string; message?: string } | undefined;
	return `no connection (${cause?.code ?? cause?.message ?? error.message})`;
}

/**
 * Pushes events to request URLs as Feishu does: encrypted and signed when there is an Encrypt Key, and again when not received.
 * `onRequestUrl`: is called when request URLs were set or one was added.
 */
export function createEvents(
	app: SandboxApp,
	clock: Clock,
	deliveries: Delivery[],
	onRequestUrl = () => {},
) {
	let requestUrls: string[] = [];
	let isClosed = false;
	const attempts = new Set<AbortController>();

	/** Sends one body and records it. Gives the answer's text when it was HTTP 200. */
	async function post(
		url: string,
		body: object,
		about: Pick<Delivery, 'type' | 'eventId' | 'attempt'>,
	) {
		const isCheck = about.type === 'url_verification';
		const plainText = JSON.stringify(body);
		const rawBody = app.encryptKey
			? JSON.stringify({ encrypt: encrypt(plainText, app.encryptKey) })
			: plainText;
		const headers: Record<string, string> = { 'Content-Type': 'application/json;charset=utf-8' };
		// Feishu leaves the URL check unsigned, also with an Encrypt Key.
		if (app.encryptKey && !isCheck) {
			const timestamp = String(Math.floor(Date.now() / 1000));
			const nonce = randomBytes(8).toString('hex');
			headers['X-Lark-Request-Timestamp'] = timestamp;
			headers['X-Lark-Request-Nonce'] = nonce;
			headers['X-Lark-Signature'] = sign(timestamp, nonce, app.encryptKey, rawBody);
		}

		const delivery: Delivery = { at: Date.now(), ...about, url, headers, body, rawBody };
		const deadlineMs = isCheck ? URL_CHECK_DEADLINE_MS : PUSH_DEADLINE_MS;
		let answer: string | undefined;
		// Node collects what AbortSignal.any() and timeout() make while somebody still waits for it.
		const attempt = new AbortController();
		const deadline = setTimeout(
			() => attempt.abort(new DOMException('', 'TimeoutError')),
			deadlineMs,
		);
		attempts.add(attempt);
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers,
				body: rawBody,
				redirect: 'manual',
				signal: attempt.signal,
			});
			const text = await response.text();
			delivery.status = response.status;
			if (response.status === 200) answer = text;
			else delivery.failure = `answered HTTP ${response.status} instead of 200`;
		} catch (error) {
			delivery.failure = describe(error as Error, deadlineMs);
		} finally {
			clearTimeout(deadline);
			attempts.delete(attempt);
		}
		if (!isClosed) deliveries.push(delivery);
		return { delivery, answer };
	}

	/**
	 * The URL check of the developer console; rejects with the reason when the URL does not pass.
	 * Source: https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
	 */
	async function checkUrl(url: string) {
		if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
			throw new Error(`${url} is no http or https address`);
		}
		const challenge = randomBytes(16).toString('hex');
		const { delivery, answer } = await post(
			url,
			{ challenge, token: app.verificationToken, type: 'url_verification' },
			{ type: 'url_verification', attempt: 1 },
		);
		if (answer !== undefined && !answersChallenge(answer, challenge)) {
			delivery.failure = 'answered without the challenge';
		}
		if (delivery.failure) throw new Error(`The URL check of ${url} failed: ${delivery.failure}`);
	}

	async function deliver(event: FeishuEvent, url: string, attempt = 1): Promise<void> {
		if (!requestUrls.includes(url)) return;
		const { delivery } = await post(url, event.body, {
			type: event.type,
			eventId: event.id,
			attempt,
		});
		const wait = RETRY_AFTER_MS[attempt - 1];
		if (delivery.failure && wait !== undefined && !isClosed) {
			clock.after(wait, () => void deliver(event, url, attempt + 1));
		}
	}

	/** Pushes an event to every request URL; resolves once each was tried. */
	const push = (event: FeishuEvent) => Promise.all(requestUrls.map((url) => deliver(event, url)));

	/** Starts to push an event of a tenant. An app without the scope is not subscribed and gets nothing. */
	function publish(type: EventType, tenantKey: string, event: object) {
		if (!EVENT_SCOPES[type].some((scope) => app.scopes.includes(scope))) return;
		const header = {
			event_id: newEventId(),
			event_type: type,
			create_time: String(Date.now()),
			token: app.verificationToken,
			app_id: app.appId,
			tenant_key: tenantKey,
		};
		void push({ id: header.event_id, type, body: { schema: '2.0', header, event } });
	}

	return {
		requestUrls: () => [...requestUrls],
		/** Replaces the request URLs once all of them passed the URL check. */
		async setRequestUrls(urls: string[]) {
			const unique = [...new Set(urls)];
			await Promise.all(unique.map(checkUrl));
			requestUrls = unique;
			onRequestUrl();
		},
		async addRequestUrl(url: string) {
			await checkUrl(url);
			requestUrls = [...new Set([...requestUrls, url])];
			onRequestUrl();
		},
		/** Also ends the retries to it. */
		removeRequestUrl(url: string): boolean {
			const known = requestUrls.includes(url);
			requestUrls = requestUrls.filter((other) => other !== url);
			return known;
		},
		/** 账号绑定: hire.eco_account.created_v1 */
		accountCreated(account: Account) {
			publish('hire.eco_account.created_v1', account.tenantKey, {
				scope: account.scope,
				account_id: account.accountId,
				account_name: account.accountName,
				usage_list: account.usageList,
				custom_field_list: account.customFieldList,
			});
		},
		/** 投递阶段变更: hire.application.stage_changed_v1 */
		stageChanged(application: Application, origin: Stage) {
			publish('hire.application.stage_changed_v1', application.tenantKey, {
				application_id: application.applicationId,
				origin_stage_id: origin.id,
				target_stage_id: application.stage.id,
				update_time: application.updatedAt,
			});
		},
		/** 删除投递: hire.application.deleted_v1 */
		applicationDeleted({ tenantKey, applicationId }: Application) {
			publish('hire.application.deleted_v1', tenantKey, { application_ids: [applicationId] });
		},
		/** 删除人才: hire.talent.deleted_v1 */
		talentDeleted({ tenantKey, talentId }: Application) {
			publish('hire.talent.deleted_v1', tenantKey, { talent_id: talentId });
		},
		/** 创建笔试: hire.eco_exam.created_v1, with the documented fields only */
		examCreated(exam: Exam) {
			publish('hire.eco_exam.created_v1', exam.tenantKey, {
				exam_id: exam.examId,
				account_id: exam.accountId,
				paper_id: exam.paper.id,
				candidate_info: exam.candidate,
			});
		},
		/** app_ticket, to which a store app is subscribed without asking; resolves once every request URL was tried. */
		async ticketIssued(ticket: string) {
			const uuid = newEventId();
			const event = { app_id: app.appId, app_ticket: ticket, type: 'app_ticket' };
			const body = {
				ts: (Date.now() / 1000).toFixed(7),
				uuid,
				token: app.verificationToken,
				type: 'event_callback',
				event,
			};
			await push({ id: uuid, type: event.type, body });
		},
		close() {
			isClosed = true;
			for (const attempt of attempts) attempt.abort();
		},
	};
}

export type Events = ReturnType<typeof createEvents>;

function answersChallenge(answer: string, challenge: string): boolean {
	try {
		return (JSON.parse(answer) as { challenge?: unknown } | null)?.challenge === challenge;
	} catch {
		return false;
	}
}
