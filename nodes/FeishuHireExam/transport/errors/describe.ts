import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';

import type { Answer } from '../response';

/** What happened, and how to go on. */
export interface ErrorText {
	message: string;
	description: string;
}

const CHECK_CREDENTIALS =
	"Compare 'App ID' and 'App Secret' with 'Credentials & Basic Info' of the app in the developer console.";

const BAD_CREDENTIALS: ErrorText = {
	message: 'Feishu does not accept the App ID together with the App Secret',
	description: CHECK_CREDENTIALS,
};

const DEAD_TOKEN: ErrorText = {
	message: 'Feishu does not accept the access token of the app',
	description:
		'A new token was fetched and refused too. Test the credential, then run the workflow again.',
};

const APP_UNAVAILABLE: ErrorText = {
	message: 'The app is not available in this Feishu tenant',
	description:
		'Publish a version of the app, have it approved and enabled by the administrator, then try again.',
};

const MISSING_SCOPE: ErrorText = {
	message: 'The app lacks a scope that this call needs',
	description:
		"Add the scope under 'Permissions & Scopes' in the developer console, publish a new version of the app, then try again.",
};

const SERVICE_TROUBLE: ErrorText = {
	message: 'Feishu could not process the call',
	description: 'Try again later. If it stays, hand the log ID to Feishu support.',
};

const RATE_LIMIT: ErrorText = {
	message: 'Feishu received too many calls from this app',
	description:
		'The call was not processed, so it can be repeated safely. Feishu allows 50 calls a second and 1000 a minute for each API.',
};

const WRONG_USER: ErrorText = {
	message: 'Feishu does not know the user',
	description:
		"Check that 'Operator ID' is of the kind chosen in 'User ID Type' and belongs to this app and tenant.",
};

/** Codes of the Open API that an exam flow can meet, in words. Source: "Generic error codes" and the page of each operation. */
export const ERROR_TEXTS: Readonly<Record<number, ErrorText>> = {
	2200: SERVICE_TROUBLE,
	10003: {
		message: 'Feishu does not accept the form of the App ID or the App Secret',
		description: CHECK_CREDENTIALS,
	},
	10005: {
		message: 'Feishu does not give the app a token in this way',
		description:
			"Check 'App Type' in the credential (a store app or a self-built one), and that a version of the app is published, approved and enabled.",
	},
	10013: {
		message: 'Feishu has no such customer for this store app',
		description:
			"Check 'Tenant Key' in the credential: it is in the header of each event. The customer must have the app installed.",
	},
	10014: BAD_CREDENTIALS,
	10015: BAD_CREDENTIALS,
	10016: {
		message: 'The app is not a store app',
		description: "Choose 'Self-Built' in 'App Type' of the credential.",
	},
	20002: BAD_CREDENTIALS,
	20009: APP_UNAVAILABLE,
	20013: DEAD_TOKEN,
	1002001: SERVICE_TROUBLE,
	1002002: {
		message: 'Feishu does not accept a value of this call',
		description: 'Check IDs, times and numbers: an unknown ID is answered like this too.',
	},
	1002201: {
		message: 'The application does not exist',
		description: "Check 'Application ID': a deleted application cannot be read or changed.",
	},
	1002851: {
		message: 'Feishu does not know this exam, or its state does not allow this',
		description:
			"Check 'Exam ID': it must be the one that the event of the created exam carried, for this app.",
	},
	1002855: {
		message: 'Marking of this exam is finished',
		description:
			'Feishu takes no further results for it. Leave this exam out, or ask the recruiter to add the result in Feishu Hire.',
	},
	99991400: RATE_LIMIT,
	99991401: {
		message: 'The address of this n8n is not on the allow list of the app',
		description: "Add it under 'Security Settings' > 'IP Allowlist' in the developer console.",
	},
	99991403: {
		message: 'The monthly quota of API calls is used up',
		description:
			'The quota starts anew on the first of the month. A larger Feishu edition has a larger quota.',
	},
	99991543: BAD_CREDENTIALS,
	99991661: DEAD_TOKEN,
	99991662: APP_UNAVAILABLE,
	99991663: DEAD_TOKEN,
	99991664: DEAD_TOKEN,
	99991665: DEAD_TOKEN,
	99991671: DEAD_TOKEN,
	99991672: MISSING_SCOPE,
	99991668: DEAD_TOKEN,
	99991673: APP_UNAVAILABLE,
	99991674: WRONG_USER,
	99991675: WRONG_USER,
	99991676: MISSING_SCOPE,
	99992351: WRONG_USER,
	99992360: WRONG_USER,
	99992361: WRONG_USER,
	99992364: WRONG_USER,
	99992381: WRONG_USER,
	99992402: {
		message: 'Feishu does not accept a field of this call',
		description: 'Check the fields that are named here.',
	},
};

