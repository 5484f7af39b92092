import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { Clock } from '../clock';
import type { Events } from './dispatcher';

const MINUTE = 60_000;

/** Source: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/application-v6/event/app_ticket-events */
const PUSH_EVERY_MS = 60 * MINUTE;

/** Feishu does not say how long a push asked for takes; about two minutes were seen (https://github.com/langbot-app/LangBot/pull/1855). */
const RESEND_AFTER_MS = 2 * MINUTE;

/** Feishu does not say how long a ticket is good. */
const VALID_TICKETS = 2;

/** The app tickets of a store app, which Feishu pushes as events. */
export function createTickets(app: SandboxApp, clock: Clock, events: Events) {
	let valid: string[] = [];
	let isHourly = false;
	let isAskedFor = false;

	/** Issues a ticket and pushes it; resolves once every request URL was tried, rejects when there is nothing to push or nowhere. */
	async function push() {
		if (app.appType !== 'store') throw new Error('A self-built app has no tickets');
		if (events.requestUrls().length === 0)
			throw new Error('There is no request URL to push a ticket to');
		const ticket = randomBytes(20).toString('hex');
		valid = [...valid, ticket].slice(-VALID_TICKETS);
		await events.ticketIssued(ticket);
	}

	/** Nobody waits for such a push: without a request URL there is just none. */
	const pushAfter = (ms: number, then: () => void) =>
		clock.after(ms, () => {
			void push().catch(() => {});
			then();
		});

	const pushHourly = () => pushAfter(PUSH_EVERY_MS, pushHourly);

	return {
		push,
		/** Starts the hourly pushes of a store app. */
		start() {
			if (isHourly || app.appType !== 'store') return;
			isHourly = true;
			pushHourly();
		},
		/** 重新获取 app_ticket. Who asks again meanwhile gets the same push. */
		resend() {
			if (isAskedFor) return;
			isAskedFor = true;
			pushAfter(RESEND_AFTER_MS, () => {
				isAskedFor = false;
			});
		},
		isValid: (ticket: string) => valid.includes(ticket),
		/** Makes every ticket issued so far stale. */
		expire() {
			valid = [];
		},
	};
}

export type Tickets = ReturnType<typeof createTickets>;
