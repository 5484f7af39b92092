import type { IDataObject, INodeParameters, NodeError } from 'n8n-workflow';

import type { Application, Sandbox } from '../../sandbox';
import { execute, sandboxCredentials, searchList, type ExecuteOptions } from '../support/engine';
import { testClock } from '../support/testClock';
import { apiCalls, startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startTestSandbox();
});
afterEach(async () => await sandbox.close());

const ID = '6891565253964859661';
const API = '/open-apis/hire/v1/applications';

const run = async (parameters: INodeParameters, options?: ExecuteOptions) =>
	await execute(sandboxCredentials(sandbox), { resource: 'application', ...parameters }, options);

const details = () => apiCalls(sandbox).filter(({ path }) => path.endsWith('/get_detail'));
/** Without those that came closer together than they had left, which Feishu turns away and takes later. */
const answeredDetails = () => details().filter(({ status }) => status !== 429);

const byId = (applicationId: string): Application => {
	const application = sandbox.state.applications.find(
		(known) => known.applicationId === applicationId,
	);
	if (!application) throw new Error(`There is no application ${applicationId}`);
	return application;
};

/** Newer ones than those of a fresh sandbox; the last one is the newest. */
function addApplications(count: number): Application[] {
	const { accountId, papers } = sandbox.bindAccount();
	papers.push({ id: 'p1', name: 'Paper' });
	return Array.from({ length: count }, (_, index) => {
		const candidate = { name: `候选人${index}`, email: `candidate${index}@example.com` };
		const { applicationId } = sandbox.arrangeExam({ accountId, paperId: 'p1', candidate });
		const application = byId(applicationId);
		application.updatedAt = testClock.now() + 1000 + index;
		return application;
	});
}

describe('get', () => {
	const get = { operation: 'get', applicationId: { __rl: true, mode: 'id', value: ID } };

	it('simplifies to ten flat fields, with texts of statuses and times in ISO 8601', async () => {
		const application = byId(ID);
		application.updatedAt = 1634801678103;
		const { json, error, outputs } = await run(get);

		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(apiCalls(sandbox)[0]).toMatchObject({
			method: 'GET',
			path: `${API}/${ID}/get_detail`,
			query: { options: ['with_job', 'with_talent'] },
			rawBody: '',
		});
		expect(json).toEqual([
			{
				application_id: ID,
				talent_id: application.talentId,
				talent_name: '张三',
				job_name: '前端工程师',
				stage_name: '笔试',
				stage_type: 3,
				stage_type_text: 'Exam',
				active_status: 1,
				active_status_text: 'Active',
				modify_time: '2021-10-21T07:34:38.103Z',
			},
		]);
		expect(outputs[0]?.[0]?.pairedItem).toEqual({ item: 0 });
	});

	it.each([
		[
			'the related data that is selected',
			['talent', 'offer'],
			['with_talent', 'with_offer'],
			['basic_info', 'talent'],
		],
		['one kind of related data', ['job'], 'with_job', ['basic_info', 'job']],
		['no related data', [], undefined, ['basic_info']],
		[
			'job and candidate by default',
			undefined,
			['with_job', 'with_talent'],
			['basic_info', 'job', 'talent'],
		],
	])("outputs Feishu's raw data with %s", async (_, relatedData, options, parts) => {
		const { json, error } = await run({
			...get,
			simplify: false,
			...(relatedData && { relatedData }),
		});
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)[0]?.query).toEqual(options ? { options } : {});
		expect(Object.keys(json[0] ?? {})).toEqual(parts);
		expect((apiCalls(sandbox)[0]?.answer as IDataObject).data).toEqual({
			application_detail: json[0],
		});
	});

	it('outputs users by the selected type of ID', async () => {
		await run({ ...get, simplify: false, additionalFields: { userIdType: 'union_id' } });
		expect(apiCalls(sandbox)[0]?.query.user_id_type).toBe('union_id');
	});

	it('leaves out the names that the app has no scope for', async () => {
		sandbox.app.scopes = ['hire:application:readonly'];
		const { json, error } = await run(get);
		expect(error).toBeUndefined();
		expect(json).toMatchObject([
			{ application_id: ID, talent_name: null, job_name: null, stage_name: '笔试' },
		]);
	});

	it('retries after a service error', async () => {
		sandbox.faults.add({ kind: 'errorBefore', path: 'get_detail' });
		const { json } = await run(get);
		expect(json).toMatchObject([{ application_id: ID }]);
		expect(details().map(({ status }) => status)).toEqual([500, 200]);
	});

	it('keeps within 10 calls a second', async () => {
		const items = Array.from({ length: 25 }, () => ({ id: ID }));
		const { json, error } = await run({ ...get, applicationId: '={{ $json.id }}' }, { items });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(25);
		const times = answeredDetails()
			.map(({ at }) => at)
			.sort((one, other) => one - other);
		expect(times).toHaveLength(25);
		expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2000);
		expect(details().length).toBeLessThan(35);
	});
});

