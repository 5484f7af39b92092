import {
	describeNetworkError,
	findNetworkError,
} from '../../../../nodes/FeishuHireExam/transport/errors/network';

const withCode = (code: string, more: object = {}) =>
	Object.assign(new Error('secret request'), { code, ...more });

describe('findNetworkError', () => {
	it.each([
		['its own code', withCode('ECONNREFUSED')],
		['the code of its cause', new Error('x', { cause: withCode('ECONNREFUSED') })],
		[
			'httpCode, where n8n up to 2.30 leaves it',
			Object.assign(new Error('x'), { httpCode: 'ECONNREFUSED' }),
		],
		[
			'the messages of an error of n8n',
			Object.assign(new Error('x'), { messages: ['connect ECONNREFUSED 127.0.0.1:1'] }),
		],
	])('knows a refused connection by %s', (_, error) => {
		expect(findNetworkError(error)?.reason).toBe('The connection was refused');
	});

	it('takes an unknown code of the system for a network error that may have come late', () => {
		const found = findNetworkError(withCode('EWHATEVER'));
		expect(found?.reason).toBe('The connection could not be made');
		expect(found?.isUnsent).toBeUndefined();
	});

	it.each([
		['a programming error', new TypeError('x')],
		['a missing file', withCode('ENOENT')],
		['a file without access', withCode('EACCES')],
		['an error of Node', withCode('ERR_INVALID_ARG_TYPE')],
		['a text in which a code is part of a word', new Error('The field XECONNRESETS is unknown')],
		['nothing', undefined],
	])('finds none in %s', (_, error) => {
		expect(findNetworkError(error)).toBeUndefined();
	});
});

describe('describeNetworkError', () => {
	it.each([
		['ENOTFOUND', 'The host name was not found', "'Base URL'"],
		['EPROTO', 'The server does not speak HTTPS at this address', "'Base URL'"],
		[
			'DEPTH_ZERO_SELF_SIGNED_CERT',
			"The server's certificate is not trusted",
			'NODE_EXTRA_CA_CERTS',
		],
		['CERT_HAS_EXPIRED', "The server's certificate has expired", "'Base URL'"],
		['ERR_TLS_CERT_ALTNAME_INVALID', "The server's certificate is for another host", "'Base URL'"],
		['ERR_FR_TOO_MANY_REDIRECTS', 'The server redirects in a loop', "'Base URL'"],
	])('says what %s means, and nothing of the request', (code, reason, advice) => {
		const { message, description } = describeNetworkError(withCode(code), 'https://x.example.com');
		expect(message).toBe('Could not reach https://x.example.com');
		expect(description).toContain(reason);
		expect(description).toContain(advice);
		expect(`${message} ${description}`).not.toMatch(new RegExp(`secret|${code}`));
	});

	it.each(['ENOTFOUND', 'EPROTO', 'CERT_HAS_EXPIRED'])(
		"says of %s to check 'Platform' where that has the address",
		(code) => {
			const { description } = describeNetworkError(withCode(code), 'https://open.larksuite.com');
			expect(description).toMatch(/Check .*'Platform' in the credential/);
			expect(description).not.toContain('Base URL');
		},
	);

	it.each(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'ECONNREFUSED', 'ETIMEDOUT'])(
		'says of %s to check the network first, as n8n may be offline',
		(code) => {
			const { description } = describeNetworkError(withCode(code), 'https://open.feishu.cn');
			expect(description).toContain('Check the network, DNS and proxy of this n8n instance');
		},
	);
});