/** A call of a store app that is for no customer. */
export const EMPTY_TENANT: ErrorText = {
	message: "'Tenant Key' of the credential is empty",
	description:
		'A store app works for one customer at a time. Each event carries the key of its customer: enter it, or an expression such as {{ $json.header.tenant_key }}, and check that it gives a value for this item.',
};

/** The user stopped the execution while calls were waiting. */
export const STOPPED: ErrorText = {
	message: 'The execution was stopped',
	description: 'What had not been sent by then was not sent.',
};

export const MISSING_SCOPE_CODE = 99991672;
const RATE_LIMIT_CODE = 99991400;

/** Codes with which Feishu says that the token, not the call, is wrong. They come with HTTP 400, sometimes 200, never 401. */
export const DEAD_TOKEN_CODES: ReadonlySet<number> = new Set([
	99991661, 99991663, 99991664, 99991665, 99991671,
]);

/** Codes of trouble inside Feishu. */
const TROUBLE_CODES: ReadonlySet<number> = new Set([2200, 1002001]);

/** Whether the call was turned away unprocessed, to be made again later. Old APIs say so with HTTP 400. */
export const isRateLimited = ({ httpStatus, code }: Answer): boolean =>
	httpStatus === 429 || code === RATE_LIMIT_CODE;

/** Whether the call may have been processed although it did not succeed: trouble at Feishu, or half an answer. */
export const isTrouble = ({ httpStatus, code }: Answer): boolean =>
	httpStatus >= 500 || (code === undefined ? httpStatus < 400 : TROUBLE_CODES.has(code));

/** What the connection itself can run into, by the code of the network error. */
const NETWORK_TEXTS: Readonly<Record<string, string>> = {
	ECONNABORTED: 'No answer came in time',
	ECONNREFUSED: 'Nothing answers at this address',
	ECONNRESET: 'The connection was cut before the answer came',
	EPIPE: 'The connection was cut before the answer came',
	EAI_AGAIN: 'The name of the host could not be looked up',
	ENOTFOUND: 'There is no host of this name',
	ETIMEDOUT: 'No answer came in time',
};

/**
 * Words for a call that got no answer. `error` is only asked for its code: all else in it may hold the request,
 * with its secrets. The code itself is left out: n8n puts words of its own for every text that holds one.
 */
export function describeNetworkError(error: unknown, url: string): ErrorText {
	return {
		message: `Could not reach ${url}`,
		description: `${NETWORK_TEXTS[networkCode(error)] ?? 'The connection could not be made'}. Check the network of this n8n, its proxy, and 'Platform' in the credential.`,
	};
}

/** Network errors with which a call did not even leave. */
const UNSENT_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether the call cannot have been processed, since there was no connection. */
export const wasNeverSent = (error: unknown): boolean => UNSENT_CODES.has(networkCode(error));

/** The code of an error, or of what caused it. */
function networkCode(error: unknown): string {
	if (!(error instanceof Error)) return '';
	return 'code' in error && typeof error.code === 'string' ? error.code : networkCode(error.cause);
}

const texts = (list: unknown, key: string): string[] =>
	(Array.isArray(list) ? (list as IDataObject[]) : [])
		.map((entry) => entry?.[key])
		.filter((value): value is string => typeof value === 'string' && value !== '');