describe('the application is given', () => {
	it.each<[string, INodeParameters[string]]>([
		['by the list', { __rl: true, mode: 'list', value: ID, cachedResultName: '张三' }],
		['by its ID', { __rl: true, mode: 'id', value: ID }],
		['by an ID with spaces around it', { __rl: true, mode: 'id', value: ` ${ID}\n` }],
		['by an expression for the ID', { __rl: true, mode: 'id', value: '={{ $json.id }}' }],
		['by text, as it was saved before there was a list', ID],
		['by an expression, as it was saved before there was a list', '={{ $json.id }}'],
	])('%s', async (_, applicationId) => {
		const options = { items: [{ id: ID }] };
		const got = await run({ operation: 'get', applicationId }, options);
		expect(got.error).toBeUndefined();
		expect(got.json).toMatchObject([{ application_id: ID }]);

		const added = await run(
			{
				resource: 'candidateExam',
				operation: 'addResult',
				applicationId,
				examName: 'n',
				score: 1,
				operatorId: 'ou_1',
			},
			options,
		);
		expect(added.error).toBeUndefined();
		expect(JSON.parse(apiCalls(sandbox).at(-1)?.rawBody ?? '')).toMatchObject({
			application_id: ID,
		});
	});

	it.each<[string, INodeParameters[string], RegExp]>([
		[
			'a number that lost digits',
			{ __rl: true, mode: 'id', value: '={{ 6891565253964859661 }}' },
			/'Application ID' is the number/,
		],
		[
			'nothing',
			{ __rl: true, mode: 'id', value: '={{ $json.nothing }}' },
			/'Application ID' is empty/,
		],
		[
			'nothing of the list',
			{ __rl: true, mode: 'list', value: '' },
			/issues|'Application ID' is empty/,
		],
		['an ID that was cut', { __rl: true, mode: 'id', value: '68915652' }, /issues/],
	])('and rejected as %s', async (_, applicationId, message) => {
		const { error } = await run({ operation: 'get', applicationId }).catch(
			(refusal: NodeError) => ({
				error: refusal,
			}),
		);
		expect(error?.message).toMatch(message);
		expect(sandbox.calls).toEqual([]);
	});
});

