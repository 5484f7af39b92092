interface ReasonText {
	/** HTTP status of the console API. */
	status: 400 | 404;
	/** In English, with parameters as `{name}`. */
	message: string;
}

/**
 * Why the sandbox refuses an action, or why a delivery failed. Programs and logs read the message; the page has texts
 * of its own in two languages, by the code.
 */
export const REASONS = {
	invalidRequest: { status: 400, message: '{detail}' },
	endpointNotFound: { status: 404, message: 'There is no endpoint {method} {path}' },

	tenantNotFound: { status: 404, message: 'There is no tenant {tenantKey}' },
	accountNotFound: { status: 404, message: 'There is no account {accountId}' },
	accountExists: { status: 400, message: 'Account {accountId} already exists' },
	accountNotForExams: { status: 400, message: 'Account {accountId} is not for exams' },
	paperNotFound: { status: 404, message: 'Account {accountId} has no paper {paperId}' },
	applicationNotFound: { status: 404, message: 'There is no application {applicationId}' },
	talentNotFound: { status: 404, message: 'There is no application of talent {talentId}' },
	examNotFound: { status: 404, message: 'There is no exam {examId}' },
	linkMissing: { status: 400, message: 'Exam {examId} has no link yet' },
	resultMissing: { status: 400, message: 'Exam {examId} has no result yet' },

	notStoreApp: { status: 400, message: 'A self-built app has no tickets' },
	noRequestUrl: { status: 400, message: 'There is no request URL to push a ticket to' },
	invalidUrl: { status: 400, message: '{url} is not an http or https URL' },

	timeout: { status: 400, message: '{url}: no response within {seconds} s' },
	connectionFailed: { status: 400, message: '{url}: connection failed ({cause})' },
	unexpectedStatus: { status: 400, message: '{url}: responded with HTTP {status} instead of 200' },
	challengeMismatch: { status: 400, message: '{url}: responded without the challenge' },

	resultUrlNotFound: { status: 400, message: '{url}: responded with HTTP 404' },
	resultUrlNeedsAuthentication: {
		status: 400,
		message: '{url}: responded with HTTP {status}, so it asks for authentication',
	},
	resultRefused: { status: 400, message: '{url}: responded with HTTP {status}: {detail}' },
	resultFailed: { status: 400, message: '{url}: responded with HTTP {status}' },

	notForStoreApps: { status: 400, message: 'A store app cannot use the long connection' },
	longConnectionMissing: { status: 400, message: 'Connect a client first: none is connected now' },
	noClient: { status: 400, message: 'No client is connected' },
	connectionClosed: { status: 400, message: 'The connection was closed before the response' },
	unexpectedCode: { status: 400, message: 'The client responded with {code} instead of 200' },
	differentEcho: { status: 400, message: 'The response has another {field} than the event' },
} as const satisfies Record<string, ReasonText>;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
	code: ReasonCode;
	params: Record<string, string | number>;
}

/** An action that can't be carried out. */
export class RefusedError extends Error {
	constructor(
		readonly code: ReasonCode,
		readonly params: Reason['params'] = {},
	) {
		super(
			REASONS[code].message.replace(/\{(\w+)\}/g, (_match, name: string) =>
				String(params[name] ?? ''),
			),
		);
	}

	get status() {
		return REASONS[this.code].status;
	}
}
