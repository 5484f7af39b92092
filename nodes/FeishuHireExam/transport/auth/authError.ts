import type { ErrorText } from '../errors/codes';

/**
 * No access token could be obtained. The credential has no node at hand, so this is a plain error; its text is meant for
 * the user.
 */
export class AuthError extends Error {
	/** Whether a retry could help. */
	readonly isTransient: boolean;

	/** Whether an app ticket was requested and has not arrived. */
	readonly awaitsTicket: boolean;

	/** Milliseconds after which Feishu accepts the request, if it says so. */
	readonly retryAfterMs?: number;

	/** HTTP status, Feishu's code and log ID, if Feishu answered. */
	readonly facts: { httpStatus?: number; code?: number; logId?: string };

	constructor(
		readonly text: ErrorText,
		{
			isTransient = false,
			awaitsTicket = false,
			retryAfterMs,
			facts = {},
		}: Partial<Pick<AuthError, 'isTransient' | 'awaitsTicket' | 'retryAfterMs' | 'facts'>> = {},
	) {
		super(`${text.message}. ${text.description}`);
		this.name = 'AuthError';
		this.isTransient = isTransient;
		this.awaitsTicket = awaitsTicket;
		this.retryAfterMs = retryAfterMs;
		this.facts = facts;
	}
}