describe('getAll', () => {
	const getAll = { operation: 'getAll' };

	it("sends each filter under Feishu's name", async () => {
		const { error } = await run({
			...getAll,
			limit: 20,
			filters: {
				activeStatus: 'inactive',
				jobId: '7334134355464633',
				lockStatus: ['unlocked', 'lockedByThisJob'],
				processId: '6960663240925956554',
				stageId: '614218419274131',
				talentId: '6891560630172518670',
				updateTimeMin: '2021-04-15T23:24:38.663+08:00',
				updateTimeMax: 1618500279,
			},
		});
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(apiCalls(sandbox)[0]).toMatchObject({ method: 'GET', path: API, rawBody: '' });
		expect(apiCalls(sandbox)[0]?.query).toEqual({
			active_status: '2',
			job_id: '7334134355464633',
			lock_status: ['1', '3'],
			process_id: '6960663240925956554',
			stage_id: '614218419274131',
			talent_id: '6891560630172518670',
			update_start_time: '1618500278663',
			update_end_time: '1618500279000',
			page_size: '20',
		});
	});

	it.each<[string, INodeParameters, string]>([
		['the job', { jobId: '6843547872837273224' }, '李四'],
		['the talent', { talentId: '={{ $json.talentId }}' }, '王五'],
		['the status', { activeStatus: 'inactive' }, '王五'],
		['the lock', { lockStatus: ['lockedByOtherJob'] }, '李四'],
		[
			'the lock, as a model gives it',
			{ lockStatus: '={{ "lockedByOtherJob, lockedByThisJob" }}' },
			'李四',
		],
		[
			'the time of the last change',
			{ updateTimeMin: 1634801678, updateTimeMax: 1634801679 },
			'张三',
		],
	])('finds applications by %s', async (_, filters, name) => {
		const [zhang, li, wang] = sandbox.state.applications;
		Object.assign(zhang ?? {}, { updatedAt: 1634801678103 });
		Object.assign(li ?? {}, { lockStatus: 2 });
		Object.assign(wang ?? {}, { activeStatus: 2 });
		const { json } = await run({ ...getAll, filters }, { items: [{ talentId: wang?.talentId }] });
		expect(json.map(({ talent_name }) => talent_name)).toEqual([name]);
	});

	it('reads each application, in the order of the list, up to the limit', async () => {
		const added = addApplications(25);
		const { json, outputs } = await run({ ...getAll, limit: 8 });
		const newest = added.reverse().slice(0, 8);
		expect(json.map(({ application_id }) => application_id)).toEqual(
			newest.map(({ applicationId }) => applicationId),
		);
		expect(json[0]).toMatchObject({ talent_name: '候选人24', stage_type_text: 'Exam' });
		expect(new Set(outputs[0]?.map(({ pairedItem }) => JSON.stringify(pairedItem)))).toEqual(
			new Set(['{"item":0}']),
		);
		expect(apiCalls(sandbox).map(({ path }) => path.endsWith('/get_detail'))).toEqual([
			false,
			...Array(8).fill(true),
		]);
	});

	it('outputs only IDs without details, 100 with each call', async () => {
		addApplications(130);
		const { json } = await run({ ...getAll, returnAll: true, includeDetails: false });
		expect(new Set(json.map(({ application_id }) => application_id)).size).toBe(133);
		expect(json[0]).toEqual({ application_id: expect.stringMatching(/^\d{19}$/) });
		expect(apiCalls(sandbox).map(({ path, query }) => [path, query.page_size])).toEqual([
			[API, '100'],
			[API, '100'],
		]);
	});

	it("outputs Feishu's raw data when it is not simplified", async () => {
		const { json } = await run({ ...getAll, limit: 1, simplify: false, relatedData: ['talent'] });
		expect(details()[0]?.query).toEqual({ options: 'with_talent' });
		expect((details()[0]?.answer as IDataObject).data).toEqual({ application_detail: json[0] });
	});

	it('outputs the ID of an application that is deleted meanwhile', async () => {
		const [oldest] = addApplications(25);
		const { applicationId = '' } = oldest ?? {};
		const running = run({ ...getAll, limit: 25 });
		await until(() => details().length > 0);
		byId(applicationId).applicationId = 'deleted';
		const { json, error } = await running;
		expect(error).toBeUndefined();
		expect(json).toHaveLength(25);
		expect(json.at(-1)).toMatchObject({
			application_id: applicationId,
			talent_id: null,
			stage_type_text: null,
		});
	});

	it('starts no more calls after an error', async () => {
		const newest = addApplications(40).at(-1)?.applicationId;
		sandbox.faults.add({ kind: 'deadToken400', path: `${newest}/get_detail`, times: 2 });
		const { error } = await run({ ...getAll, returnAll: true });
		expect(error?.message).toBe("Feishu rejected the app's access token");
		const inFlight = 10;
		const begun = details().length;
		await testClock.advance(60_000);
		expect(details().length).toBeLessThanOrEqual(begun + inFlight);
	});

	it.each<[string, INodeParameters, string]>([
		['an ID that is missing', { jobId: '={{ $json.nothing }}' }, "'Job ID' is empty"],
		['a time that is missing', { updateTimeMin: '' }, "'Update Time Min' is empty"],
		['a list that is empty', { lockStatus: [] }, "'Lock Status' is empty"],
		[
			'an unknown status',
			{ activeStatus: 'sleeping' },
			"'Active Status' must be one of active, inactive",
		],
		[
			'an unknown lock status',
			{ lockStatus: ['open'] },
			"'Lock Status' must be one of unlocked, lockedByOtherJob, lockedByThisJob",
		],
		[
			'a time in words',
			{ updateTimeMax: 'today' },
			'\'Update Time Max\' is "today", which is not a valid date and time',
		],
	])('rejects %s in a filter before any call', async (_, filters, message) => {
		const { error } = await run({ ...getAll, filters });
		expect(error?.message).toBe(message);
		expect(sandbox.calls).toEqual([]);
	});

	it('with continue on fail, processes the other items', async () => {
		const { json } = await run(
			{ ...getAll, returnAll: true, includeDetails: false, filters: { jobId: '={{ $json.job }}' } },
			{
				items: [{ job: 'no ID' }, { job: '6843547872837273224' }],
				onError: 'continueRegularOutput',
			},
		);
		expect(json).toEqual([
			expect.objectContaining({ error: expect.stringMatching(/'Job ID' is "no ID"/) }),
			{ application_id: '7230753910687080000' },
		]);
	});
});

