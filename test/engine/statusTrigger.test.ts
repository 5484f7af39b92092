import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node.js';
import type { Exam, Sandbox } from '../../sandbox';
import { sandboxCredentials, workflowWith } from '../support/engine';
import { createPollHost, type PollHost } from '../support/pollHost';
import { testClock } from '../support/testClock';
import { startTestSandbox } from '../support/testSandbox';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startTestSandbox();
	sandbox.bindAccount({ accountId: 'a1' }).papers.push({ id: 'p1', name: '数据结构测验' });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sandbox.close();
});

const searches = () => sandbox.calls.filter(({ path }) => path.endsWith('/tests/search'));
const hostWith = (parameters: INodeParameters = {}): PollHost =>
	createPollHost(sandboxCredentials(sandbox), {
		events: ['created', 'answered', 'passed', 'failed'],
		...parameters,
	});
/** An exam that is created now, by the clock of the nodes. */
const arrangeIn = (platform: Sandbox): Exam =>
	Object.assign(platform.arrangeExam({ accountId: 'a1', paperId: 'p1' }), {
		createdAt: testClock.now(),
	});
const arrange = (count = 1): Exam[] => Array.from({ length: count }, () => arrangeIn(sandbox));
/** The pages read since then: of all exams, or of those in the window. */
const pagesOf = (from: number) =>
	searches()
		.slice(from)
		.map(({ rawBody }) => (rawBody === '{}' ? 'all' : 'window'));
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
	it('records a baseline first and emits nothing, then reports each change once, with its statuses in words', async () => {
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

	it('emits what Feishu sent when it is not simplified', async () => {
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

	it('reads all exams at first, then those of the window, 100 with each call', async () => {
		const now = testClock.now();
		const exams = arrange(350);
		for (const exam of exams.slice(0, 130)) exam.createdAt = now - 15 * DAY_MS;
		const host = hostWith({ daysBack: 10 });
		await host.activate();
		expect(searches().map(({ rawBody }) => rawBody)).toEqual(['{}', '{}', '{}', '{}']);
		expect(await host.poll()).toEqual([]);

		const sent = searches()
			.slice(4)
			.map(({ query, rawBody }) => ({ query, body: JSON.parse(rawBody) as IDataObject }));
		expect(sent.map(({ query }) => query.page_size)).toEqual(['100', '100', '100']);
		for (const { body } of sent) {
			expect(body).toEqual({ test_start_time_min: expect.stringMatching(/^\d{13}$/) });
			expect(Number(body.test_start_time_min)).toBeGreaterThanOrEqual(now - 10 * DAY_MS);
			expect(Number(body.test_start_time_min)).toBeLessThan(now - 10 * DAY_MS + 10_000);
		}

		for (const exam of exams) exam.status = 3;
		expect(await host.poll()).toHaveLength(220);
	});

	it('watches all exams with 0 days, and records old ones without reporting them when the window grows', async () => {
		const [old] = arrange() as [Exam];
		Object.assign(old, { createdAt: testClock.now() - 90 * DAY_MS, status: 3 });
		const host = hostWith();
		await host.activate();
		expect(await host.activate({ daysBack: 0 })).toEqual([]);
		expect(JSON.parse(searches().at(-1)?.rawBody ?? '')).toEqual({});
		old.status = 6;
		expect(eventsOf(await host.poll())).toEqual([[old.testId, 'failed']]);
	});

	describe.each([
		[
			'started long before it was arranged',
			(exam: Exam) => ({ paper: { ...exam.paper, startTime: '1600000000000' } }),
		],
		['has no start time', () => ({ hasNoStart: true })],
	])('of an exam that %s', (_, change) => {
		it('reports changes until the days since its creation are over', async () => {
			const host = hostWith({ daysBack: 3 });
			const [known] = arrange() as [Exam];
			Object.assign(known, change(known));
			await host.activate();
			known.status = 3;
			expect(eventsOf(await host.poll())).toEqual([[known.testId, 'answered']]);
			const [added] = arrange() as [Exam];
			Object.assign(added, change(added));
			expect(eventsOf(await host.poll())).toEqual([[added.testId, 'created']]);

			await testClock.advance(4 * DAY_MS);
			known.status = 5;
			expect(await host.poll()).toEqual([]);
			expect(await host.test().catch(({ message }: Error) => message)).toBe(
				'No matching exam found',
			);
		});

		it('reports it within a day when it is the first of its kind', async () => {
			const host = hostWith();
			const [usual] = arrange() as [Exam];
			usual.createdAt -= MINUTE_MS;
			await host.activate();
			const [added] = arrange() as [Exam];
			Object.assign(added, change(added));
			expect(await host.poll()).toEqual([]);
			expect(eventsOf(await host.test())).toEqual([[added.testId, 'created']]);
			await testClock.advance(DAY_MS);
			expect(eventsOf(await host.poll())).toEqual([[added.testId, 'created']]);
			expect(await host.poll()).toEqual([]);
			added.status = 6;
			expect(eventsOf(await host.poll())).toEqual([
				[added.testId, 'answered'],
				[added.testId, 'failed'],
			]);
		});
	});

	it('reports changes of an exam that has yet to start, whenever it was created', async () => {
		const [exam] = arrange() as [Exam];
		exam.createdAt = testClock.now() - 90 * DAY_MS;
		exam.paper.startTime = String(testClock.now() + 90 * DAY_MS);
		const host = hostWith({ daysBack: 1 });
		await host.activate();
		exam.status = 3;
		expect(eventsOf(await host.poll())).toEqual([[exam.testId, 'answered']]);
	});

	it('reads all exams once a day, and each time while the window would miss a watched one', async () => {
		const host = hostWith({ daysBack: 3 });
		const [exam] = arrange() as [Exam];
		await host.activate();
		await host.poll();
		await testClock.advance(DAY_MS);
		await host.poll();
		await host.poll();
		expect(pagesOf(0)).toEqual(['all', 'window', 'all', 'window']);

		exam.hasNoStart = true;
		await testClock.advance(DAY_MS);
		for (let poll = 0; poll < 3; poll += 1) await host.poll();
		expect(pagesOf(4)).toEqual(['all', 'all', 'all']);

		await testClock.advance(3 * DAY_MS);
		for (let poll = 0; poll < 3; poll += 1) await host.poll();
		expect(pagesOf(7)).toEqual(['all', 'window', 'window']);
	});

	it('does not take old exams for new ones when the window grows', async () => {
		const [old, lately] = arrange(2) as [Exam, Exam];
		Object.assign(old, { createdAt: testClock.now() - 5 * DAY_MS, status: 3 });
		Object.assign(lately, { createdAt: testClock.now() - 6 * DAY_MS, status: 2, hasNoStart: true });
		const host = hostWith({ daysBack: 1 });
		await host.activate();
		expect(await host.activate({ daysBack: 30 })).toEqual([]);
		await testClock.advance(DAY_MS);
		expect(await host.poll()).toEqual([]);
		old.status = 5;
		lately.status = 3;
		expect(eventsOf(await host.poll())).toEqual([
			[lately.testId, 'answered'],
			[old.testId, 'passed'],
		]);
	});

	it('reports a newly selected event from then on, and the other events also for the time in between', async () => {
		const [first, second] = arrange(2) as [Exam, Exam];
		const host = hostWith({ events: ['failed'] });
		await host.activate();
		// Nobody asked for these, so n8n has saved nothing since.
		first.status = 5;
		arrange();
		expect(await host.poll()).toEqual([]);
		second.status = 6;
		expect(eventsOf(await host.activate({ events: ['created', 'passed', 'failed'] }))).toEqual([
			[second.testId, 'failed'],
		]);
		const [added] = arrange() as [Exam];
		second.status = 5;
		expect(eventsOf(await host.poll())).toEqual([
			[second.testId, 'passed'],
			[added.testId, 'created'],
		]);
	});

	it('reports changes during a restart once', async () => {
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
		late.createdAt = testClock.now() - 45 * MINUTE_MS;
		Object.assign(arranged, { createdAt: late.createdAt, status: 2 });
		recent.createdAt = testClock.now() - 44 * MINUTE_MS;
		expect(await host.poll()).toMatchObject([
			{ test_id: late.testId, change: { event: 'notArranged', from: null, to: 'Not Arranged' } },
		]);
		await testClock.advance(2 * MINUTE_MS);
		expect(eventsOf(await host.poll())).toEqual([[recent.testId, 'notArranged']]);
		expect(await host.activate()).toEqual([]);
	});

	it('reports the first exam without a start time as soon as it was not arranged in time', async () => {
		const host = hostWith({ events: ['notArranged'], minutesToArrange: 30 });
		await host.activate();
		await testClock.advance(MINUTE_MS);
		const [exam] = arrange() as [Exam];
		exam.hasNoStart = true;
		const reported: IDataObject[][] = [];
		for (let poll = 0; poll < 4; poll += 1) {
			await testClock.advance(10 * MINUTE_MS);
			reported.push(await host.poll());
		}
		expect(reported.map(eventsOf)).toEqual([[], [], [[exam.testId, 'notArranged']], []]);
	});

	it.each([
		['are', ['notArranged'], 30, ['window', 'window', 'all', 'window', 'window', 'all']],
		['are not', ['created'], 30, ['window', 'window', 'window', 'window', 'window', 'window']],
		['have a day', ['notArranged'], 1440, Array.from({ length: 6 }, () => 'window')],
	])(
		'reads all exams every so many minutes when those that %s to be arranged in time are reported',
		async (_, events, minutesToArrange, pages) => {
			const host = hostWith({ events, minutesToArrange });
			arrange();
			await host.activate();
			const before = searches().length;
			for (let poll = 0; poll < 6; poll += 1) {
				await testClock.advance(10 * MINUTE_MS);
				await host.poll();
			}
			expect(pagesOf(before)).toEqual(pages);
		},
	);

	it('loses no change when a poll fails halfway', async () => {
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

	it('reports each change once when the list shifts between two pages', async () => {
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

	it('recovers after Feishu refused the app temporarily', async () => {
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

	it('skips a poll while another one is in flight', async () => {
		const host = hostWith();
		await host.activate();
		arrange(5);
		const before = searches().length;
		const polls = await Promise.all([host.poll(), host.poll(), host.poll()]);
		expect(polls.map(({ length }) => length)).toEqual([5, 0, 0]);
		expect(searches().length - before).toBe(1);
		arrange(1);
		expect(await host.poll()).toHaveLength(1);
	});

	it('reports each change once when the workflow is published again during a poll', async () => {
		const host = hostWith();
		await host.activate();
		arrange(5);
		const old = host.poll();
		const renewed = host.activate();
		expect([await old, await renewed].map(({ length }) => length)).toEqual([0, 5]);
		expect(await host.poll()).toEqual([]);
		expect(await host.activate()).toEqual([]);
	});

	it('fails no poll for one that was in flight when the workflow was published again', async () => {
		const host = hostWith();
		await host.activate();
		const [exam] = arrange() as [Exam];
		sandbox.faults.add({ kind: 'errorBefore', times: 4 });
		const old = host.poll();
		const renewed = host.activate();
		expect(await old).toEqual([]);
		expect(eventsOf(await renewed)).toEqual([[exam.testId, 'created']]);
	});

	it('records a new baseline when the node was renamed, and reports what changes after that', async () => {
		const [known, added] = arrange(2) as [Exam, Exam];
		const host = hostWith();
		await host.activate();
		known.status = 3;
		expect(eventsOf(await host.poll())).toEqual([[known.testId, 'answered']]);
		const [missed] = arrange() as [Exam];
		host.rename('考试状态');
		expect(await host.activate()).toEqual([]);
		expect(await host.poll()).toEqual([]);
		added.status = 5;
		missed.status = 3;
		expect(eventsOf(await host.poll())).toEqual([
			[added.testId, 'answered'],
			[added.testId, 'passed'],
			[missed.testId, 'answered'],
		]);
		expect(Object.keys(JSON.parse(host.saved) as IDataObject)).toContain('node:考试状态');
	});

	it('records a new baseline when the credential is of another app', async () => {
		const host = hostWith();
		await host.activate();
		const other = await startTestSandbox({ app: { appId: 'cli_another' } });
		try {
			other.bindAccount({ accountId: 'a1' }).papers.push({ id: 'p1', name: 'Paper' });
			arrangeIn(other);
			const moved = createPollHost(sandboxCredentials(other), { events: ['created'] });
			moved.saved = host.saved;
			expect(await moved.activate()).toEqual([]);
			const exam = arrangeIn(other);
			expect(eventsOf(await moved.poll())).toEqual([[exam.testId, 'created']]);
		} finally {
			await other.close();
		}
	});
});

describe('a manual test', () => {
	it('emits the newest exam for each event, each time, and saves nothing', async () => {
		const [old, passed] = arrange(3) as [Exam, Exam, Exam];
		Object.assign(old, { status: 5, createdAt: testClock.now() - DAY_MS });
		Object.assign(passed, { status: 5, createdAt: testClock.now() - MINUTE_MS });
		const host = hostWith({ events: ['passed', 'failed'] });
		for (const items of [await host.test(), await host.test()]) {
			expect(items).toMatchObject([
				{ test_id: passed.testId, change: { event: 'passed', from: null, to: 'Passed' } },
			]);
		}
		expect(host.saved).toBe('{}');
	});

	it('fails with an explanation when no exam matches', async () => {
		arrange();
		await expect(hostWith({ events: ['failed'] }).test()).rejects.toMatchObject({
			message: 'No matching exam found',
			description: expect.stringContaining("'Days Back'"),
		});
	});
});

/** An expression that returns the value. */
const expression = (value: unknown) => `={{ ${JSON.stringify(value)} }}`;

describe('settings by expression', () => {
	it.each([
		['a list', ['passed', 'answered']],
		['a list with repeats', ['passed', 'answered', 'passed']],
		['JSON text of a list', '["passed", "answered"]'],
		['text with commas', 'passed, answered'],
		['text with semicolons', 'passed;answered'],
		['text with line breaks', 'passed\r\nanswered\n'],
		['text with Chinese commas', 'passed，answered'],
		['text with Chinese semicolons', 'passed；answered'],
		['text with Chinese enumeration commas', 'passed、answered'],
	])("'Trigger On' as %s", async (_, events) => {
		const [exam] = arrange() as [Exam];
		const host = hostWith({ events: expression(events) });
		await host.activate();
		exam.status = 5;
		expect(eventsOf(await host.poll())).toEqual([
			[exam.testId, 'answered'],
			[exam.testId, 'passed'],
		]);
	});

	it.each([
		[true, true],
		['true', true],
		[' True ', true],
		[false, false],
		['false', false],
	])("'Simplify' as %j", async (simplify, isSimplified) => {
		arrange();
		const host = hostWith({ events: ['created'], simplify: expression(simplify) });
		const [item] = await host.test();
		expect(item).toHaveProperty('test_status', 1);
		expect(item && 'test_status_text' in item).toBe(isSimplified);
	});
});

describe('the subtitle of the node', () => {
	it.each([
		['a list', ['passed', 'failed'], 'passed, failed'],
		['an expression for text', expression('passed'), 'passed'],
		['an expression for a list', expression(['passed', 'failed']), 'passed, failed'],
	])("shows 'Trigger On' as %s", (_, events, subtitle) => {
		const { workflow, node } = workflowWith('feishuHireExamStatusTrigger', { events });
		const { description } = new FeishuHireExamStatusTrigger();
		expect(
			workflow.expression.getSimpleParameterValue(node, description.subtitle, 'internal', {}),
		).toBe(subtitle);
	});
});

describe('settings that are refused before any call', () => {
	it.each([
		['no event', { events: [] }, "'Trigger On' is empty"],
		['no event by expression', { events: expression('') }, "'Trigger On' is empty"],
		['an empty list of events', { events: expression('[]') }, "'Trigger On' is an empty list"],
		[
			'an unknown event among others',
			{ events: expression('passed,pass') },
			expect.stringMatching(/^'Trigger On' .*\bcreated, notArranged, .*, failed\b/),
		],
		[
			"Feishu's event name",
			{ events: expression(['hire.test.status_update']) },
			expect.stringMatching(/^'Trigger On' .*\bcreated, notArranged, .*, failed\b/),
		],
		[
			'events that are no text',
			{ events: expression({ a: 1 }) },
			expect.stringMatching(/^'Trigger On' /),
		],
		[
			'neither yes nor no',
			{ simplify: expression('yes') },
			'\'Simplify\' must be true or false, not "yes"',
		],
		['an empty Simplify', { simplify: expression('') }, "'Simplify' is empty"],
		['a negative window', { daysBack: -1 }, '\'Days Back\' must be at least 0, not "-1"'],
		['a window that an expression left empty', { daysBack: '={{ "" }}' }, "'Days Back' is empty"],
		[
			'no time to arrange',
			{ events: ['notArranged'], minutesToArrange: 0 },
			'\'Minutes to Arrange\' must be at least 1, not "0"',
		],
		[
			'half a minute',
			{ events: ['notArranged'], minutesToArrange: 0.5 },
			'\'Minutes to Arrange\' must be a whole number, not "0.5"',
		],
	])('%s', async (_, parameters, message) => {
		await expect(hostWith(parameters as INodeParameters).activate()).rejects.toMatchObject({
			message,
		});
		expect(sandbox.calls).toEqual([]);
	});
});
