import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { ERROR_CODES, MISSING_SCOPE_CODE } from '../../nodes/FeishuHireExam/transport/errors/codes';
import type { FaultKind, Sandbox } from '../../sandbox';
import { execute, sandboxCredentials } from '../support/engine';
import { inMemory } from '../support/files';
import { expectNoSecrets } from '../support/secrets';
import { testClock } from '../support/testClock';
import { startTestSandbox } from '../support/testSandbox';

const TROUBLE_CODE = 1002001;

/** What a refused item says in place of what a good one does; it may change what there is at Feishu, too. */
type BadItem = (sandbox: Sandbox) => IDataObject;

interface Failures {
	/** The scopes that Feishu's page of the call names: any one is enough. */
	scopes: string[];
	/** For items as `createItems` makes them. */
	parameters: INodeParameters;
	/** Done before. */
	before?: INodeParameters[];
	/** One call is made for all items. */
	isShared?: true;
	/** A repeated call adds a second object, so it is not retried. */
	isNonIdempotent?: true;
	/** How the page says that Feishu is in trouble: with HTTP 500, unless it says otherwise. */
	trouble?: FaultKind;
	/** What else Feishu answers, at least one, and how that comes about: by an item, or by a fault where the node sends nothing that Feishu refuses. */
	refusals: Record<number, BadItem | FaultKind>;
}

const EXAM_SCOPES = ['hire:exam', 'hire:exam:readonly'];
const FIELD_SCOPES = ['hire:exam', 'hire:background_check_order'];
const APPLICATION_SCOPES = ['hire:application:readonly', 'hire:application'];

const UNKNOWN = '7000000000000000000';

/** Defined fields, and a key that can never be used again. */
const FIELDS: INodeParameters[] = [
	{
		operation: 'replaceAll',
		fieldSource: 'json',
		accountFieldsJson: JSON.stringify(
			['token', 'token_2', 'kept', 'gone'].map((fieldKey) => ({ fieldKey, nameEnUs: 'Name' })),
		),
	},
	{ operation: 'delete', fieldSource: 'list', fieldKeys: 'gone' },
].map((parameters) => ({ resource: 'accountField', ...parameters }));

const fieldOutOfItem = {
	fieldSource: 'inputItems',
	fieldKey: '={{ $json.key }}',
	nameEnUs: 'Name',
};

const paperOfItem = {
	accountId: '={{ $json.accountId }}',
	paperSource: 'inputItems',
	paperId: 'p1',
	paperName: 'Paper',
};

/**
 * Of each operation the documented failures but a missing scope and trouble, which all have. The pages of papers and
 * of account fields name trouble alone: the refusals here are the sandbox's.
 */
const FAILURES: Record<string, Failures> = {
	'accountField / delete': {
		scopes: FIELD_SCOPES,
		parameters: { fieldSource: 'list', fieldKeys: '={{ $json.keys ?? $json.key }}' },
		before: FIELDS,
		isShared: true,
		refusals: { 1002002: () => ({ keys: ['token_2', 'kept'] }) },
	},
	'accountField / replaceAll': {
		scopes: FIELD_SCOPES,
		parameters: fieldOutOfItem,
		before: FIELDS,
		isShared: true,
		refusals: { 1002002: () => ({ key: 'gone' }) },
	},
	'accountField / update': {
		scopes: FIELD_SCOPES,
		parameters: fieldOutOfItem,
		before: FIELDS,
		isShared: true,
		refusals: { 1002002: () => ({ key: 'gone' }) },
	},
	'application / get': {
		scopes: APPLICATION_SCOPES,
		parameters: { applicationId: '={{ $json.applicationId }}' },
		refusals: { 1002002: 'paramError', 1002201: () => ({ applicationId: UNKNOWN }) },
	},
	'application / getAll': {
		scopes: APPLICATION_SCOPES,
		parameters: { includeDetails: false, filters: { jobId: '={{ $json.jobId }}' } },
		refusals: { 1002002: 'paramError' },
	},
	'attachment / get': {
		scopes: ['hire:attachment:readonly', 'hire:attachment'],
		parameters: { attachmentId: '={{ $json.attachmentId }}' },
		refusals: { 1002002: () => ({ attachmentId: UNKNOWN }) },
	},
	'attachment / upload': {
		scopes: ['hire:attachment'],
		parameters: { binaryPropertyName: 'data' },
		isNonIdempotent: true,
		refusals: { 1002002: 'paramError' },
	},
	'candidateExam / addResult': {
		scopes: ['hire:exam'],
		parameters: {
			applicationId: '={{ $json.applicationId }}',
			examName: '笔试试卷',
			score: 95.5,
			operatorId: 'ou_f476cb099ac9227c9bae09ce46112579',
		},
		isNonIdempotent: true,
		refusals: { 1002002: () => ({ applicationId: UNKNOWN }) },
	},
	'candidateExam / getAll': {
		scopes: EXAM_SCOPES,
		parameters: {
			filters: {
				applicationIds: '={{ $json.applicationId }}',
				startTimeMin: '={{ $json.from ?? "2020-01-01" }}',
				startTimeMax: '={{ $json.until ?? "2100-01-01" }}',
			},
		},
		trouble: 'errorBefore200',
		refusals: { 1002002: () => ({ from: '2026-11-21', until: '2026-11-20' }) },
	},
	'exam / returnArrangement': {
		scopes: EXAM_SCOPES,
		parameters: {
			examId: '={{ $json.examId }}',
			outcome: 'arranged',
			examUrl: 'https://exam.example.com/1',
		},
		refusals: { 1002851: () => ({ examId: UNKNOWN }) },
	},
	'exam / returnResult': {
		scopes: EXAM_SCOPES,
		parameters: { examId: '={{ $json.examId }}', result: '60.5' },
		refusals: {
			1002855({ state: { exams } }) {
				Object.assign(exams.at(-1) ?? {}, { markedAt: testClock.now() });
				return {};
			},
		},
	},
	'examPaper / delete': {
		scopes: ['hire:exam'],
		parameters: paperOfItem,
		refusals: { 1002002: () => ({ accountId: UNKNOWN }) },
	},
	'examPaper / replaceAll': {
		scopes: ['hire:exam'],
		parameters: paperOfItem,
		refusals: { 1002002: () => ({ accountId: UNKNOWN }) },
	},
	'examPaper / update': {
		scopes: ['hire:exam'],
		parameters: paperOfItem,
		refusals: { 1002002: () => ({ accountId: UNKNOWN }) },
	},
};

