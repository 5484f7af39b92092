import type { IDataObject } from 'n8n-workflow';

import { STATUS_EVENTS, type StatusEvent } from '../../nodes/FeishuHireExam/polling/changes';
import type { Exam, Sandbox, TestStatus } from '../../sandbox';
import { sandboxCredentials } from '../support/engine';
import { createPollHost } from '../support/pollHost';
import { testClock } from '../support/testClock';
import { startTestSandbox } from '../support/testSandbox';

/** Everything that is random follows from it. */
const SEED = 20261116;
const DAY_MS = 24 * 60 * 60_000;
const POLLS = 28;
const POLLS_PER_DAY = 4;
const POLL_EVERY_MS = DAY_MS / POLLS_PER_DAY;
/** Exams that are there before the first poll. */
const BASELINE = 500;
const TOTAL = 5000;
const MINUTES_TO_ARRANGE = 600;
/** Before this poll some exams come that have no start time, or started long ago. */
const OPEN_EXAMS_AT = 12;
const OPEN_EXAMS = 40;
/** Exams fail before every so many polls only, so that a trigger on that is often silent. */
const POLLS_PER_FAILURE = 4;

/** What may happen to an exam next, and the events that report it. */
const STEPS: Partial<Record<TestStatus, Array<[TestStatus, StatusEvent[]]>>> = {
	1: [
		[2, []],
		[2, []],
		[2, []],
		[7, ['arrangementFailed']],
	],
	2: [[3, ['answered']]],
	3: [
		[4, []],
		[5, ['marked', 'passed']],
	],
	4: [
		[5, ['marked', 'passed']],
		[6, ['marked', 'failed']],
	],
};

