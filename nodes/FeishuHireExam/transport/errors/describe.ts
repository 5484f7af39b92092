import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';

import { addressField } from '../app';
import { localTime } from '../localTime';
import type { FeishuResponse } from '../response';
import {
	ERROR_CODES,
	type ErrorText,
	INVALID_FIELD_CODE,
	INVALID_VALUE_CODE,
	MISSING_SCOPE_CODE,
} from './codes';
import { findRoundedIds, type SentValues } from './roundedIds';

const texts = (list: unknown, key: string): string[] =>
	(Array.isArray(list) ? (list as IDataObject[]) : [])
		.map((entry) => entry?.[key])
		.filter((value): value is string => typeof value === 'string' && value !== '');

/** Scopes any one of which would allow the call. */
function missingScopes({ error, msg }: FeishuResponse): string {
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

/** What the text for an answer needs to know about the call. */
interface CallText extends SentValues {
	docsPath: string;
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

/** Names and reasons only: the rejected values may be a candidate's password. */
function fieldViolations({ error }: FeishuResponse, call: CallText): string {
	const violations = Array.isArray(error.field_violations)
		? (error.field_violations as IDataObject[])
		: [];
	return violations
		.map(({ field, description }) => {
			const name = typeof field === 'string' ? nameField(field, call) : '';
			const reason = typeof description === 'string' ? description : '';
			return `${[name, reason].filter(Boolean).join(': ')}.`;
		})
		.join(' ');
}

/** The IDs of Feishu's that a call has: it answers an unknown one without naming the field. */
function idsToCheck({ pathParameters, qs, body, labels }: CallText): string {
	const sent = Object.entries({ ...pathParameters, ...qs, ...body });
	const names = sent
		.filter(([, value]) => value !== undefined)
		.map(([field]) => labels[field] ?? '')
		.filter((label) => /\b(ID|Key)s?$/.test(label));
	return names.length > 0 ? `Check ${names.map((name) => `'${name}'`).join(' and ')} first.` : '';
}

/** IDs that Feishu may not know because an earlier step has rounded them. */
function roundedIds(call: CallText): string {
	const names = findRoundedIds(call).map((field) => nameField(field, call));
	if (names.length === 0) return '';
	return `${names.join(' and ')} ends in zeros, as an ID does that was rounded: its last digits may be lost. Pass it as a string from its source on.`;
}

/** The host of a redirect: its path may hold anything. */
const hostOf = (location: string): string =>
	URL.canParse(location) ? new URL(location).host : 'another address';

const incomplete = (httpStatus: number): ErrorText => ({
	message: `Feishu's answer is empty or incomplete (HTTP ${httpStatus})`,
	description: 'Something on the way cut it off. Try again.',
});

/** The text for an answer that is not Feishu's, or not all of it. */
function describeForeignResponse(
	{ httpStatus, isHtml, isTruncated, location }: FeishuResponse,
	baseUrl: string,
): ErrorText {
	const field = addressField(baseUrl);
	if (isTruncated) return incomplete(httpStatus);
	if (httpStatus >= 500) {
		return {
			message: `A proxy or gateway responded instead of Feishu (HTTP ${httpStatus})`,
			description:
				'Try again later. If it persists, check what is between this n8n instance and Feishu.',
		};
	}
	if (httpStatus >= 300 && httpStatus < 400) {
		return {
			message: `The server redirects to ${hostOf(location ?? '')} (HTTP ${httpStatus})`,
			description: `The redirect was not followed, so no secret was sent there. Check ${field} in the credential.`,
		};
	}
	if (httpStatus >= 400 || isHtml) {
		return {
			message: isHtml
				? `A web page was returned instead of Feishu's answer (HTTP ${httpStatus})`
				: `The answer is not Feishu's (HTTP ${httpStatus})`,
			description: `Check ${field} in the credential: a login page, a proxy or another service seems to answer at ${baseUrl}.`,
		};
	}
	return incomplete(httpStatus);
}

const GENERAL_PAGE = 'server-docs/api-call-guide/generic-error-code';

/** Feishu's pages list few codes; this one has all that are known, with what to do. */
const ERRORS_PAGE =
	'https://github.com/your-account/n8n-nodes-feishu-hire-exam/blob/main/docs/errors.zh-CN.md';

/** The codes of Feishu Hire are on the page of the call, all others on one page. */
const isHireCode = (code: number): boolean => Math.floor(code / 1000) === 1002;

/** Where a code is explained: ours, if the table has it. */
const pageAbout = (code: number, { docsPath }: CallText): string =>
	code in ERROR_CODES
		? `Explained in Chinese: ${ERRORS_PAGE}`
		: `Documentation (Chinese): https://open.feishu.cn/document/${isHireCode(code) ? docsPath : GENERAL_PAGE}`;

/** Feishu's code, and its message where ours stands in its place: without links, as pages in Chinese are named anyway. */
const codeText = (code: number, msg?: string): string =>
	`Code ${code}${msg ? ` (${msg.replace(/https?:\/\/\S+/g, '').trim()})` : ''}.`;

/** The text for an answer other than success, to a call of Feishu Hire or to one for a token. */
export function describeResponse(
	response: FeishuResponse,
	baseUrl: string,
	call: CallText = { labels: {}, docsPath: GENERAL_PAGE },
): ErrorText {
	const { code, msg, logId } = response;
	if (code === undefined) return describeForeignResponse(response, baseUrl);
	const known = ERROR_CODES[code];
	const details =
		code === MISSING_SCOPE_CODE ? missingScopes(response) : fieldViolations(response, call);
	return {
		message: known?.message ?? `Feishu rejected the call: ${msg || 'no reason given'}`,
		description: [
			code === INVALID_VALUE_CODE ? idsToCheck(call) : '',
			known?.description,
			details,
			isHireCode(code) || code === INVALID_FIELD_CODE || !known ? roundedIds(call) : '',
			codeText(code, known && msg),
			logId ? `Log ID ${logId}.` : '',
			pageAbout(code, call),
		]
			.filter(Boolean)
			.join(' '),
	};
}

/** Adds when Feishu takes calls again, `ms` milliseconds from `now` (since 1970) on, if it says so. */
export function withResumeTime(
	text: ErrorText,
	ms: number | undefined,
	now: number,
	zone: string,
): ErrorText {
	if (ms === undefined) return text;
	const time = localTime(now + ms, zone);
	return { ...text, description: `Feishu accepts calls again at ${time}. ${text.description}` };
}

/** What an error says beyond its words: for the error item and for support. */
export interface ErrorFacts {
	itemIndex: number;
	httpStatus?: number;
	code?: number;
	logId?: string;
}

/**
 * Builds the error that the user sees. Always a fresh one: given a `NodeApiError`, the constructor would hand that
 * back and drop these words; given the request's error, it would keep the request's secrets.
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
