import { type FeishuCredentials, readApp } from '../../../../nodes/FeishuHireExam/transport/app';
import { explainRejection } from '../../../../nodes/FeishuHireExam/transport/auth/explainRejection';
import { readResponse } from '../../../../nodes/FeishuHireExam/transport/response';
import { APP_SECRET, credentialsWith } from '../../../support/feishuCredentials';
import { createHttpStub, networkError } from '../../../support/httpStub';

const UNKNOWN_APP = { code: 10014, msg: 'app id not exists' };
const WRONG_SECRET = { code: 10014, msg: 'app secret invalid' };

/** The text for a rejection; `answers` are the other brand's, if it is asked. */
async function explain(
	rejection: { code: number; msg: string },
	fields: Partial<FeishuCredentials> = {},
	...answers: Parameters<typeof createHttpStub>
) {
	const { http, requests } = createHttpStub(...answers);
	const response = readResponse({ statusCode: 200, headers: {}, body: rejection }, 0);
	const text = await explainRejection.call(http, readApp(credentialsWith(fields)), response);
	return { ...text, requests };
}

it.each([
	['code 10014, which says so in its message only', WRONG_SECRET],
	['code 10015', { code: 10015, msg: '' }],
	['code 20002', { code: 20002, msg: '' }],
])('knows a wrong secret by %s, and asks nobody else', async (_, rejection) => {
	const { message, requests } = await explain(rejection);
	expect(message).toBe('The App Secret is wrong');
	expect(requests).toEqual([]);
});

it.each([
	['feishu', 'Lark', 'https://open.larksuite.com'],
	['lark', 'Feishu', 'https://open.feishu.cn'],
] as const)(
	'finds an app that %s does not know at %s, which never gets the secret',
	async (platform, other, otherUrl) => {
		const { message, description, requests } = await explain(
			UNKNOWN_APP,
			{ platform },
			WRONG_SECRET,
		);
		expect(message).toBe(`The app belongs to ${other}`);
		expect(description).toBe(`Choose ${other} in 'Platform'.`);
		expect(requests.map(({ url }) => new URL(url).origin)).toEqual([otherUrl]);
		expect(requests[0]?.body.app_id).toBe('cli_unit');
		expect(JSON.stringify(requests)).not.toContain(APP_SECRET);
	},
);

it.each<[string, Parameters<typeof createHttpStub>]>([
	['does not know it either', [UNKNOWN_APP]],
	['does not answer', [networkError('ECONNREFUSED')]],
	['answers with a web page', [{ statusCode: 200, body: '<html>' }]],
])('says that there is no such app when the other brand %s', async (_, answers) => {
	const { message } = await explain(UNKNOWN_APP, {}, ...answers);
	expect(message).toBe('There is no app with the App ID cli_unit');
});

it('asks no brand about the app of a custom base URL', async () => {
	const { message, requests } = await explain(UNKNOWN_APP, {
		platform: 'custom',
		customBaseUrl: 'https://open.feishu.example.com',
	});
	expect(message).toBe('There is no app with the App ID cli_unit');
	expect(requests).toEqual([]);
});

it('has for every other code the text of the table', async () => {
	const { message, requests } = await explain({ code: 10005, msg: '' });
	expect(message).toBe("The app can't get a token with this 'App Type'");
	expect(requests).toEqual([]);
});
