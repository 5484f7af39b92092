import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startSandbox, type Exam, type Sandbox } from '../../sandbox';
import { sandboxCredentials } from '../support/engine';
import { createPollHost, type PollHost } from '../support/pollHost';

jest.setTimeout(30_000);

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
	sandbox.bindAccount({ accountId: 'a1' }).papers.push({ id: 'p1', name: '数据结构测验' });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sandbox.close();
});

const searches = () => sandbox.calls.filter(({ path }) => path.endsWith('/tests/search'));
const hostWith = (parameters: INodeParameters = {}): PollHost =>
	createPollHost(sandboxCredentials(sandbox), { events: ['created', 'answered', 'passed', 'failed'], ...parameters });
const arrange = (count = 1): Exam[] =>
	Array.from({ length: count }, () => sandbox.arrangeExam({ accountId: 'a1', paperId: 'p1' }));
/** Does something between the first page of the next list and the second. */
const afterFirstPage = (action: () => void) => {
	jest.spyOn(sandbox.calls, 'push').mockImplementationOnce((...calls) => {
		action();
		return Array.prototype.push.apply(sandbox.calls, calls);
	});
};
const eventsOf = (items: IDataObject[]) =>
	items.map(({ test_id, change }) => [test_id, (change as IDataObject).event]);

describe('the status trigger', () => {
	it('takes stock first and sends nothing, then reports a change once, from and to in words', async () => {
		const [exam] = arrange(3) as [Exam, Exam, Exam];
		exam.status = 2;
		const host = hostWith();
		expect(await host.activate()).toEqual([]);
		expect(await host.poll()).toEqual([]);

		exam.status = 5;
		const items = await host.poll();
		expect(items).toEqual([
			{
				test_id: exam.testId,
				application_id: exam.applicationId,
				talent_id: expect.any(String),
				test_paper_name: '数据结构测验',
				test_status: 5,
				test_status_text: 'Passed',
				score: null,
				start_time: new Date(exam.createdAt).toISOString(),
				test_complete_time: null,
				report_url_list: [],
				change: { event: 'answered', from: 'Not Answered', to: 'Passed' },
			},
			expect.objectContaining({
				test_id: exam.testId,
				change: { event: 'passed', from: 'Not Answered', to: 'Passed' },
			}),
		]);
		expect(await host.poll()).toEqual([]);

		const [added] = arrange() as [Exam];
		expect(await host.poll()).toMatchObject([
			{ test_id: added.testId, change: { event: 'created', from: null, to: 'Not Arranged' } },
		]);
		expect(await host.poll()).toEqual([]);
	});

	it('gives what Feishu sent when it is not simplified', async () => {
		const host = hostWith({ simplify: false });
		await host.activate();
		const [exam] = arrange() as [Exam];
		expect(await host.poll()).toEqual([
			{
				...(JSON.parse(JSON.stringify(sandbox.state.tests[0])) as IDataObject),
				test_id: exam.testId,
				change: { event: 'created', from: null, to: 'Not Arranged' },
			},
		]);
	});

	it('reads the exams of the window, 100 with each call', async () => {
		const now = Date.now();
		const exams = arrange(250);
		for (const exam of exams.slice(0, 30)) exam.createdAt = now - 15 * DAY_MS;
		const host = hostWith({ daysBack: 10 });
		await host.activate();

		const sent = searches().map(({ query, rawBody }) => ({ query, body: JSON.parse(rawBody) as IDataObject }));
		expect(sent.map(({ query }) => query.page_size)).toEqual(['100', '100', '100']);
		for (const { body } of sent) {
			expect(body).toEqual({ test_start_time_min: expect.stringMatching(/^\d{13}$/) });
			expect(Number(body.test_start_time_min)).toBeGreaterThanOrEqual(now - 10 * DAY_MS);
			expect(Number(body.test_start_time_min)).toBeLessThan(now - 10 * DAY_MS + 10_000);
		}

		for (const exam of exams) exam.status = 3;
		expect(await host.poll()).toHaveLength(220);
	});

	it('watches all exams with 0 days, and notes old ones when the window grows', async () => {
		const [old] = arrange() as [Exam];
		Object.assign(old, { createdAt: Date.now() - 90 * DAY_MS, status: 3 });
		const host = hostWith();
		await host.activate();
		expect(await host.activate({ daysBack: 0 })).toEqual([]);
		expect(JSON.parse(searches().at(-1)?.rawBody ?? '')).toEqual({});
		old.status = 6;
		expect(eventsOf(await host.poll())).toEqual([[old.testId, 'failed']]);
	});

	it('reports after a restart what happened meanwhile, and nothing twice', async () => {
		const [first, second] = arrange(2) as [Exam, Exam];
		const host = hostWith();
		await host.activate();
		first.status = 3;
		expect(eventsOf(await host.poll())).toEqual([[first.testId, 'answered']]);
		second.status = 2;
		expect(await host.poll()).toEqual([]);

		second.status = 3;
		expect(eventsOf(await host.activate())).toEqual([[second.testId, 'answered']]);
		expect(await host.activate()).toEqual([]);
		expect(await host.poll()).toEqual([]);
	});

	it('reports exams that were not arranged in time, once', async () => {
		const host = hostWith({ events: ['notArranged'], minutesToArrange: 45 });
		await host.activate();
		const [late, arranged, recent] = arrange(3) as [Exam, Exam, Exam];
		late.createdAt = Date.now() - 45 * MINUTE_MS;
		Object.assign(arranged, { createdAt: late.createdAt, status: 2 });
		recent.createdAt = Date.now() - 44 * MINUTE_MS;
		expect(await host.poll()).toMatchObject([
			{ test_id: late.testId, change: { event: 'notArranged', from: null, to: 'Not Arranged' } },
		]);
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * MINUTE_MS);
		expect(eventsOf(await host.poll())).toEqual([[recent.testId, 'notArranged']]);
		expect(await host.activate()).toEqual([]);
	});

	it('loses nothing when a look fails halfway', async () => {
		const exams = arrange(150);
		const host = hostWith();
		await host.activate();
		const { saved } = host;
		for (const exam of exams) exam.status = 3;
		sandbox.faults.add({ kind: 'errorBefore', after: 1, times: 4 });
		await expect(host.poll()).rejects.toThrow();
		expect(host.saved).toBe(saved);
		expect(await host.poll()).toHaveLength(150);
		expect(await host.poll()).toEqual([]);
	});

	it('bears lists that change between two pages', async () => {
		const exams = arrange(150);
		const host = hostWith();
		await host.activate();
		const slipped = exams[100] as Exam;
		afterFirstPage(() => sandbox.state.exams.shift());
		expect(await host.poll()).toEqual([]);
		slipped.status = 3;
		expect(eventsOf(await host.poll())).toEqual([[slipped.testId, 'answered']]);

		// Now it is the last one of the first page, and comes again as the first one of the second.
		afterFirstPage(() => {
			slipped.status = 5;
			sandbox.state.exams.unshift(exams[0] as Exam);
		});
		expect(eventsOf(await host.poll())).toEqual([[slipped.testId, 'passed']]);
		expect(await host.poll()).toEqual([]);
	});

	it('works again after Feishu refused the app for a while', async () => {
		const host = hostWith();
		await host.activate();
		const { appSecret } = sandbox.app;
		sandbox.app.appSecret = 'reset';
		sandbox.revokeTokens();
		await expect(host.poll()).rejects.toMatchObject({ message: 'The App Secret is wrong' });
		sandbox.app.appSecret = appSecret;
		const [exam] = arrange() as [Exam];
		expect(eventsOf(await host.poll())).toEqual([[exam.testId, 'created']]);
	});

	it('does not look twice at the same time', async () => {
		const host = hostWith();
		await host.activate();
		arrange(5);
		const before = searches().length;
		const looks = await Promise.all([host.poll(), host.poll(), host.poll()]);
		expect(looks.map(({ length }) => length)).toEqual([5, 0, 0]);
		expect(searches().length - before).toBe(1);
		arrange(1);
		expect(await host.poll()).toHaveLength(1);
	});

	it('takes stock anew when the credential is of another app', async () => {
		const host = hostWith();
		await host.activate();
		const other = await startSandbox({ app: { appId: 'cli_another' } });
		try {
			other.bindAccount({ accountId: 'a1' }).papers.push({ id: 'p1', name: 'Paper' });
			other.arrangeExam({ accountId: 'a1', paperId: 'p1' });
			const moved = createPollHost(sandboxCredentials(other), { events: ['created'] });
			moved.saved = host.saved;
			expect(await moved.activate()).toEqual([]);
			const exam = other.arrangeExam({ accountId: 'a1', paperId: 'p1' });
			expect(eventsOf(await moved.poll())).toEqual([[exam.testId, 'created']]);
		} finally {
			await other.close();
		}
	});
});

