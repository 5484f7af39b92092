import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { FastClock } from '../clock';
import { RefusedError } from '../reasons';
import type { EventDispatcher } from './dispatcher';

const MINUTE = 60_000;

/** Source: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/application-v6/event/app_ticket-events */
const PUSH_INTERVAL_MS = 60 * MINUTE;

/** Feishu does not say how soon it pushes on request; about two minutes were seen (https://github.com/langbot-app/LangBot/pull/1855). */
const RESEND_DELAY_MS = 2 * MINUTE;

/** Feishu does not say how long a ticket is valid. */
const VALID_TICKETS = 2;

/** The app tickets of a store app, which Feishu pushes as events. */
export class AppTickets {
	private valid: string[] = [];

	private isHourly = false;

	private isResendPending = false;

	constructor(
		private readonly app: SandboxApp,
		private readonly clock: FastClock,
		private readonly events: EventDispatcher,
	) {}

	/** Issues a ticket and pushes it; resolves once each request URL was tried. Rejects for a self-built app or without a URL. */
	async push(): Promise<void> {
		if (this.app.appType !== 'store') throw new RefusedError('notStoreApp');
		if (this.events.requestUrl === undefined) throw new RefusedError('noRequestUrl');
		const ticket = randomBytes(20).toString('hex');
		this.valid = [...this.valid, ticket].slice(-VALID_TICKETS);
		await this.events.appTicketIssued(ticket);
	}

	/** Starts the hourly pushes of a store app. */
	start(): void {
		if (this.isHourly || this.app.appType !== 'store') return;
		this.isHourly = true;
		this.clock.every(PUSH_INTERVAL_MS, () => this.pushIfPossible());
	}

	/** 重新获取 app_ticket. Requests before the push lead to one push. */
	resend(): void {
		if (this.isResendPending) return;
		this.isResendPending = true;
		this.clock.after(RESEND_DELAY_MS, () => {
			this.isResendPending = false;
			this.pushIfPossible();
		});
	}

	isValid(ticket: string): boolean {
		return this.valid.includes(ticket);
	}

	/** Ends every ticket issued so far. */
	expire(): void {
		this.valid = [];
	}

	/** Nobody waits for such a push: without a request URL there is none. */
	private pushIfPossible(): void {
		this.push().catch(() => undefined);
	}
}