const REGISTERED = Object.entries(resources).flatMap(([resource, { operations }]) =>
	Object.keys(operations).map((operation) => `${resource} / ${operation}`),
);

describe('failures', () => {
	let sandbox: Sandbox;
	beforeEach(async () => {
		sandbox = await startTestSandbox();
	});
	afterEach(async () => await sandbox.close());

	/** Two items that go through, each with an application, an account and an exam of its own. */
	const createItems = (): IDataObject[] =>
		sandbox.state.applications.slice(0, 2).map(({ applicationId, job }, index) => {
			const { accountId, papers } = sandbox.bindAccount();
			papers.push({ id: 'p1', name: 'Paper' });
			const { examId } = sandbox.arrangeExam({ accountId, paperId: 'p1', applicationId });
			const key = ['token', 'token_2'][index];
			return {
				key,
				accountId,
				examId,
				applicationId,
				jobId: job.id,
				attachmentId: '6949805467799537964',
			};
		});

	/** Sees to it that the last item meets this code, or all of them where they share a call. Gives the items to run. */
	function provoke(
		code: number,
		{ scopes, isShared, trouble = 'errorBefore', refusals }: Failures,
	): IDataObject[] {
		const items = createItems();
		if (code === MISSING_SCOPE_CODE) {
			sandbox.app.scopes = sandbox.app.scopes.filter((scope) => !scopes.includes(scope));
			return items.slice(-1);
		}
		const cause = code === TROUBLE_CODE ? trouble : refusals[code];
		if (typeof cause === 'function')
			return [...items.slice(0, -1), { ...items.at(-1), ...cause(sandbox) }];
		// The first item goes ahead, for the token.
		if (cause)
			sandbox.faults.add({ kind: cause, after: isShared ? 0 : items.length - 1, times: 100 });
		return items;
	}

	async function run(name: string, code: number, onError?: OnError) {
		const failures = FAILURES[name];
		if (!failures) throw new Error(`Say in FAILURES how '${name}' fails`);
		for (const parameters of failures.before ?? [])
			await execute(sandboxCredentials(sandbox), parameters);
		const items = provoke(code, failures);
		const files = items.map(() => ({ data: inMemory('报告', 'report.pdf') }));
		const [resource = '', operation = ''] = name.split(' / ');
		const parameters = { resource, operation, ...failures.parameters };
		const execution = await execute(sandboxCredentials(sandbox), parameters, {
			items,
			files,
			onError,
		});
		return { ...execution, failures, items };
	}

	describe.each(REGISTERED)('%s', (name) => {
		const refusals = Object.keys(FAILURES[name]?.refusals ?? {}).map(Number);

		it.each([MISSING_SCOPE_CODE, TROUBLE_CODE, ...refusals])(
			'explains code %i, in the error of the item that met it',
			async (code) => {
				const { error, items, failures } = await run(name, code);
				const { scopes, isShared, isNonIdempotent } = failures;
				const { message, description } = ERROR_CODES[code] ?? {};
				const met = sandbox.calls.filter(({ answer }) => (answer as IDataObject).code === code);
				const { status, logId } = met.at(-1) ?? {};

				expect(met).toHaveLength(code === TROUBLE_CODE && !isNonIdempotent ? 4 : 1);
				expect(error).toMatchObject({ message, httpCode: String(status) });
				expect(error?.context).toMatchObject({
					itemIndex: isShared ? 0 : items.length - 1,
					data: { code, logId },
				});
				expect(error?.description).toContain(description);
				expect(error?.description).toContain(`Code ${code} (`);
				expect(error?.description?.split('. ').slice(-2)).toEqual([
					`Log ID ${logId}`,
					expect.stringMatching(/^Explained in Chinese: .+\/docs\/errors\.zh-CN\.md$/),
				]);
				if (code === MISSING_SCOPE_CODE) {
					const link = `https://open.feishu.cn/app/${sandbox.app.appId}/auth?q=${scopes.join(',')}&`;
					expect(error?.description).toContain(
						`Any one of these is enough: ${scopes.join(', ')}. Open ${link}`,
					);
				}
				expectNoSecrets(sandbox, error);
			},
		);

		it.each(refusals)(
			'with continue on fail, only items of the call with code %i fail',
			async (code) => {
				const { outputs, failures } = await run(name, code, 'continueRegularOutput');
				const { message, description } = ERROR_CODES[code] ?? {};
				const failed = {
					error: message,
					details: {
						code,
						logId: expect.any(String),
						description: expect.stringContaining(description ?? ''),
					},
				};
				const succeeded = expect.not.objectContaining({ error: expect.anything() });
				expect(outputs[0]?.map(({ json, pairedItem }) => ({ json, pairedItem }))).toEqual([
					{ json: failures.isShared ? failed : succeeded, pairedItem: { item: 0 } },
					{ json: failed, pairedItem: { item: 1 } },
				]);
			},
		);
	});
});
