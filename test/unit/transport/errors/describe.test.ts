import type { IDataObject, INode } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { ERROR_CODES } from '../../../../nodes/FeishuHireExam/transport/errors/codes';
import {
	describeResponse,
	feishuApiError,
	withResumeTime,
} from '../../../../nodes/FeishuHireExam/transport/errors/describe';
import { readResponse } from '../../../../nodes/FeishuHireExam/transport/response';
import { homepage } from '../../../../package.json';

const ERRORS_PAGE = `Explained in Chinese: ${homepage.replace('#readme', '')}/blob/main/docs/errors.zh-CN.md`;
const DOCS = 'Documentation (Chinese): https://open.feishu.cn/document/';
const GENERAL_PAGE = `${DOCS}server-docs/api-call-guide/generic-error-code`;

const URL = 'https://open.feishu.cn';
const CUSTOM_URL = 'https://x.example.com';

const answer = (body: unknown, statusCode = 400, headers: IDataObject = {}) =>
	readResponse({ statusCode, headers, body }, 0);

describe('describeResponse', () => {
	const CALL = { docsPath: 'page-of-the-call', labels: { exam_id: 'Exam ID' } };

	it.each(Object.entries(ERROR_CODES))(
		'gives the text of code %s with the code, the log ID and the page that explains it',
		(code, { message, description }) => {
			const body = { code: Number(code), msg: 'words of Feishu', error: { log_id: 'log-1' } };
			expect(describeResponse(answer(body), URL, CALL)).toEqual({
				message,
				description: `${description} Code ${code} (words of Feishu). Log ID log-1. ${ERRORS_PAGE}`,
			});
		},
	);

	it.each([
		["with Feishu's own reason", { code: 123, msg: 'strange' }, 'strange'],
		['without any reason', { code: 123 }, 'no reason given'],
	])('gives a code that no table knows %s', (_, body, reason) => {
		expect(describeResponse(answer(body), URL, CALL)).toEqual({
			message: `Feishu rejected the call: ${reason}`,
			description: `Code 123. ${GENERAL_PAGE}`,
		});
	});

	it("leads to Feishu's page of the call for a code of Feishu Hire that no table knows", () => {
		const { description } = describeResponse(answer({ code: 1002999, msg: 'new' }), URL, CALL);
		expect(description).toBe(`Code 1002999. ${DOCS}page-of-the-call`);
	});

	it('names the scopes that allow the call, and links to the page that adds them', () => {
		const link = 'https://open.feishu.cn/app/cli_1/auth?q=hire:exam';
		const { description } = describeResponse(
			answer({
				code: 99991672,
				msg: `Access denied. Add one here: ${link}`,
				error: {
					permission_violations: [{ subject: 'hire:exam' }, { subject: 'hire:exam:readonly' }],
				},
			}),
			URL,
		);
		expect(description).toContain('Any one of these is enough: hire:exam, hire:exam:readonly.');
		expect(description).toContain(`Open ${link} `);
		expect(description).toContain('Code 99991672 (Access denied. Add one here:).');
	});

	it.each<[string, string, readonly number[] | undefined, string]>([
		['at the top level', 'result_time', undefined, "'Result Time'"],
		['of a row', 'report_list[1].url', undefined, "'URL' in row 2 of 'Reports'"],
		['of a row, with dots', 'report_list.0.url', undefined, "'URL' in row 1 of 'Reports'"],
		['of a row that came from an item', 'report_list[1].url', [4, 7], "'URL' of item 7"],
		['in an object of a row', 'report_list[0].name.zh_cn', [3], "'Name (Chinese)' of item 3"],
		['that has no label', 'something_new', undefined, 'something_new'],
	])('names a rejected field %s by its label', (_, field, rowItems, name) => {
		const labels = {
			result_time: 'Result Time',
			report_list: 'Reports',
			'report_list.url': 'URL',
			'report_list.name.zh_cn': 'Name (Chinese)',
		};
		const body = {
			code: 99992402,
			error: { field_violations: [{ field, description: 'is too long' }] },
		};
		const { description } = describeResponse(answer(body), URL, {
			docsPath: 'page',
			labels,
			rowItems,
		});
		expect(description).toContain(`${name}: is too long.`);
	});

	it('repeats no rejected value, and none of the links in a message', () => {
		const { message, description } = describeResponse(
			answer({
				code: 99992402,
				msg: 'field validation failed https://open.feishu.cn/x?token=t-1',
				error: { field_violations: [{ field: 'exam_id', value: 'password-1', description: 'no' }] },
			}),
			URL,
			CALL,
		);
		expect(description).toContain("'Exam ID': no.");
		expect(`${message} ${description}`).not.toMatch(/password-1|t-1/);
	});

	it.each<[string, number, unknown, IDataObject, string, string]>([
		[
			'a gateway',
			502,
			'<html>Bad Gateway</html>',
			{},
			'A proxy or gateway responded instead of Feishu (HTTP 502)',
			'Try again later.',
		],
		[
			'a redirect',
			307,
			'',
			{ location: 'https://login.example.com/?token=t-1' },
			'The server redirects to login.example.com (HTTP 307)',
			'no secret was sent there',
		],
		[
			'a redirect to nowhere',
			302,
			'',
			{ location: '/login' },
			'The server redirects to another address (HTTP 302)',
			"'Base URL'",
		],
		[
			'a login page',
			200,
			'<!DOCTYPE html><title>Log in</title>',
			{},
			"A web page was returned instead of Feishu's answer (HTTP 200)",
			"Check 'Base URL' in the credential",
		],
		[
			'another service',
			404,
			'404 page not found',
			{},
			"The answer is not Feishu's (HTTP 404)",
			"Check 'Base URL' in the credential",
		],
		[
			'JSON that was cut off',
			200,
			'{"code":0,"data":{"ite',
			{},
			"Feishu's answer is empty or incomplete (HTTP 200)",
			'Try again.',
		],
		[
			'a rejection that was cut off',
			400,
			'{"code":99991663,"ms',
			{},
			"Feishu's answer is empty or incomplete (HTTP 400)",
			'Try again.',
		],
		[
			'an internal error that was cut off',
			500,
			'{"code":10025',
			{},
			"Feishu's answer is empty or incomplete (HTTP 500)",
			'Try again.',
		],
	])('says of %s what answered, and what to check', (_, status, body, headers, message, advice) => {
		const text = describeResponse(answer(body, status, headers), CUSTOM_URL, CALL);
		expect(text.message).toBe(message);
		expect(text.description).toContain(advice);
		expect(text.description).not.toContain('t-1');
	});

	it.each([
		['a redirect', 302],
		['another service', 404],
	])("says of %s to check 'Platform' where that has the address", (_, status) => {
		const { description } = describeResponse(answer('x', status), URL, CALL);
		expect(description).toContain("Check 'Platform' in the credential");
		expect(description).not.toContain('Base URL');
	});

	it.each([
		["the call's IDs, wherever it has them", { exam_id: '1', user_id_type: 'open_id' }, 'Exam ID'],
		['of several all', { exam_id: '1', account_id: '2' }, "Exam ID' and 'Account ID"],
	])('says of a value that Feishu rejects to check %s', (_, pathParameters, names) => {
		const labels = { exam_id: 'Exam ID', account_id: 'Account ID', user_id_type: 'User ID Type' };
		const call = { ...CALL, labels, pathParameters, body: { operator_id: undefined } };
		const { description } = describeResponse(answer({ code: 1002002 }), URL, call);
		expect(description).toMatch(new RegExp(`^Check '${names}' first\\. `));
	});
});