/** Scopes any one of which would allow the call. */
function missingScopes({ error, msg }: Answer): string {
	const violations = error.permission_violations;
	const scopes = [...texts(violations, 'subject'), ...texts(violations, 'scope')];
	const link = /https:\/\/[^\s"']+\/app\/[^\s"']+/.exec(msg)?.[0];
	return [
		scopes.length > 0 ? `Any one of these is enough: ${scopes.join(', ')}.` : '',
		link ? `Open ${link}` : '',
	]
		.filter(Boolean)
		.join(' ');
}

/** Labels of the editor by the names of Feishu's fields, with dots between levels: `report_list.url`. */
export type FieldLabels = Readonly<Record<string, string>>;

/** What is needed of a call to put the answer to it into words. */
interface CallText {
	page: string;
	labels: FieldLabels;
	/** The input item that each row of the call's list came from, if they came from items. */
	rowItems?: readonly number[];
}

/** A field as the user knows it: `report_list[0].url` is 'URL' in row 1 of 'Reports', or of an item. */
function nameField(field: string, { labels, rowItems }: CallText): string {
	const steps = field.replace(/\[(\d+)\]/g, '.$1').split('.');
	const label = labels[steps.filter((step) => !/^\d+$/.test(step)).join('.')];
	if (label === undefined) return field;
	const [list = '', row = ''] = steps;
	if (!/^\d+$/.test(row)) return `'${label}'`;
	const item = rowItems?.[Number(row)];
	return item === undefined
		? `'${label}' in row ${Number(row) + 1} of '${labels[list] ?? list}'`
		: `'${label}' of item ${item}`;
}

/** Names and reasons only: the refused values may be a candidate's password. */
function refusedFields({ error }: Answer, call: CallText): string {
	const violations = Array.isArray(error.field_violations)
		? (error.field_violations as IDataObject[])
		: [];
	return violations
		.map(({ field, description }) => {
			const name = typeof field === 'string' ? nameField(field, call) : '';
			return `${[name, description].filter(Boolean).join(': ')}.`;
		})
		.join(' ');
}

/** Words for an answer that Feishu itself does not give. */
function describeForeignAnswer(httpStatus: number): ErrorText {
	if (httpStatus >= 500) {
		return {
			message: `A gateway answered in place of Feishu (HTTP ${httpStatus})`,
			description: 'Try again later. If it stays, look at what stands between this n8n and Feishu.',
		};
	}
	if (httpStatus >= 400) {
		return {
			message: `The answer is not one of Feishu's (HTTP ${httpStatus})`,
			description:
				"Check 'Platform' and 'Base URL' in the credential: a proxy or another service seems to answer there.",
		};
	}
	return {
		message: `Feishu's answer is empty or incomplete (HTTP ${httpStatus})`,
		description: 'Something on the way cut it off. Try again.',
	};
}

const GENERAL_PAGE = 'server-docs/api-call-guide/generic-error-code';

/** The codes of Feishu Hire are on the page of the call, all others on a page for all. */
const isOfHire = (code: number): boolean => Math.floor(code / 1000) === 1002;

/** Words for an answer that is not a success: to a call of Feishu Hire, or else to one for a token. */
export function describeAnswer(
	answer: Answer,
	call: CallText = { labels: {}, page: GENERAL_PAGE },
): ErrorText {
	const { code, httpStatus, msg, logId } = answer;
	if (code === undefined) return describeForeignAnswer(httpStatus);
	const known = ERROR_TEXTS[code];
	const details = code === MISSING_SCOPE_CODE ? missingScopes(answer) : refusedFields(answer, call);
	return {
		message: known?.message ?? `Feishu refused the call: ${msg || 'no reason given'}`,
		description: [
			known?.description,
			details,
			`Code ${code}${known && msg ? ` (${msg.replace(/https?:\/\/\S+/g, '').trim()})` : ''}.`,
			logId ? `Log ID ${logId}.` : '',
			`Explained in Chinese: https://open.feishu.cn/document/${isOfHire(code) ? call.page : GENERAL_PAGE}`,
		]
			.filter(Boolean)
			.join(' '),
	};
}

/** What a call has to say of itself beyond the words: for the error item and for support. */
interface ErrorFacts {
	itemIndex: number;
	httpStatus?: number;
	code?: number;
	logId?: string;
}

/**
 * Builds the error that the user sees. Always a fresh one: given a `NodeApiError`, the constructor
 * would hand that back and drop these words; given the request's error, it would keep the request's secrets.
 */
export function feishuApiError(node: INode, text: ErrorText, facts: ErrorFacts): NodeApiError {
	const { itemIndex, httpStatus, code, logId } = facts;
	const error = new NodeApiError(
		node,
		{},
		{ ...text, itemIndex, httpCode: httpStatus === undefined ? 'none' : String(httpStatus) },
	);
	error.context.data = { code, logId };
	return error;
}