/** The same numbers each time. */
function createRandom(seed: number) {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

describe('a week of 5,000 exams', () => {
	let sandbox: Sandbox;
	const random = createRandom(SEED);
	beforeAll(async () => {
		// The pauses before retries are as random as all else here.
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		sandbox = await startTestSandbox();
		sandbox
			.bindAccount({ accountId: 'a1' })
			.papers.push(
				{ id: 'usual', name: '数据结构测验' },
				{ id: 'later', name: '期末测验', startTime: String(testClock.now() + 60 * DAY_MS) },
				{ id: 'open', name: '自测', startTime: String(testClock.now() - 365 * DAY_MS) },
			);
	});
	afterAll(async () => {
		await sandbox.close();
		jest.restoreAllMocks();
	});

	const arrange = (paperId: string, ageMs: number): Exam => {
		const exam = sandbox.arrangeExam({ accountId: 'a1', paperId });
		exam.createdAt = testClock.now() - Math.floor(ageMs);
		return exam;
	};
	const arrangeUsual = (count: number, sinceMs: number) => {
		for (let index = 0; index < count; index += 1) {
			arrange(random() < 0.1 ? 'later' : 'usual', random() * sinceMs);
		}
	};
	/** Takes an exam one step on, and returns the events of it. */
	const advance = (exam: Exam, mayFail: boolean): StatusEvent[] => {
		const steps = (STEPS[exam.status] ?? []).filter(([status]) => mayFail || status !== 6);
		const [status, events] = steps[Math.floor(random() * steps.length)] ?? [exam.status, []];
		exam.status = status;
		return events;
	};
	const isLate = ({ status, createdAt }: Exam, now: number) =>
		status === 1 && now - createdAt >= MINUTES_TO_ARRANGE * 60_000;
	/** Those that Feishu answered. */
	const takePages = () =>
		sandbox.calls
			.splice(0)
			.filter(({ path, status }) => path.endsWith('/tests/search') && status === 200).length;

	/** A trigger, and what it should report by the rules that the README states. */
	function watch(events: StatusEvent[], daysBack: number) {
		const host = createPollHost(sandboxCredentials(sandbox), {
			events,
			daysBack,
			minutesToArrange: MINUTES_TO_ARRANGE,
		});
		const due: string[] = [];
		const reported: string[] = [];
		const late = new Set<string>();
		const counts = { pages: 0, silent: 0, failed: 0, restartsAfterSilence: 0, left: 0 };
		let pending: Array<[Exam, StatusEvent]> = [];
		let isActive = false;
		let wasSilent = false;

		const isWatched = ({ createdAt, hasNoStart, paper }: Exam, now: number) =>
			Math.max(createdAt, hasNoStart ? 0 : Number(paper.startTime ?? 0)) >= now - daysBack * DAY_MS;

		return {
			host,
			due,
			reported,
			counts,
			happen(exam: Exam, event: StatusEvent) {
				if (events.includes(event)) pending.push([exam, event]);
			},
			/** Polls as n8n does: now and then it was started anew, now and then Feishu fails at a page. */
			async poll(isLast: boolean) {
				const now = testClock.now();
				const isFaulty = isActive && !isLast && random() < 0.2;
				if (isFaulty) {
					sandbox.faults.add({
						kind: 'errorBefore',
						path: '/tests/search',
						after: Math.floor(random() * 4),
						times: 4,
					});
				}
				if (isActive && random() < 0.3) {
					isActive = false;
					if (wasSilent) counts.restartsAfterSilence += 1;
				}
				let items: IDataObject[];
				try {
					items = isActive ? await host.poll() : await host.activate();
				} catch (error) {
					if (!isFaulty) throw error;
					counts.failed += 1;
					return;
				} finally {
					counts.pages += takePages();
					sandbox.faults.clear();
				}
				isActive = true;
				wasSilent = items.length === 0;
				if (wasSilent) counts.silent += 1;

				for (const exam of sandbox.state.exams) {
					if (!isLate(exam, now)) continue;
					if (!late.has(exam.testId)) this.happen(exam, 'notArranged');
					late.add(exam.testId);
				}
				const watched = pending.filter(([exam]) => isWatched(exam, now));
				due.push(...watched.map(([{ testId }, event]) => `${testId} ${event}`));
				counts.left += pending.length - watched.length;
				pending = [];
				reported.push(
					...items.map(
						({ test_id, change }) => `${String(test_id)} ${String((change as IDataObject).event)}`,
					),
				);
			},
			/** What was so before the baseline is not reported. */
			startReporting() {
				due.length = 0;
				counts.pages = counts.silent = counts.left = 0;
			},
		};
	}

	type Watch = ReturnType<typeof watch>;
	let all: Watch;
	let rare: Watch;
	let start: number;
	const triggers = () => [all, rare];
	const happen = (exam: Exam, events: StatusEvent[]) => {
		for (const event of events) for (const trigger of triggers()) trigger.happen(exam, event);
	};

	/** Exams that have no start time, or started long ago. */
	const arrangeOpen = () => {
		for (let index = 0; index < OPEN_EXAMS; index += 1) {
			const exam = arrange('open', 0);
			// When the first of them are seen is not certain to the hour, so none of them waits.
			exam.status = 2;
			if (index % 2 > 0) continue;
			Object.assign(exam, { hasNoStart: true, paper: { ...exam.paper, startTime: undefined } });
		}
	};
	/** What happens until a poll, and the poll of both triggers. */
	const runUntil = async (poll: number) => {
		await testClock.advance(start + poll * POLL_EVERY_MS - testClock.now());
		const known = sandbox.state.exams.length;
		const count = Math.round((poll * (TOTAL - BASELINE)) / POLLS) + BASELINE;
		arrangeUsual(count - known, POLL_EVERY_MS);
		if (poll === OPEN_EXAMS_AT) arrangeOpen();
		for (const exam of sandbox.state.exams.slice(known)) happen(exam, ['created']);
		for (const exam of sandbox.state.exams) {
			// Some take several steps between two polls.
			while (random() < 0.2) happen(exam, advance(exam, poll % POLLS_PER_FAILURE === 0));
		}
		for (const trigger of triggers()) await trigger.poll(poll === POLLS);
	};

	beforeAll(async () => {
		all = watch(STATUS_EVENTS, 30);
		rare = watch(['failed'], 3);
		arrangeUsual(BASELINE, 40 * DAY_MS);
		for (const exam of sandbox.state.exams)
			for (let step = random() * 5; step > 1; step -= 1) advance(exam, true);
		for (const trigger of triggers()) {
			await trigger.poll(true);
			trigger.startReporting();
		}
		start = testClock.now();
	});

	it.each(Array.from({ length: POLLS / POLLS_PER_DAY }, (_, day) => day + 1))(
		'day %i: reports every change once, with restarts and failing polls',
		async (day) => {
			const last = day * POLLS_PER_DAY;
			for (let poll = last - POLLS_PER_DAY + 1; poll <= last; poll += 1) await runUntil(poll);
			for (const { due, reported } of triggers()) {
				expect([...reported].sort()).toEqual([...due].sort());
				expect(new Set(reported).size).toBe(reported.length);
			}
		},
	);

	it('needs 659 + 532 calls for 28 polls each, and 45 kB for the snapshot', () => {
		expect(sandbox.state.exams).toHaveLength(TOTAL);
		expect([all.counts.pages, rare.counts.pages]).toEqual([659, 532]);
		expect(all.host.saved.length).toBeLessThan(45_000);
	});

	it('has every kind of event, silent polls, failing polls, restarts and exams that leave the window', () => {
		for (const { counts } of triggers()) {
			expect(counts.failed).toBeGreaterThan(2);
			expect(counts.left).toBeGreaterThan(20);
		}
		for (const event of STATUS_EVENTS)
			expect(all.due.some((entry) => entry.endsWith(` ${event}`))).toBe(true);
		expect(all.due.length).toBeGreaterThan(5_000);
		expect(rare.due.length).toBeGreaterThan(20);
		expect(rare.counts.silent).toBeGreaterThan(10);
		expect(rare.counts.restartsAfterSilence).toBeGreaterThan(3);
	});
});
