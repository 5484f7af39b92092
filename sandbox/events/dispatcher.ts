import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { Clock, FastClock } from '../clock';
import { newEventId } from '../ids';
import { isWebUrl } from '../postClient';
import { RefusedError } from '../reasons';
import type { RecentList } from '../recentList';
import type { Account, Application, Exam } from '../tenant/entities';
import type { Stage } from '../tenant/recruiting';
import { EVENT_SCOPES, EVENT_TYPES, type SubscribedEvent } from './catalogue';
import { type Delivery, DeliveryClient, type Message } from './delivery';
import type { LongConnections } from './longConnection/longConnections';

const MINUTE = 60_000;

/** Feishu's delays before it pushes an event again. Source: https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM */
const RETRY_DELAYS_MS = [15_000, 5 * MINUTE, 60 * MINUTE, 360 * MINUTE];

const PUSH_DEADLINE_MS = 3_000;
const URL_CHECK_DEADLINE_MS = 1_000;

export interface DispatcherOptions {
	app: SandboxApp;
	/** For deadlines and timestamps. */
	clock: Clock;
	/** For retries. */
	fastClock: FastClock;
	/** Gets every push when it has ended. */
	deliveries: RecentList<Delivery>;
	longConnections: Pick<LongConnections, 'clients' | 'send'>;
	/** Is called when the request URL was set. */
	onRequestUrlSet?: () => void;
}

/** How an app has chosen to receive events (订阅方式). */
type Subscription = { mode: 'requestUrl'; url: string } | { mode: 'longConnection' };

/**
 * Pushes events to the app's request URL or over its long connection as Feishu does, and again when they are not
 * received.
 */
export class EventDispatcher {
	private subscription?: Subscription;

	private isClosed = false;

	private readonly client: DeliveryClient;

	constructor(private readonly options: DispatcherOptions) {
		this.client = new DeliveryClient(options.app, options.clock);
	}

	get requestUrl(): string | undefined {
		return this.subscription?.mode === 'requestUrl' ? this.subscription.url : undefined;
	}

	get usesLongConnection(): boolean {
		return this.subscription?.mode === 'longConnection';
	}

	/** Replaces the request URL, of which an app has one, or the long connection, once the new URL passed the URL check. */
	async setRequestUrl(url: string): Promise<void> {
		await this.checkUrl(url);
		this.subscription = { mode: 'requestUrl', url };
		this.options.onRequestUrlSet?.();
	}

	/** Also ends all retries. Does nothing for an app that uses the long connection. */
	removeRequestUrl(): void {
		if (!this.usesLongConnection) this.subscription = undefined;
	}

	/** Replaces the request URL by the long connection; throws the reason when that is not possible now. */
	setLongConnection(): void {
		const { app, longConnections } = this.options;
		if (app.appType === 'store') throw new RefusedError('notForStoreApps');
		if (longConnections.clients.length === 0) throw new RefusedError('longConnectionMissing');
		this.subscription = { mode: 'longConnection' };
	}

	/** Also ends all retries; clients stay connected. Does nothing for an app that uses a request URL. */
	removeLongConnection(): void {
		if (this.usesLongConnection) this.subscription = undefined;
	}

	/** Gives whether the event was pushed: not while the app has no way to receive it. */
	accountBound(account: Account): boolean {
		return this.publish('accountBound', account.tenantKey, {
			scope: account.scope,
			account_id: account.accountId,
			account_name: account.accountName,
			usage_list: account.usageList,
			custom_field_list: account.customFieldList,
		});
	}

	/** With the documented fields only. Gives whether the event was pushed. */
	examCreated(exam: Exam): boolean {
		return this.publish('examCreated', exam.tenantKey, {
			exam_id: exam.examId,
			account_id: exam.accountId,
			paper_id: exam.paper.id,
			candidate_info: exam.candidate,
		});
	}

	stageChanged(application: Application, origin: Stage): void {
		this.publish('stageChanged', application.tenantKey, {
			application_id: application.applicationId,
			origin_stage_id: origin.id,
			target_stage_id: application.stage.id,
			update_time: application.updatedAt,
		});
	}

