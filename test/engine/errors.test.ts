import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import type { Sandbox } from '../../sandbox';
import { execute, httpHelpers, sandboxCredentials } from '../support/engine';
import { startOddServer } from '../support/oddServer';
import { expectNoSecrets } from '../support/secrets';
import { startTestSandbox } from '../support/testSandbox';

const PASSWORD = 'candidate-password-1';

const arrange = (examId: string): INodeParameters => ({
	resource: 'exam',
	operation: 'returnArrangement',
	examId,
	outcome: 'arranged',
	examUrl: 'https://exam.example.com/1',
	additionalFields: { username: 'zhangsan', password: '={{ $json.password }}' },
});
const items = [{ password: PASSWORD }];

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startTestSandbox();
});
afterEach(async () => await sandbox.close());

describe('explains why a credential does not work', () => {
	const tryCredential = async (change: ICredentialDataDecryptedObject) => {
		const { error } = await execute({ ...sandboxCredentials(sandbox), ...change }, arrange('1'));
		return `${error?.message}. ${error?.description}`;
	};

	it.each([
		[
			'an unknown app',
			{ appId: 'cli_0000000000000000' },
			/There is no app with the App ID cli_0{16}\. Copy it again/,
		],
		['a wrong secret', { appSecret: 'wrong' }, /The App Secret is wrong\. Copy it again/],
		[
			'an App ID in an invalid format',
			{ appId: 'cli_?' },
			/The App ID or App Secret has an invalid format/,
		],
		['no App ID', { appId: ' ' }, /'App ID' of the credential is empty\. Fill it in/],
		['no App Secret', { appSecret: '' }, /'App Secret' of the credential is empty\. Fill it in/],
		[
			'a host that refuses the connection',
			{ customBaseUrl: 'http://127.0.0.1:9' },
			/Could not reach http:\/\/127\.0\.0\.1:9\. The connection was refused\. Check/,
		],
		[
			'an unknown host',
			{ customBaseUrl: 'http://feishu.invalid' },
			/Could not reach http:\/\/feishu\.invalid\. (The host name was not found|The host name could not be looked up)\./,
		],
		['no Base URL', { customBaseUrl: '' }, /'Base URL' of the credential is empty/],
		[
			'a Base URL without its protocol',
			{ customBaseUrl: 'open.feishu.cn' },
			/'Base URL' of the credential is not a URL/,
		],
	])('%s', async (_, change, words) => {
		const told = await tryCredential(change);
		expect(told).toMatch(words);
	});

	it('an app of the other platform, without handing it the secret', async () => {
		const lark = await startTestSandbox({
			app: { appId: 'cli_1111111111111111', appSecret: 'lark-secret' },
		});
		const hosts: Record<string, string> = {
			'https://open.feishu.cn': sandbox.url,
			'https://open.larksuite.com': lark.url,
		};
		const { httpRequest, ...helpers } = httpHelpers();
		const routed = {
			helpers: {
				...helpers,
				httpRequest: async (options: Parameters<typeof httpRequest>[0]): Promise<unknown> =>
					await httpRequest({
						...options,
						url: options.url.replace(/^https:\/\/[^/]+/, (host) => hosts[host] ?? host),
					}),
			},
		};
		const ask = async (change: ICredentialDataDecryptedObject) =>
			await new FeishuAppApi().preAuthentication
				.call(routed, { ...sandboxCredentials(sandbox), platform: 'feishu', ...change })
				.catch((error: Error) => error.message);

		expect(await ask({ appId: 'cli_1111111111111111', appSecret: 'lark-secret' })).toBe(
			"The app belongs to Lark. Choose Lark in 'Platform'.",
		);
		expect(lark.calls).toHaveLength(1);
		expect(lark.calls[0]?.rawBody).not.toContain('lark-secret');
		expect(await ask({ appId: 'cli_2222222222222222' })).toMatch(/There is no app/);
		expect(await ask({})).toMatchObject({ accessToken: expect.stringMatching(/^t-/) });
		await lark.close();
	});
});

