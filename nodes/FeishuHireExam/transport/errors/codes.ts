/** What happened, and how to go on. */
export interface ErrorText {
	message: string;
	description: string;
}

/**
 * What a call does about a code: renew the token, wait until Feishu accepts calls again, retry after a service error
 * (Feishu may have processed the call), or give up.
 */
export type ErrorKind = 'rejectedToken' | 'rateLimited' | 'transient' | 'final';

/** What a code of Feishu's means. */
export interface ErrorCode extends ErrorText {
	kind: ErrorKind;
}

const final = (message: string, description: string): ErrorCode => ({
	kind: 'final',
	message,
	description,
});

const CHECK_CREDENTIALS =
	"Compare 'App ID' and 'App Secret' with 'Credentials & Basic Info' of the app in the developer console.";

const BAD_CREDENTIALS = final("The App ID and App Secret don't match", CHECK_CREDENTIALS);

const REJECTED_TOKEN: ErrorCode = {
	kind: 'rejectedToken',
	message: "Feishu rejected the app's access token",
	description: 'Test the credential, then run the workflow again.',
};

const APP_UNAVAILABLE = final(
	'The app is not available in this Feishu tenant',
	'Publish a version of the app, have the administrator approve and enable it, then try again.',
);

const MISSING_SCOPE = final(
	'The app lacks a scope that this call needs',
	"Add the scope under 'Permissions & Scopes' in the developer console, publish a new version of the app, then try again.",
);

const SERVICE_ERROR: ErrorCode = {
	kind: 'transient',
	message: 'Feishu could not process the call',
	description: 'Try again later. If it persists, send the log ID to Feishu support.',
};

export const RATE_LIMIT: ErrorCode = {
	kind: 'rateLimited',
	message: "Feishu's rate limit was exceeded",
	description:
		'The call was not processed, so it is safe to repeat. Feishu allows 50 calls per second and 1000 per minute for each API.',
};

const UNKNOWN_USER = final(
	'Feishu does not know the user',
	"Check that 'Operator ID' is of the type chosen in 'User ID Type' and belongs to this app and tenant.",
);

/**
 * Codes of the Open API that an exam workflow can meet. Sources: "Generic error codes" and the page of each
 * operation. To add one, add a line here and to both pages `docs/errors`.
 */
export const ERROR_CODES: Readonly<Record<number, ErrorCode>> = {
	2200: SERVICE_ERROR,
	10003: final('The App ID or App Secret has an invalid format', CHECK_CREDENTIALS),
	10005: final(
		"The app can't get a token with this 'App Type'",
		"Check 'App Type' in the credential (store or self-built), and that a version of the app is published, approved and enabled.",
	),
	10013: final(
		"The tenant hasn't installed this store app",
		"Check 'Tenant Key': it is in the header of each event. The tenant must have the app installed.",
	),
	10014: BAD_CREDENTIALS,
	10015: BAD_CREDENTIALS,
	10016: final(
		'The app is not a store app',
		"Choose 'Self-Built' in 'App Type' of the credential.",
	),
	20002: BAD_CREDENTIALS,
	20009: APP_UNAVAILABLE,
	20013: { ...REJECTED_TOKEN, kind: 'final' },
	1002001: SERVICE_ERROR,
	1002002: final(
		'Feishu rejected a value of this call',
		'Feishu answers like this to an unknown ID, and to a time or number that it does not accept.',
	),
	1002201: final(
		'The application does not exist',
		"Check 'Application ID': a deleted application cannot be read or changed.",
	),
	1002851: final(
		'Feishu does not know this exam, or its state does not allow this',
		"Check 'Exam ID': copy exam_id from the event 'Exam Created' of the Feishu Hire Exam Trigger. The exam must belong to the app of this credential.",
	),
	1002855: final(
		'The exam has already been marked',
		'Feishu accepts no further results for it. Leave this exam out, or ask the recruiter to add the result in Feishu Hire.',
	),
	99991400: RATE_LIMIT,
	99991401: final(
		"This n8n instance's IP address is not on the app's allowlist",
		"Add it under 'Security Settings' > 'IP Allowlist' in the developer console.",
	),
	99991403: final(
		'The monthly quota of API calls is used up',
		'The quota resets on the first of the month. A larger Feishu edition has a larger quota.',
	),
	99991543: BAD_CREDENTIALS,
	99991661: REJECTED_TOKEN,
	99991662: APP_UNAVAILABLE,
	99991663: REJECTED_TOKEN,
	99991664: REJECTED_TOKEN,
	99991665: REJECTED_TOKEN,
	99991668: final(
		'This call does not accept the kind of access token that was sent',
		"Check 'Platform' and 'Base URL' in the credential, then test it.",
	),
	99991671: REJECTED_TOKEN,
	99991672: MISSING_SCOPE,
	99991673: APP_UNAVAILABLE,
	99991674: UNKNOWN_USER,
	99991675: UNKNOWN_USER,
	99991676: MISSING_SCOPE,
	99992351: UNKNOWN_USER,
	99992360: UNKNOWN_USER,
	99992361: UNKNOWN_USER,
	99992364: UNKNOWN_USER,
	99992381: UNKNOWN_USER,
	99992402: final(
		'Feishu rejected a field of this call',
		'Correct the fields that are named here, then run the workflow again.',
	),
};

export const INVALID_VALUE_CODE = 1002002;
export const MISSING_SCOPE_CODE = 99991672;
export const INVALID_FIELD_CODE = 99992402;

/** A call of a store app that is for no tenant. */
export const EMPTY_TENANT_KEY: ErrorText = {
	message: "'Tenant Key' is empty",
	description:
		"A store app works for one tenant at a time. Enter the key in the credential, or in the node's 'Options' as an expression such as {{ $json.header.tenant_key }}: each event carries the key of its tenant.",
};

/** The user stopped the execution while calls were waiting. */
export const STOPPED: ErrorText = {
	message: 'The execution was stopped',
	description: 'Calls that were still waiting were not sent.',
};
