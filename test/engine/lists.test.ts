import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { execute, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { startOddServer } from '../support/oddServer';
import { apiCalls, startTestSandbox } from '../support/testSandbox';

describe('update and delete of lists', () => {
	let sandbox: Sandbox;
	beforeEach(async () => {
		sandbox = await startTestSandbox();
	});
	afterEach(async () => await sandbox.close());

	const run = async (parameters: INodeParameters, options: ExecuteOptions = {}) =>
		await execute(sandboxCredentials(sandbox), parameters, options);
	const continueOnFail = (items: IDataObject[]): ExecuteOptions => ({
		items,
		onError: 'continueRegularOutput',
	});

	const updatePapers: INodeParameters = {
		resource: 'examPaper',
		operation: 'update',
		accountId: '={{ $json.account }}',
		paperSource: 'inputItems',
		paperId: '={{ $json.id }}',
		paperName: '={{ $json.name }}',
		startTime: '={{ $json.start }}',
		endTime: '={{ $json.end }}',
	};
	const deletePapers: INodeParameters = {
		resource: 'examPaper',
		operation: 'delete',
		accountId: '={{ $json.account }}',
		paperSource: 'inputItems',
		paperId: '={{ $json.id }}',
	};
	const fields = (operation: string): INodeParameters => ({
		resource: 'accountField',
		operation,
		fieldSource: 'inputItems',
		fieldKey: '={{ $json.key }}',
		nameEnUs: '={{ $json.name }}',
	});

	const newAccount = () => {
		const account = sandbox.bindAccount();
		account.papers.push(
			{ id: '1', name: 'One', duration: 30 },
			{ id: '2', name: 'Two', duration: 30 },
		);
		return account;
	};
	const defineFields = async (...keys: string[]) => {
		await run(fields('replaceAll'), { items: keys.map((key) => ({ key, name: key })) });
		sandbox.calls.splice(0);
	};
	const keys = () => sandbox.state.customFields.map(({ key }) => key);

	it.each([
		['update', updatePapers],
		['delete', deletePapers],
	])(
		'examPaper / %s groups mixed items into one call per account, and pairs the output with them',
		async (_, parameters) => {
			const [a, b] = [newAccount(), newAccount()];
			const { json, outputs } = await run(parameters, {
				items: [
					{ account: a.accountId, id: '1', name: 'Uno' },
					{ account: b.accountId, id: '2', name: 'Dos' },
					{ account: a.accountId, id: '2', name: 'Dos' },
				],
			});
			expect(
				apiCalls(sandbox).map(({ rawBody }) => (JSON.parse(rawBody) as IDataObject).account_id),
			).toEqual([a.accountId, b.accountId]);
			expect(json).toMatchObject([{ paper_count: 2 }, { paper_count: 1 }]);
			expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
				[{ item: 0 }, { item: 2 }],
				{ item: 1 },
			]);
		},
	);

	it('examPaper / update clears omitted fields, and reschedules exams already arranged', async () => {
		const account = newAccount();
		const exam = sandbox.arrangeExam({ accountId: account.accountId, paperId: '1' });
		await run(updatePapers, {
			items: [
				{ account: account.accountId, id: '1', name: 'Uno', start: 1795226400, end: 1795230000 },
			],
		});
		const times = { startTime: '1795226400000', endTime: '1795230000000' };
		expect(account.papers).toEqual([
			{ id: '1', name: 'Uno', ...times },
			{ id: '2', name: 'Two', duration: 30 },
		]);
		expect(exam.paper).toMatchObject({ name: 'One', ...times });
	});

	it('examPaper / delete ignores unknown papers', async () => {
		const account = newAccount();
		const { error } = await run(deletePapers, {
			items: [{ account: account.accountId, id: 'unknown' }],
		});
		expect(error).toBeUndefined();
		expect(account.papers).toHaveLength(2);
	});

	it('accountField makes one call for all items, and new accounts have the fields', async () => {
		const items = ['a', 'b', 'c'].map((key) => ({ key, name: key }));
		const { json, outputs } = await run(fields('replaceAll'), { items });
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(json).toEqual([{ success: true, field_count: 3 }]);
		expect(outputs[0]?.[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(sandbox.bindAccount().customFieldList.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
	});

	describe('continue on fail', () => {
		const bad = /is empty$|has no name$/;

		it.each([
			['examPaper / update', updatePapers, { id: '1', name: 'Uno' }, { id: '2', name: '' }],
			['examPaper / delete', deletePapers, { id: '1' }, { id: '' }],
			[
				'accountField / update',
				fields('update'),
				{ key: 'a', name: 'New' },
				{ key: 'b', name: '' },
			],
			['accountField / delete', fields('delete'), { key: 'a' }, { key: '' }],
		])('%s: only the invalid item fails', async (_, parameters, good, wrong) => {
			await defineFields('a', 'b');
			const { accountId: account } = newAccount();
			const { json, outputs } = await run(
				parameters,
				continueOnFail([
					{ account, ...wrong },
					{ account, ...good },
				]),
			);
			expect(json).toEqual([
				{ error: expect.stringMatching(bad), details: expect.anything() },
				expect.objectContaining(
					parameters.operation === 'delete' ? { deleted: true } : { success: true },
				),
			]);
			expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
			expect(apiCalls(sandbox)).toHaveLength(1);
		});

		it('accountField / replaceAll: an invalid item stops the whole list, which would lack it', async () => {
			const { json } = await run(
				fields('replaceAll'),
				continueOnFail([
					{ key: 'a', name: 'A' },
					{ key: 'b', name: '' },
				]),
			);
			expect(json.map(({ error }) => error)).toEqual([
				'Not sent, because of item 1: The account field "b" has no name',
				'The account field "b" has no name',
			]);
			expect(apiCalls(sandbox)).toEqual([]);
		});

		it.each([
			['no account', { account: '' }, /^'Account ID' is empty$/],
			['a rounded account ID', { account: 7147998241542539527 }, /^'Account ID' is the number/],
			['invalid options', { perSecond: 'many' }, /^'Max Calls per Second' must be a number/],
		])(
			'examPaper / replaceAll: an item with %s stops all lists, as one of them would lack it',
			async (__, wrong, reason) => {
				const { accountId: account } = newAccount();
				const { json, outputs } = await run(
					{
						...updatePapers,
						operation: 'replaceAll',
						options: { maxCallsPerSecond: '={{ $json.perSecond ?? 50 }}' },
					},
					continueOnFail([
						{ account, id: '1', name: 'One' },
						{ account, id: '2', name: 'Two', ...wrong },
					]),
				);
				expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
				expect(json[1]?.error).toMatch(reason);
				expect(json[0]?.error).toBe(`Not sent, because of item 1: ${String(json[1]?.error)}`);
				expect(apiCalls(sandbox)).toEqual([]);
			},
		);
	});

	it.each<[string, () => Promise<unknown>, INodeParameters, IDataObject[], RegExp]>([
		[
			'an unknown paper to update',
			async () => undefined,
			updatePapers,
			[{ id: 'x', name: 'X' }],
			/there is no paper x/,
		],
		[
			'a deleted key used again',
			async () => await run(fields('delete'), { items: [{ key: 'a' }] }),
			fields('replaceAll'),
			[{ key: 'a', name: 'A' }],
			/key a was deleted and can not be used again/,
		],
		[
			'an unknown key to update',
			async () => undefined,
			fields('update'),
			[{ key: 'x', name: 'X' }],
			/there is no key x/,
		],
		[
			'an empty list of fields',
			async () => undefined,
			fields('delete'),
			[{ key: 'a' }, { key: 'b' }],
			/at least one custom field must remain/,
		],
	])('explains Feishu’s reason for rejecting %s', async (_, before, parameters, items, reason) => {
		await defineFields('a', 'b');
		const { accountId: account } = newAccount();
		await before();
		const held = keys();
		const { error } = await run(parameters, { items: items.map((item) => ({ account, ...item })) });
		expect(error?.message).toBe('Feishu rejected a value of this call');
		expect(error?.description).toMatch(reason);
		expect(keys()).toEqual(held);
	});

	describe('after a service error', () => {
		const calls: Array<[string, INodeParameters]> = [
			['examPaper / update', updatePapers],
			['examPaper / delete', deletePapers],
			['accountField / replaceAll', fields('replaceAll')],
			['accountField / update', fields('update')],
			['accountField / delete', fields('delete')],
		];
		const items = () => [{ account: newAccount().accountId, id: '1', key: 'a', name: 'New name' }];

		it.each(calls)('retries %s, even if it was processed', async (_, parameters) => {
			await defineFields('a', 'b');
			sandbox.faults.add({ kind: 'errorAfter' });
			const { error } = await run(parameters, { items: items() });
			expect(error).toBeUndefined();
			expect(apiCalls(sandbox).map(({ status }) => status)).toEqual([500, 200]);
		});
	});

	it('names a rejected field by its label in the editor', async () => {
		const violations = [
			{ field: 'custom_field_list[1].name.zh_cn', description: 'too long' },
			{ field: 'custom_field_list[0].is_required', description: 'is required' },
		];
		const server = await startOddServer(
			400,
			JSON.stringify({
				code: 99992402,
				msg: 'field validation failed',
				error: { field_violations: violations },
			}),
		);
		const { error } = await execute(
			{ ...sandboxCredentials(sandbox), customBaseUrl: server.url },
			fields('replaceAll'),
			{
				items: [
					{ key: 'a', name: 'A' },
					{ key: 'b', name: 'B' },
				],
			},
		);
		await server.close();
		expect(error?.description).toContain("'Name (Chinese)' of item 1: too long.");
		expect(error?.description).toContain("'Required' of item 0: is required.");
	});
});
