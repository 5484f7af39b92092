import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Exam, type Sandbox, type TestStatus } from '../../sandbox';
import { STATUS_EVENTS } from '../../nodes/FeishuHireExam/statusTrigger/changes';
import { sandboxCredentials } from '../support/engine';
import { createPollHost } from '../support/pollHost';

jest.setTimeout(120_000);

const HOUR_MS = 60 * 60_000;
const LOOKS = 28;
const HOURS_BETWEEN_LOOKS = 6;
const STOCK = 1000;
const TOTAL = 5000;
const MINUTES_TO_ARRANGE = 600;

/** What may happen to an exam next, and the events that tell of it. */
const STEPS: Partial<Record<TestStatus, Array<[TestStatus, string[]]>>> = {
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
	let now = Date.UTC(2026, 10, 16);
	beforeAll(async () => {
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		sandbox = await startSandbox();
		sandbox.bindAccount({ accountId: 'a1' }).papers.push({ id: 'p1', name: '数据结构测验' });
	});
	afterAll(async () => {
		jest.restoreAllMocks();
		await sandbox.close();
	});

	it('with restarts: every change once, none twice, none missed, in 872 calls for 28 looks', async () => {
		const random = createRandom(20261116);
		const happened: string[] = [];
		const reported: string[] = [];
		const late = new Set<string>();
		let restarts = 0;

		const arrange = (count: number, sinceMs: number) => {
			for (let index = 0; index < count; index += 1) {
				const exam = sandbox.arrangeExam({ accountId: 'a1', paperId: 'p1' });
				exam.createdAt = now - Math.floor(random() * sinceMs);
			}
		};
		const advance = (exam: Exam) => {
			const steps = STEPS[exam.status] ?? [];
			const [status, events] = steps[Math.floor(random() * steps.length)] ?? [exam.status, []];
			exam.status = status;
			for (const event of events) happened.push(`${exam.testId} ${event}`);
		};
		const isLate = ({ status, createdAt }: Exam) =>
			status === 1 && now - createdAt >= MINUTES_TO_ARRANGE * 60_000;

		arrange(STOCK, 20 * 24 * HOUR_MS);
		for (const exam of sandbox.state.exams) for (let step = random() * 5; step > 1; step -= 1) advance(exam);
		happened.length = 0;
		for (const exam of sandbox.state.exams.filter(isLate)) late.add(exam.testId);

		const host = createPollHost(sandboxCredentials(sandbox), {
			events: STATUS_EVENTS,
			minutesToArrange: MINUTES_TO_ARRANGE,
		});
		expect(await host.activate()).toEqual([]);
		const callsForStock = searches().length;

		let calls = 0;
		for (let look = 1; look <= LOOKS; look += 1) {
			now += HOURS_BETWEEN_LOOKS * HOUR_MS;
			const known = sandbox.state.exams.length;
			arrange(Math.round((look * (TOTAL - STOCK)) / LOOKS) + STOCK - known, HOURS_BETWEEN_LOOKS * HOUR_MS);
			for (const { testId } of sandbox.state.exams.slice(known)) happened.push(`${testId} created`);
			for (const exam of sandbox.state.exams) {
				// Some take several steps between two looks.
				while (random() < 0.2) advance(exam);
			}
			for (const exam of sandbox.state.exams.filter(isLate)) {
				if (!late.has(exam.testId)) happened.push(`${exam.testId} notArranged`);
				late.add(exam.testId);
			}

			const isRestart = random() < 0.3;
			if (isRestart) restarts += 1;
			const items = isRestart ? await host.activate() : await host.poll();
			reported.push(
				...items.map(({ test_id, change }) => `${String(test_id)} ${String((change as IDataObject).event)}`),
			);
			calls += Math.ceil(sandbox.state.exams.length / 100);
		}

		expect(sandbox.state.exams).toHaveLength(TOTAL);
		expect(restarts).toBeGreaterThan(5);
		expect(happened.length).toBeGreaterThan(10_000);
		for (const event of STATUS_EVENTS) expect(happened.some((entry) => entry.endsWith(` ${event}`))).toBe(true);
		expect([...reported].sort()).toEqual([...happened].sort());
		expect(new Set(reported).size).toBe(reported.length);
		expect(searches().length - callsForStock).toBe(calls);
		expect(calls).toBe(872);
		expect(host.saved.length).toBeLessThan(41_000);
	});

	/** Those that Feishu answered: on a slow machine one or the other is turned away, and made again. */
	const searches = () =>
		sandbox.calls.filter(({ path, status }) => path.endsWith('/tests/search') && status === 200);
});