describe('the list of the locator', () => {
	const search = async (filter?: string, paginationToken?: string) =>
		await searchList(sandboxCredentials(sandbox), 'searchApplications', filter, paginationToken);
	const names = ({ results }: Awaited<ReturnType<typeof search>>) =>
		results.map(({ name }) => name);

	it('shows candidate, job and stage, and the ID as the value', async () => {
		Object.assign(byId(ID), { updatedAt: testClock.now() + 1000, activeStatus: 2 });
		const { results, paginationToken } = await search();
		expect(results[0]).toEqual({ name: '张三 · 前端工程师 · 笔试 · Inactive', value: ID });
		expect(results.map(({ name }) => name).sort()).toEqual([
			'张三 · 前端工程师 · 笔试 · Inactive',
			'李四 · 后端工程师 · 笔试',
			'王五 · 产品经理 · 笔试',
		]);
		expect(paginationToken).toBeUndefined();
		expect(apiCalls(sandbox).map(({ query }) => query)).toEqual([
			{ page_size: '20' },
			...Array(3).fill({ options: ['with_job', 'with_talent'] }),
		]);
	});

	it('loads 20 at a time', async () => {
		addApplications(22);
		const first = await search();
		expect(first.results).toHaveLength(20);
		expect(answeredDetails()).toHaveLength(20);
		const second = await search(undefined, first.paginationToken);
		expect(second.results).toHaveLength(5);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(25);
	});

	it.each([
		['a name', '四', ['李四 · 后端工程师 · 笔试']],
		['a job', ' 前端 ', ['张三 · 前端工程师 · 笔试']],
		['part of an ID', '6891565', ['张三 · 前端工程师 · 笔试']],
		['nothing there is', 'nobody', []],
	])('is searched for %s', async (_, filter, found) => {
		expect(names(await search(filter))).toEqual(found);
	});

	it('is case-insensitive', async () => {
		byId(ID).candidate.name = 'Zhang San';
		expect(names(await search('zhang SAN'))).toEqual(['Zhang San · 前端工程师 · 笔试']);
	});

	it('looks up a full ID with one call, and is empty for an unknown one', async () => {
		expect(names(await search(ID))).toEqual(['张三 · 前端工程师 · 笔试']);
		expect(apiCalls(sandbox).map(({ path }) => path)).toEqual([`${API}/${ID}/get_detail`]);
		expect(await search('7000000000000000000')).toEqual({ results: [] });
	});

	it('searches 100 applications at most, and says so when there are more', async () => {
		addApplications(130);
		const { results, paginationToken } = await search('候选人99 ');
		expect(results).toEqual([
			{ name: '候选人99 · 前端工程师 · 笔试', value: expect.stringMatching(/^\d{19}$/) },
			{ name: expect.stringMatching(/^Only the first 100 applications were searched/), value: '' },
		]);
		// A list this short does not scroll, so nothing more can be loaded by it.
		expect(paginationToken).toBeUndefined();
		expect(answeredDetails()).toHaveLength(100);
	});

	it('caches applications for the next letter of a search', async () => {
		addApplications(30);
		await search('nobody');
		const read = answeredDetails().length;
		expect(names(await search('候选人29'))).toEqual(['候选人29 · 前端工程师 · 笔试']);
		expect(answeredDetails()).toHaveLength(read);
	});

	it('stops when the list can scroll, and continues with its pagination token', async () => {
		addApplications(60);
		const first = await search('候选人');
		expect(first.results).toHaveLength(20);
		expect(answeredDetails()).toHaveLength(20);
		const second = await search('候选人', first.paginationToken);
		expect(names(second)[0]).toBe('候选人39 · 前端工程师 · 笔试');
	});

	it('shows IDs instead of names that the app has no scope for', async () => {
		sandbox.app.scopes = ['hire:application'];
		const { results } = await search();
		const { talentId } = byId(ID);
		expect(results).toContainEqual({ name: `Candidate ${talentId} · 笔试`, value: ID });
	});

	it('leaves out an application that is deleted meanwhile', async () => {
		addApplications(22);
		const running = search();
		await until(() => details().length > 0);
		const last = sandbox.state.applications.find(({ candidate }) => candidate.name === '候选人3');
		if (last) last.applicationId = 'deleted';
		expect((await running).results).toHaveLength(19);
	});

	it('says which scope is missing', async () => {
		sandbox.app.scopes = ['hire:exam'];
		const error = await search().catch((refusal: NodeError) => refusal);
		expect(error).toMatchObject({
			message: 'The app lacks a scope that this call needs',
			description: expect.stringMatching(
				/hire:application:readonly, hire:application\. Open https/,
			),
			httpCode: '400',
		});
	});

	it('explains a wrong credential', async () => {
		const credentials = { ...sandboxCredentials(sandbox), appSecret: 'wrong' };
		await expect(searchList(credentials, 'searchApplications')).rejects.toMatchObject({
			message: 'The App Secret is wrong',
		});
	});
});
