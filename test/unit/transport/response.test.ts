import type { IDataObject } from 'n8n-workflow';

import {
	classifyResponse,
	type HttpResponse,
	readResponse,
} from '../../../nodes/FeishuHireExam/transport/response';

const NOW = Date.parse('2026-11-27T10:00:00Z');

const read = (body: unknown, headers: IDataObject = {}, statusCode = 200) =>
	readResponse({ statusCode, headers, body }, NOW);

describe('readResponse', () => {
	it('reads code, message, data and details of an answer in JSON, parsed or not', () => {
		const body = {
			code: 1002002,
			msg: 'param invalid',
			data: { id: '1' },
			error: { field_violations: [] },
		};
		const expected = {
			httpStatus: 400,
			code: 1002002,
			msg: 'param invalid',
			data: { id: '1' },
			error: { field_violations: [] },
			body,
			isHtml: false,
			isTruncated: false,
		};
		expect(read(body, {}, 400)).toEqual(expected);
		expect(read(JSON.stringify(body), {}, 400)).toEqual(expected);
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['an empty body', ''],
		['JSON that was cut off', '{"code":0,"data":{"items":[{"id":"71'],
		['JSON that is no object', '[{"code":0}]'],
		['plain text', '404 page not found'],
		['bytes', Buffer.from('x')],
		['a code and parts of other types', { code: '0', msg: 5, data: [1], error: 'x' }],
	])('takes %s for an answer without a code', (_, body) => {
		expect(read(body)).toMatchObject({ code: undefined, msg: '', data: {}, error: {} });
	});

	it("reads the message of an upload, which is in 'message'", () => {
		expect(read({ code: 1002001, message: 'system error' }).msg).toBe('system error');
		expect(read({ code: 1002001, msg: 'first', message: 'second' }).msg).toBe('first');
	});

	it.each<[string, unknown, IDataObject, boolean]>([
		['its content type', 'Log in', { 'content-type': 'text/html; charset=utf-8' }, true],
		['its content type in capitals', 'Log in', { 'content-type': 'TEXT/HTML' }, true],
		['its first character', '\n  <!DOCTYPE html><title>Log in</title>', {}, true],
		['neither, if it is JSON', '{"code":0}', { 'content-type': 'application/json' }, false],
		['neither, if it only contains a tag', '{"msg":"<b>no</b>"}', {}, false],
	])('knows a web page by %s', (_, body, headers, isHtml) => {
		expect(read(body, headers).isHtml).toBe(isHtml);
	});

	it.each<[string, IDataObject, number | undefined]>([
		['seconds', { 'retry-after': '3' }, 3_000],
		['a fraction of seconds', { 'retry-after': '0.25' }, 250],
		['a number', { 'retry-after': 2 }, 2_000],
		['a date', { 'retry-after': 'Fri, 27 Nov 2026 10:01:30 GMT' }, 90_000],
		['a date that has passed', { 'retry-after': 'Fri, 27 Nov 2026 09:00:00 GMT' }, 0],
		['a day', { 'retry-after': '86400' }, 86_400_000],
		[
			"Feishu's own header, which counts before the other",
			{ 'x-ogw-ratelimit-reset': '1', 'retry-after': '60' },
			1_000,
		],
		[
			"the other header, if Feishu's own is absurd",
			{ 'x-ogw-ratelimit-reset': 'soon', 'retry-after': '60' },
			60_000,
		],
		['text that is no time', { 'retry-after': 'soon' }, undefined],
		['an empty header', { 'retry-after': '' }, undefined],
		['a list', { 'retry-after': ['1', '2'] }, undefined],
		['no header', {}, undefined],
	])('reads when Feishu accepts calls again out of %s', (_, headers, expected) => {
		expect(read({ code: 99991400 }, headers, 429).retryAfterMs).toBe(expected);
	});

	it.each<[string, IDataObject, IDataObject, string | undefined]>([
		[
			"Feishu's header",
			{ 'x-tt-logid': 'tt', 'x-request-id': 'gateway' },
			{ log_id: 'body' },
			'tt',
		],
		['the body', { 'x-request-id': 'gateway' }, { log_id: 'body', logid: 'old' }, 'body'],
		['the body of an old API', { 'x-request-id': 'gateway' }, { logid: 'old' }, 'old'],
		["a gateway's header", { 'x-request-id': 'gateway' }, {}, 'gateway'],
		['nowhere', {}, {}, undefined],
	])('reads the log ID from %s', (_, headers, error, expected) => {
		expect(read({ code: 1002001, error }, headers).logId).toBe(expected);
	});

	it('reads where a redirect leads', () => {
		const location = 'https://login.example.com/?next=1';
		expect(read('', { location }, 302).location).toBe(location);
	});
});

describe('classifyResponse', () => {
	const LOGIN_PAGE = '<!DOCTYPE html><title>Log in</title>';
	it.each<[string, Partial<HttpResponse>, ReturnType<typeof classifyResponse>]>([
		['code 0', { body: { code: 0 } }, 'success'],
		['code 0 with HTTP 500', { statusCode: 500, body: { code: 0 } }, 'success'],
		['a rejected token', { statusCode: 400, body: { code: 99991663 } }, 'rejectedToken'],
		['a rejected token with HTTP 200', { body: { code: 99991663 } }, 'rejectedToken'],
		['the rate limit', { statusCode: 429, body: { code: 99991400 } }, 'rateLimited'],
		['the rate limit with HTTP 400', { statusCode: 400, body: { code: 99991400 } }, 'rateLimited'],
		['HTTP 429 without a code', { statusCode: 429, body: 'slow down' }, 'rateLimited'],
		['HTTP 429 with an unknown code', { statusCode: 429, body: { code: 7 } }, 'rateLimited'],
		['the monthly quota with HTTP 429', { statusCode: 429, body: { code: 99991403 } }, 'final'],
		['a missing scope with HTTP 500', { statusCode: 500, body: { code: 99991672 } }, 'final'],
		['a service error', { statusCode: 500, body: { code: 1002001 } }, 'transient'],
		['a service error with HTTP 200', { body: { code: 1002001 } }, 'transient'],
		['an unknown code', { statusCode: 400, body: { code: 7 } }, 'final'],
		['an unknown code with HTTP 200', { body: { code: 7 } }, 'final'],
		['an unknown code with HTTP 503', { statusCode: 503, body: { code: 7 } }, 'transient'],
		['a web page with HTTP 200', { body: LOGIN_PAGE }, 'final'],
		['a web page with HTTP 403', { statusCode: 403, body: LOGIN_PAGE }, 'final'],
		['a web page with HTTP 502', { statusCode: 502, body: LOGIN_PAGE }, 'transient'],
		['an empty answer', { body: '' }, 'transient'],
		['JSON that was cut off', { body: '{"code":0,"da' }, 'transient'],
		['a redirect', { statusCode: 307, headers: { location: 'https://example.com' } }, 'final'],
		['a path that does not exist', { statusCode: 404, body: '404 page not found' }, 'final'],
	])('classifies %s', (_, response, expected) => {
		const answer = readResponse({ statusCode: 200, headers: {}, body: '', ...response }, NOW);
		expect(classifyResponse(answer)).toBe(expected);
	});
});