describe('withResumeTime', () => {
	const TEXT = { message: 'Slow down', description: 'It is safe to repeat.' };
	const NOW = Date.parse('2026-11-27T23:59:00.250Z');

	it.each([
		['a minute', 60_000, 'UTC', '2026-11-28 00:00:00 (UTC)'],
		['a day', 86_400_000, 'UTC', '2026-11-28 23:59:00 (UTC)'],
		['no time at all', 0, 'UTC', '2026-11-27 23:59:00 (UTC)'],
		['another time zone', 60_000, 'Asia/Shanghai', '2026-11-28 08:00:00 (Asia/Shanghai)'],
	])('says when Feishu accepts calls again, in %s', (_, ms, zone, time) => {
		expect(withResumeTime(TEXT, ms, NOW, zone)).toEqual({
			message: 'Slow down',
			description: `Feishu accepts calls again at ${time}. It is safe to repeat.`,
		});
	});

	it('adds nothing when Feishu does not say', () => {
		expect(withResumeTime(TEXT, undefined, NOW, 'UTC')).toEqual(TEXT);
	});
});

describe('feishuApiError', () => {
	const NODE = { name: 'Feishu Hire Exam', type: 'test' } as INode;
	const TEXT = { message: 'The exam has already been marked', description: 'Leave it out.' };

	it('carries the text, and the facts for the error item and for support', () => {
		const facts = { itemIndex: 2, httpStatus: 400, code: 1002855, logId: 'log-1' };
		const error = feishuApiError(NODE, TEXT, facts);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ ...TEXT, httpCode: '400' });
		expect(error.context).toMatchObject({
			itemIndex: 2,
			data: { code: 1002855, logId: 'log-1' },
		});
	});

	it('keeps the text also when there was no answer: n8n puts no words of its own in its place', () => {
		const error = feishuApiError(NODE, TEXT, { itemIndex: 0 });
		expect(error).toMatchObject({ ...TEXT, httpCode: 'none' });
	});
});