	applicationDeleted({ tenantKey, applicationId }: Application): void {
		this.publish('applicationDeleted', tenantKey, { application_ids: [applicationId] });
	}

	talentDeleted({ tenantKey, talentId }: Application): void {
		this.publish('talentDeleted', tenantKey, { talent_id: talentId });
	}

	/** The event app_ticket, to which every store app is subscribed. Resolves once it was tried. */
	async appTicketIssued(ticket: string): Promise<void> {
		const { app, clock } = this.options;
		const type = EVENT_TYPES.appTicket;
		const id = newEventId();
		const body = {
			ts: (clock.now() / 1000).toFixed(7),
			uuid: id,
			token: app.verificationToken,
			type: 'event_callback',
			event: { app_id: app.appId, app_ticket: ticket, type },
		};
		await this.push({
			id,
			name: 'appTicket',
			type,
			body,
			isSigned: true,
			deadlineMs: PUSH_DEADLINE_MS,
		});
	}

	/** Ends all pushes. Retries end with the fast clock. */
	close(): void {
		this.isClosed = true;
		this.client.close();
	}

	/**
	 * The URL check of the developer console; rejects with the reason when the URL does not pass.
	 * Source: https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
	 */
	private async checkUrl(url: string): Promise<void> {
		if (!isWebUrl(url)) throw new RefusedError('invalidUrl', { url });
		const challenge = randomBytes(16).toString('hex');
		const type = EVENT_TYPES.urlCheck;
		const { delivery, response } = await this.client.send(
			{
				id: newEventId(),
				name: 'urlCheck',
				type,
				body: { challenge, token: this.options.app.verificationToken, type },
				isSigned: false,
				deadlineMs: URL_CHECK_DEADLINE_MS,
			},
			url,
			1,
		);
		if (response !== undefined && !hasChallenge(response, challenge))
			delivery.failure = { code: 'challengeMismatch', params: {} };
		this.record(delivery);
		const { failure } = delivery;
		if (failure) throw new RefusedError(failure.code, { ...failure.params, url });
	}

	/** Starts to push an event of a tenant; gives whether it did. An app without its scope is not subscribed to it. */
	private publish(name: SubscribedEvent, tenantKey: string, event: object): boolean {
		const { app, clock } = this.options;
		const type = EVENT_TYPES[name];
		if (!this.subscription || !EVENT_SCOPES[type].some((scope) => app.scopes.includes(scope)))
			return false;
		const header = {
			event_id: newEventId(),
			event_type: type,
			create_time: String(clock.now()),
			token: app.verificationToken,
			app_id: app.appId,
			tenant_key: tenantKey,
		};
		void this.push({
			id: header.event_id,
			name,
			type,
			body: { schema: '2.0', header, event },
			isSigned: true,
			deadlineMs: PUSH_DEADLINE_MS,
		});
		return true;
	}

	/** Pushes a message in the way that is chosen at the time; resolves once it was tried. */
	private async push(message: Message, attempt = 1): Promise<void> {
		if (!this.subscription) return;
		const delivery = await this.send(message, this.subscription, attempt);
		if (this.isClosed) return;
		this.record(delivery);
		const delay = RETRY_DELAYS_MS[attempt - 1];
		if (!delivery.failure || delay === undefined) return;
		this.options.fastClock.after(delay, () => void this.push(message, attempt + 1));
	}

	private async send(
		message: Message,
		subscription: Subscription,
		attempt: number,
	): Promise<Delivery> {
		if (subscription.mode === 'longConnection')
			return await this.options.longConnections.send(message, attempt);
		return (await this.client.send(message, subscription.url, attempt)).delivery;
	}

	private record(delivery: Delivery): void {
		if (!this.isClosed) this.options.deliveries.add(delivery);
	}
}

function hasChallenge(response: string, challenge: string): boolean {
	try {
		return (JSON.parse(response) as { challenge?: unknown } | null)?.challenge === challenge;
	} catch {
		return false;
	}
}