describe('explains what Feishu rejects', () => {
	it('a user ID type without its scope', async () => {
		const [application] = sandbox.state.applications;
		const { error } = await execute(sandboxCredentials(sandbox), {
			resource: 'candidateExam',
			operation: 'addResult',
			applicationId: application?.applicationId ?? '',
			examName: '笔试试卷',
			score: 1,
			operatorId: 'u1',
			additionalFields: { userIdType: 'user_id' },
		});
		expect(error?.description).toMatch(/contact:user\.employee_id:readonly/);
	});

	it.each([
		['an unknown code', 400, '{"code":123,"msg":"strange"}', /Feishu rejected the call: strange/],
		[
			'HTML of a proxy',
			502,
			'<html>Bad Gateway</html>',
			/A proxy or gateway responded instead of Feishu \(HTTP 502\)/,
		],
		['text', 404, '404 page not found', /The answer is not Feishu's \(HTTP 404\)/],
		[
			'half an answer',
			200,
			'{"code":0,"data":{"ite',
			/Feishu's answer is empty or incomplete \(HTTP 200\)/,
		],
		['nothing', 200, '', /Feishu's answer is empty or incomplete \(HTTP 200\)/],
		['a list', 200, '[]', /Feishu's answer is empty or incomplete \(HTTP 200\)/],
	])('%s', async (_, status, body, words) => {
		const server = await startOddServer(status, body);
		const { error } = await execute(
			{ ...sandboxCredentials(sandbox), customBaseUrl: server.url },
			arrange('1'),
		);
		await server.close();
		expect(error?.message).toMatch(words);
	});

	it('rejected fields, by their labels in the editor', async () => {
		const server = await startOddServer(
			400,
			JSON.stringify({
				code: 99992402,
				msg: 'field validation failed',
				error: {
					field_violations: [
						{ field: 'report_list[1].url', description: 'too long' },
						{ field: 'detail_list.0.result', description: 'unknown' },
						{ field: 'result_time', description: 'too early' },
						{ field: 'something_new', description: 'is required' },
					],
				},
			}),
		);
		const { error } = await execute(
			{ ...sandboxCredentials(sandbox), customBaseUrl: server.url },
			{ resource: 'exam', operation: 'returnResult', examId: '1', result: '1' },
		);
		await server.close();
		expect(error?.message).toBe('Feishu rejected a field of this call');
		expect(error?.description).toContain("'URL' in row 2 of 'Reports': too long.");
		expect(error?.description).toContain("'Result' in row 1 of 'Details': unknown.");
		expect(error?.description).toContain("'Result Time': too early.");
		expect(error?.description).toContain('something_new: is required.');
	});

	it('a list that returns the same page again and again', async () => {
		const server = await startOddServer(
			200,
			'{"code":0,"data":{"items":[{"test_id":"1"}],"has_more":true,"page_token":"same"}}',
		);
		const { error } = await execute(
			{ ...sandboxCredentials(sandbox), customBaseUrl: server.url },
			{ resource: 'candidateExam', operation: 'getAll', returnAll: true },
		);
		await server.close();
		expect(error?.message).toBe('Feishu returned the same page of the list twice');
	});
});

describe('errors contain no secret', () => {
	it.each([
		['an unknown app', { appId: 'cli_0000000000000000' }],
		['an unreachable host', { customBaseUrl: 'http://127.0.0.1:9' }],
		['an unknown exam', {}],
	])('%s', async (_, change) => {
		const { error } = await execute({ ...sandboxCredentials(sandbox), ...change }, arrange('1'), {
			items,
		});
		expect(error).toBeDefined();
		expectNoSecrets(sandbox, error, PASSWORD);
	});

	it('a login field that Feishu rejects and echoes', async () => {
		const server = await startOddServer(
			400,
			JSON.stringify({
				code: 99992402,
				msg: 'field validation failed',
				error: {
					log_id: 'log1',
					field_violations: [
						{ field: 'exam_login_info.password', value: PASSWORD, description: 'too weak' },
					],
				},
			}),
		);
		const { error } = await execute(
			{ ...sandboxCredentials(sandbox), customBaseUrl: server.url },
			arrange('1'),
			{ items },
		);
		await server.close();
		expect(error?.description).toMatch(/'Password': too weak\./);
		expectNoSecrets(sandbox, error, PASSWORD);
	});
});
