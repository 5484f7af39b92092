import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Application, Sandbox } from '../../sandbox';
import { sandboxCredentials } from '../support/engine';
import { startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';
import { activate, startWebhookHost, type WebhookHost } from '../support/webhookHost';

const BOTH = { events: ['examCreated', 'accountBound'], simplify: true };

describe('the trigger', () => {
	let sandbox: Sandbox;
	let host: WebhookHost;

	const start = async (app: Partial<Sandbox['app']>, parameters: INodeParameters = BOTH) => {
		sandbox = await startTestSandbox({ app });
		host = await startWebhookHost(sandboxCredentials(sandbox), parameters);
		await sandbox.setRequestUrl(host.url);
	};
	afterEach(async () => {
		await host.close();
		await sandbox.close();
	});

	const deliveriesOf = async (count: number) => {
		await until(() => sandbox.deliveries.length >= count);
		return sandbox.deliveries.slice(0, count);
	};

	it.each([
		['signed and encrypted', {}],
		['encrypted, with no Verification Token in the credential', { verificationToken: '' }],
		['plain, with a token', { encryptKey: '' }],
	])('%s: passes the URL check, and starts on both events', async (_, app) => {
		await start(app);
		const account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		const exam = sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
		const deliveries = await deliveriesOf(3);

		expect(deliveries.map(({ status }) => status)).toEqual([200, 200, 200]);
		const [bound, created] = host.started;
		expect(bound).toMatchObject({
			account_id: account.accountId,
			scope: 2,
			header: { event_type: 'hire.eco_account.created_v1', app_id: sandbox.app.appId },
		});
		expect(created).toMatchObject({
			exam_id: exam.examId,
			paper_id: 'p1',
			candidate_info: { name: '张三', mobile: { code: '86' } },
			header: { event_type: 'hire.eco_exam.created_v1', tenant_key: 'sandbox-tenant' },
		});
		expect((created?.header as IDataObject).event_id).toBeTruthy();
	});

	it.each([
		['encrypted', {}],
		['plain', { encryptKey: '' }],
	])(
		'accepts %s events when the keys in the credential have blanks around them',
		async (_, app) => {
			sandbox = await startTestSandbox({ app });
			const { appId, encryptKey, verificationToken } = sandbox.app;
			const padded = {
				...sandboxCredentials(sandbox),
				appId: ` ${appId} `,
				encryptKey: encryptKey && ` ${encryptKey}\n`,
				verificationToken: `\t${verificationToken} `,
			};
			host = await startWebhookHost(padded, BOTH);
			await sandbox.setRequestUrl(host.url);
			sandbox.bindAccount();
			const deliveries = await deliveriesOf(2);
			expect(deliveries.map(({ status }) => status)).toEqual([200, 200]);
			expect(host.started).toHaveLength(1);
		},
	);

	it('keeps header and event apart when it is not simplified, and never outputs the token', async () => {
		await start({}, { events: ['accountBound'], simplify: false });
		const account = sandbox.bindAccount();
		await deliveriesOf(2);
		expect(host.started).toMatchObject([
			{
				event: { account_id: account.accountId },
				header: { event_type: 'hire.eco_account.created_v1' },
			},
		]);
		expect(JSON.stringify(host.started)).not.toContain(sandbox.app.verificationToken);
	});

	it('starts when an application moves, and when applications or candidates are deleted', async () => {
		await start(
			{},
			{
				events: ['applicationStageChanged', 'applicationDeleted', 'talentDeleted'],
				simplify: true,
			},
		);
		const [first, second] = sandbox.state.applications as [Application, Application];
		const origin = first.stage.id;
		sandbox.moveApplication(first.applicationId, 'interview');
		sandbox.deleteApplication(first.applicationId);
		sandbox.deleteTalent(second.talentId);
		await deliveriesOf(4);
		const byType = Object.fromEntries(
			host.started.map(({ header, ...event }) => [(header as IDataObject).event_type, event]),
		);
		expect(byType).toEqual({
			'hire.application.stage_changed_v1': {
				application_id: first.applicationId,
				origin_stage_id: origin,
				target_stage_id: first.stage.id,
				update_time: first.updatedAt,
			},
			'hire.application.deleted_v1': { application_ids: [first.applicationId] },
			'hire.talent.deleted_v1': { talent_id: second.talentId },
		});
	});

	it('answers 200 to events that are not selected and to background-check accounts, and starts nothing', async () => {
		await start({}, { events: ['accountBound'], simplify: true });
		const account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
		sandbox.bindAccount({ scope: 1 });
		const deliveries = await deliveriesOf(4);
		expect(deliveries.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		expect(host.started).toHaveLength(1);
	});
});

describe('filters', () => {
	const started = async (filters: INodeParameters) => {
		const sandbox = await startTestSandbox();
		const host = await startWebhookHost(sandboxCredentials(sandbox), { ...BOTH, filters });
		try {
			await sandbox.setRequestUrl(host.url);
			for (const accountId of ['7000000000000000001', '7000000000000000002']) {
				const account = sandbox.bindAccount({ accountId });
				account.papers.push({ id: 'spring', name: 'Spring' }, { id: '春季 A', name: 'Spring A' });
				sandbox.arrangeExam({ accountId, paperId: 'spring' });
				sandbox.arrangeExam({ accountId, paperId: '春季 A' });
			}
			await until(() => sandbox.deliveries.length >= 7);
			expect(new Set(sandbox.deliveries.map(({ status }) => status))).toEqual(new Set([200]));
			return host.started
				.map(
					({ account_id, paper_id }) =>
						`${String(account_id).slice(-1)} ${String(paper_id ?? 'bound')}`,
				)
				.sort();
		} finally {
			await host.close();
			await sandbox.close();
		}
	};

	it.each<[string, INodeParameters, string[]]>([
		['none', {}, ['1 bound', '1 spring', '1 春季 A', '2 bound', '2 spring', '2 春季 A']],
		['an account', { accountIds: '7000000000000000001' }, ['1 bound', '1 spring', '1 春季 A']],
		[
			'two accounts',
			{ accountIds: ' 7000000000000000001，7000000000000000002' },
			['1 bound', '1 spring', '1 春季 A', '2 bound', '2 spring', '2 春季 A'],
		],
		[
			'a paper, which an account has not',
			{ paperIds: '春季 A' },
			['1 bound', '1 春季 A', '2 bound', '2 春季 A'],
		],
		[
			'a list of papers',
			{ paperIds: ['spring', 'autumn'] },
			['1 bound', '1 spring', '2 bound', '2 spring'],
		],
		...[';', '；', '、', '\n', ' ', ', '].map<[string, INodeParameters, string[]]>((separator) => [
			`accounts with ${JSON.stringify(separator)} between them`,
			{ accountIds: `7000000000000000002${separator}7000000000000000003` },
			['2 bound', '2 spring', '2 春季 A'],
		]),
		[
			'accounts as JSON text',
			{ accountIds: '["7000000000000000002"]' },
			['2 bound', '2 spring', '2 春季 A'],
		],
		[
			'papers with blanks around them and letters that nobody sees',
			{ paperIds: ' spring\u200b；autumn ' },
			['1 bound', '1 spring', '2 bound', '2 spring'],
		],
		['both', { accountIds: '7000000000000000002', paperIds: 'spring' }, ['2 bound', '2 spring']],
		['an unknown account', { accountIds: '7' }, []],
	])('%s', async (_, filters, expected) => {
		expect(await started(filters)).toEqual(expected.sort());
	});

	it('that are empty are refused when the workflow is published', async () => {
		const credentials = { platform: 'feishu', appId: 'cli_1', appSecret: 's', encryptKey: 'k' };
		await expect(activate(credentials, { filters: { paperIds: ' , ' } })).rejects.toMatchObject({
			message: expect.stringContaining("'Paper IDs' is an empty list"),
		});
		await expect(activate(credentials, { filters: { paperIds: 'p' } })).resolves.toBe(true);
	});
});

describe('settings from expressions', () => {
	const credentials = { platform: 'feishu', appId: 'cli_1', appSecret: 's', encryptKey: 'k' };
	const start = async (parameters: INodeParameters) => {
		const sandbox = await startTestSandbox();
		const host = await startWebhookHost(sandboxCredentials(sandbox), { ...BOTH, ...parameters });
		try {
			await sandbox.setRequestUrl(host.url);
			sandbox.bindAccount({
				accountId: '7000000000000000001',
				customFieldList: [{ key: 'token', value: 'customer-secret' }],
			});
			await until(() => sandbox.deliveries.length >= 2);
			const statuses = sandbox.deliveries.slice(0, 2).map(({ status }) => status);
			return { statuses, started: host.started };
		} finally {
			await host.close();
			await sandbox.close();
		}
	};

	it.each<[string, INodeParameters['events']]>([
		['text', 'accountBound'],
		['text with several', 'examCreated, accountBound'],
		['JSON text', '["accountBound"]'],
		["Feishu's own name", 'hire.eco_account.created_v1'],
		['a label', ['Account Bound']],
	])("'Trigger On' works as %s", async (_, events) => {
		const { statuses, started } = await start({ events });
		expect(statuses).toEqual([200, 200]);
		expect(started).toHaveLength(1);
		await expect(activate(credentials, { events })).resolves.toBe(true);
	});

	it.each<[string, INodeParameters, string]>([
		[
			'an unknown event',
			{ events: ['examDone'] },
			'\'Trigger On\' has "examDone", which is not an event',
		],
		['one unknown event of two', { events: 'examCreated;examDone' }, '"examDone"'],
		['no event', { events: [] }, "'Trigger On' is an empty list"],
		['an empty event', { events: '' }, "'Trigger On' is empty"],
		['an undefined event', { events: '={{ undefined }}' }, "'Trigger On' is empty"],
		['a rounded account', { filters: { accountIds: '7.14E+18' } }, "'Account IDs'"],
		[
			'an account as inexact number',
			{ filters: { accountIds: '={{ [7147998241542539527] }}' } },
			"'Account IDs'",
		],
		['an account with lost letters', { filters: { accountIds: '7147\ufffd' } }, "'Account IDs'"],
		['a switch that is none', { simplify: 'maybe' }, "'Simplify' must be true or false"],
		['an empty switch', { simplify: '' }, "'Simplify' is empty"],
	])(
		'%s is refused by name when the workflow is published, and answered 500',
		async (_, parameters, words) => {
			await expect(activate(credentials, { ...BOTH, ...parameters })).rejects.toMatchObject({
				message: expect.stringContaining(words),
			});
			const { statuses, started } = await start(parameters);
			expect(statuses).toEqual([200, 500]);
			expect(started).toEqual([]);
		},
	);

	it.each<[INodeParameters['simplify'], boolean]>([
		['true', true],
		['false', false],
	])("'Simplify' works as the text %s", async (simplify, isSimple) => {
		const { started } = await start({ simplify });
		expect(started).toHaveLength(1);
		expect('account_id' in (started[0] ?? {})).toBe(isSimple);
	});

	it("masks what customers enter for an account, unless 'Include Account Field Values' is on", async () => {
		for (const simplify of [true, false]) {
			const { started } = await start({ simplify });
			expect(JSON.stringify(started)).toContain('"key":"token","value":"******"');
			expect(JSON.stringify(started)).not.toContain('customer-secret');
			const included = await start({ simplify, options: { includeFieldValues: true } });
			expect(JSON.stringify(included.started)).toContain('customer-secret');
		}
	});
});

describe('activation', () => {
	const credentials = { platform: 'feishu', appId: 'cli_1', appSecret: 's' };

	it('needs an Encrypt Key or a Verification Token, and says where to find them', async () => {
		await expect(activate(credentials)).rejects.toMatchObject({
			message: 'The credential has neither an Encrypt Key nor a Verification Token',
			description: expect.stringContaining("'Encryption Strategy'"),
		});
		await expect(activate({ ...credentials, encryptKey: 'k' })).resolves.toBe(true);
		await expect(activate({ ...credentials, verificationToken: 't' })).resolves.toBe(true);
	});

	it('counts a key of blanks as none', async () => {
		const blanks = { ...credentials, encryptKey: ' ', verificationToken: '\n' };
		await expect(activate(blanks)).rejects.toMatchObject({
			message: 'The credential has neither an Encrypt Key nor a Verification Token',
		});
	});
});