describe('a test in the editor', () => {
	it('gives the newest exam for each event, again and again, and notes nothing', async () => {
		const [old, passed] = arrange(3) as [Exam, Exam, Exam];
		Object.assign(old, { status: 5, createdAt: Date.now() - DAY_MS });
		Object.assign(passed, { status: 5, createdAt: Date.now() - MINUTE_MS });
		const host = hostWith({ events: ['passed', 'failed'] });
		for (const items of [await host.test(), await host.test()]) {
			expect(items).toMatchObject([
				{ test_id: passed.testId, change: { event: 'passed', from: null, to: 'Passed' } },
			]);
		}
		expect(host.saved).toBe('{}');
	});

	it('says so when there is none', async () => {
		arrange();
		await expect(hostWith({ events: ['failed'] }).test()).rejects.toMatchObject({
			message: 'There is no exam to show',
			description: expect.stringContaining("'Days Back'"),
		});
	});
});

describe('what is refused before anything is sent', () => {
	it.each([
		['no event', { events: [] }, "'Trigger On' is empty"],
		['a negative window', { daysBack: -1 }, "'Days Back' must be at least 0, not \"-1\""],
		['a window that an expression left empty', { daysBack: '={{ "" }}' }, "'Days Back' is empty"],
		[
			'no time to arrange',
			{ events: ['notArranged'], minutesToArrange: 0 },
			"'Minutes to Arrange' must be at least 1, not \"0\"",
		],
		[
			'half a minute',
			{ events: ['notArranged'], minutesToArrange: 0.5 },
			"'Minutes to Arrange' must be a whole number, not \"0.5\"",
		],
	])('%s', async (_, parameters, message) => {
		await expect(hostWith(parameters as INodeParameters).activate()).rejects.toMatchObject({ message });
		expect(sandbox.calls).toEqual([]);
	});
});
