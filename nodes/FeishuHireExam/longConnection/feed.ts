import { randomUUID } from 'crypto';
import { deepCopy } from 'n8n-workflow';

import {
	type EventHeader,
	type JsonObject,
	parseJsonObject,
	readEnvelope,
	readEvent,
} from '../events/envelope';
import type { FeishuApp } from '../transport/app';
import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import type { ErrorText } from '../transport/errors/codes';
import { type Attempt, Connection } from './connection';
import type { HttpRequest } from './endpoint';
import type { Handouts } from './handouts';
import type { AnswerCode } from './messages';
import type { WebSocketConstructor } from './socket';
import { type Log, ThrottledLog } from './throttledLog';

/** Feishu waits three seconds for an answer. */
const ANSWER_WITHIN_MS = 2_500;

/** An event as it is handed out. */
export interface ReceivedEvent {
	header: EventHeader;
	event: JsonObject;
}

/** A trigger node that receives events. */
export interface Subscriber {
	/** Stays the same when the workflow is published again: the IDs of workflow and node. */
	key: string;
	/** A test in the editor, which takes no event away from production. */
	isTest: boolean;
	log: Log;
	httpRequest: HttpRequest;
	/** Reads the credential anew. */
	readApp: () => Promise<FeishuApp>;
	wants: (event: ReceivedEvent) => boolean;
	/** Resolves when the event is proved to be kept, and rejects when it is not. Each event comes once. */
	handle: (event: ReceivedEvent) => Promise<void>;
	/** The user has to mend something; told once until there is a connection again, and not for the first attempt. */
	onMend: (text: ErrorText) => void;
}

/** A subscriber in its place. */
export interface Member {
	readonly subscriber: Subscriber;
	/** Gets the outcome of each attempt to connect. */
	onAttempt(attempt: Attempt): void;
}

export interface FeedOptions {
	clock: Clock;
	handouts: Handouts;
	WebSocketClass: WebSocketConstructor | undefined;
	/** Is called before each attempt, so that members whose credential has changed go elsewhere. */
	refresh: (feed: Feed) => Promise<void>;
	onConnected: (feed: Feed) => void;
	random?: () => number;
}

/** The events of one app: one connection, and the trigger nodes that share it. It lives as long as it has members. */
export class Feed {
	private readonly members = new Set<Member>();

	private readonly connection: Connection;

	private readonly log: ThrottledLog;

	private isStarted = false;

	constructor(
		readonly app: FeishuApp,
		private readonly options: FeedOptions,
	) {
		const { clock, WebSocketClass, random } = options;
		this.log = new ThrottledLog(clock, () => this.first?.log);
		this.connection = new Connection({
			clock,
			log: this.log,
			WebSocketClass,
			random,
			readApp: async () => {
				await options.refresh(this);
				return this.isEmpty ? undefined : this.app;
			},
			httpRequest: async (request) => await this.first?.httpRequest(request),
			onAttempt: (attempt) => this.onAttempt(attempt),
			onEvent: async (payload) => await this.receive(payload),
		});
	}

	get isEmpty(): boolean {
		return this.members.size === 0;
	}

	add(member: Member): void {
		this.members.add(member);
		if (this.connection.isOpen) member.onAttempt({ kind: 'connected' });
		if (this.isStarted) this.connection.retryNow();
		else this.connection.start();
		this.isStarted = true;
	}

	remove(member: Member): void {
		this.members.delete(member);
	}

	/** Ends the connection; see `Connection.close`. */
	async close(): Promise<void> {
		await this.connection.close();
	}

	private get first(): Subscriber | undefined {
		const [member] = this.members;
		return member?.subscriber;
	}

	private onAttempt(attempt: Attempt): void {
		for (const member of [...this.members]) member.onAttempt(attempt);
		if (attempt.kind === 'connected') this.options.onConnected(this);
	}

	/** Hands an event to all who want it; returns what to answer. */
	private async receive(payload: Uint8Array): Promise<AnswerCode | undefined> {
		const body = parseJsonObject(new TextDecoder().decode(payload));
		const { header } = readEnvelope(body ?? {});
		const event = body && readEvent(body);
		if (!event || !header.event_type || !header.event_id) {
			this.log.warn('malformed', 'an event that cannot be read was ignored');
			return 200;
		}
		// The token is empty here; that the event came over this connection proves who sent it.
		if (header.app_id !== this.app.appId) {
			this.log.warn('app', 'an event of another app was ignored');
			return 200;
		}
		return await this.handOut({ header: { ...header, delivery_id: '' }, event });
	}

	private async handOut(event: ReceivedEvent): Promise<AnswerCode | undefined> {
		const subscribers = [...this.members].map(({ subscriber }) => subscriber);
		const wanting = await settle(() => subscribers.filter(({ wants }) => wants(event)));
		if (wanting.error) {
			this.log.warn('wants', `the settings cannot be read: ${wanting.error.message}`);
			return 500;
		}
		const [tests, production] = [true, false].map((isTest) =>
			wanting.value.filter((subscriber) => subscriber.isTest === isTest),
		) as [Subscriber[], Subscriber[]];
		for (const test of tests) void settle(async () => await test.handle(withDeliveryId(event)));
		if (production.length > 0) return await this.answerOf(event, production);
		// Another n8n may hear this app for production.
		const isForTestsOnly = tests.length > 0 || subscribers.every(({ isTest }) => isTest);
		if (isForTestsOnly) return 500;
		const { event_type } = event.header;
		this.log.warn(`unwanted ${event_type}`, `no workflow wants an event ${event_type}`);
		return 200;
	}

	/** 200 when all have proved that they keep the event, 500 when one has not, nothing when it takes too long. */
	private async answerOf(
		event: ReceivedEvent,
		subscribers: Subscriber[],
	): Promise<AnswerCode | undefined> {
		const { clock, handouts } = this.options;
		const { event_id } = event.header;
		const kept = subscribers.map(async ({ key, handle }) => {
			await handouts.run(key, event_id, async () => await handle(withDeliveryId(event)));
		});
		const timer = new AbortController();
		try {
			return await Promise.race([
				Promise.all(kept).then((): AnswerCode => 200),
				clock.sleep(ANSWER_WITHIN_MS, timer.signal).then(() => undefined),
			]);
		} catch (error) {
			this.log.warn('rejected', `an event was not kept: ${(error as Error).message}`);
			return 500;
		} finally {
			timer.abort();
		}
	}
}

/** Each handing out counts as a delivery of its own; no workflow sees what another one changes. */
const withDeliveryId = ({ header, event }: ReceivedEvent): ReceivedEvent => ({
	header: { ...header, delivery_id: randomUUID() },
	event: deepCopy(event),
});
