import { createHash } from 'crypto';

import { appKeyOf, type FeishuApp } from '../transport/app';
import { AuthError } from '../transport/auth/authError';
import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import type { ErrorText } from '../transport/errors/codes';
import type { Attempt } from './connection';
import { Feed, type Member, type Subscriber } from './feed';
import { Handouts } from './handouts';
import { findWebSocket, type WebSocketConstructor } from './socket';

/** A credential that cannot be read is tried again so often, which costs Feishu nothing. */
const READ_AGAIN_AFTER_MS = 60_000;

/** A node's share in a connection. */
export interface Subscription {
	/**
	 * The outcome of the first attempt to connect since the node joined; it comes within half a minute. `retry` says that
	 * the connection comes about later without anybody's doing, `mend` that the user has to do something. There is none
	 * when the node leaves before.
	 */
	firstAttempt: Promise<Attempt>;
	/** Ends it. The last node to leave closes the connection, which takes up to 2.5 seconds. */
	leave: () => Promise<void>;
}

export interface HubOptions {
	findWebSocket?: () => WebSocketConstructor | undefined;
	random?: () => number;
}

/**
 * The long connections of a process: one for each app, shared by all nodes that receive its events. Whoever has another
 * App Secret has a connection of its own, so that nobody hears an app without knowing its secret.
 */
export class LongConnections {
	/** They are here as long as they have members. */
	private readonly feeds = new Map<string, Feed>();

	/** All that have joined and not left. */
	private readonly members = new Set<HubMember>();

	private readonly handouts: Handouts;

	constructor(
		private readonly clock: Clock,
		private readonly options: HubOptions = {},
	) {
		this.handouts = new Handouts(clock);
	}

	/** Lets a node receive events from now on, whatever passes: never throws. */
	join(subscriber: Subscriber): Subscription {
		const member = new HubMember(subscriber);
		this.members.add(member);
		void this.place(member);
		return {
			firstAttempt: member.firstAttempt,
			leave: async () => await this.leave(member),
		};
	}

	/** Closes all connections, and forgets everything. */
	async reset(): Promise<void> {
		await Promise.all([...this.members].map(async (member) => await this.leave(member)));
		this.handouts.reset();
	}

	/** Joins the feed of the member's credential, as soon as that can be read. */
	private async place(member: HubMember): Promise<void> {
		while (!member.left.aborted) {
			const app = await settle(member.subscriber.readApp);
			if (member.left.aborted) return;
			if (!app.error) return this.enter(member, app.value);
			member.onAttempt({ kind: 'mend', text: explain(app.error) });
			await this.clock.sleep(READ_AGAIN_AFTER_MS, member.left);
		}
	}

	private enter(member: HubMember, app: FeishuApp): void {
		const key = keyOf(app);
		const feed = this.feeds.get(key) ?? this.createFeed(app);
		this.feeds.set(key, feed);
		member.feed = feed;
		feed.add(member);
	}

	private createFeed(app: FeishuApp): Feed {
		const { options, clock, handouts } = this;
		return new Feed(app, {
			clock,
			handouts,
			WebSocketClass: (options.findWebSocket ?? findWebSocket)(),
			random: options.random,
			refresh: async (feed) => await this.refresh(feed),
			onConnected: (feed) => this.refreshOthers(feed),
		});
	}

	private async leave(member: HubMember): Promise<void> {
		this.members.delete(member);
		member.leave();
		if (member.feed) await this.removeFrom(member.feed, member);
	}

	private async removeFrom(feed: Feed, member: HubMember): Promise<void> {
		feed.remove(member);
		if (!feed.isEmpty) return;
		const key = keyOf(feed.app);
		if (this.feeds.get(key) === feed) this.feeds.delete(key);
		await feed.close();
	}

	/** Lets members whose credential has changed join another feed. One that cannot be read stays as it was. */
	private async refresh(feed: Feed): Promise<void> {
		const members = [...this.members].filter((member) => member.feed === feed);
		for (const member of members) {
			const app = await settle(member.subscriber.readApp);
			const isStaying = app.error !== undefined || keyOf(app.value) === keyOf(feed.app);
			if (isStaying || member.feed !== feed || member.left.aborted) continue;
			this.enter(member, app.value);
			void this.removeFrom(feed, member);
		}
	}

	/**
	 * An app that is connected with one secret may still be connected with an older one, and each event goes to one of
	 * the connections only.
	 */
	private refreshOthers(feed: Feed): void {
		for (const other of this.feeds.values()) {
			if (other !== feed && appKeyOf(other.app) === appKeyOf(feed.app)) void this.refresh(other);
		}
	}
}

class HubMember implements Member {
	feed?: Feed;

	private readonly leaving = new AbortController();

	/** What the user was told last, until there is a connection. */
	private told?: string;

	private isAnswered = false;

	private settleFirst: (attempt: Attempt) => void = () => undefined;

	readonly firstAttempt = new Promise<Attempt>((resolve) => {
		this.settleFirst = resolve;
	});

	constructor(readonly subscriber: Subscriber) {}

	get left(): AbortSignal {
		return this.leaving.signal;
	}

	leave(): void {
		this.leaving.abort();
	}

	onAttempt(attempt: Attempt): void {
		const problem = attempt.kind === 'mend' ? attempt.text : undefined;
		const isNews = problem !== undefined && problem.message !== this.told;
		if (attempt.kind !== 'retry') this.told = problem?.message;
		if (this.isAnswered && isNews) void settle(() => this.subscriber.onMend(problem));
		this.isAnswered = true;
		this.settleFirst(attempt);
	}
}

/** The secret is part of it, but cannot be read out of it. */
const keyOf = (app: FeishuApp): string =>
	`${appKeyOf(app)} ${createHash('sha256').update(app.appSecret).digest('hex')}`;

const explain = (error: Error): ErrorText =>
	error instanceof AuthError
		? error.text
		: { message: 'The credential could not be read', description: error.message };
