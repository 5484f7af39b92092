import type { ReceivedEvent } from '../../../nodes/FeishuHireExam/longConnection/feed';
import { Gatherer } from '../../../nodes/FeishuHireExam/longConnection/gatherer';
import { settle } from '../../../nodes/FeishuHireExam/transport/concurrency';
import { TestClock } from '../../support/testClock';

let clock: TestClock;
/** The events of each execution, with the time of its start. */
let executions: Array<{ at: number; events: string[] }>;
/** How long an execution takes to begin, or why it does not. */
let begin: () => Promise<void>;
beforeEach(() => {
	clock = new TestClock();
	executions = [];
	begin = async () => await clock.sleep(50);
});

const create = (combines = true) =>
	new Gatherer({
		clock,
		combines,
		start: async (events) => {
			const ids = events.map(({ header }) => header.event_id);
			executions.push({ at: clock.monotonic(), events: ids });
			await begin();
		},
	});

const eventOf = (id: string): ReceivedEvent => ({
	header: {
		event_id: id,
		delivery_id: `delivery of ${id}`,
		event_type: 'type',
		create_time: '',
		app_id: '',
		tenant_key: '',
	},
	event: {},
});

/** Adds events; their outcomes are filled in as they come. */
function add(gatherer: Gatherer, ...ids: string[]): string[] {
	const outcomes = ids.map(() => 'pending');
	ids.forEach((id, index) => {
		void settle(async () => await gatherer.add(eventOf(id))).then(
			({ error }) => (outcomes[index] = error?.message ?? 'kept'),
		);
	});
	return outcomes;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `e-${index}`);

it('starts an execution for the first event at once, and one for all that come before it has begun', async () => {
	const gatherer = create();
	const first = add(gatherer, 'a');
	expect(executions).toEqual([{ at: 0, events: ['a'] }]);
	await clock.advance(20);
	const others = add(gatherer, 'b', 'c');
	await clock.advance(29);
	expect(executions).toHaveLength(1);
	await clock.advance(1);
	expect(first).toEqual(['kept']);
	expect(executions[1]).toEqual({ at: 50, events: ['b', 'c'] });
	expect(others).toEqual(['pending', 'pending']);
	await clock.advance(50);
	expect(others).toEqual(['kept', 'kept']);
	expect(clock.waiting).toBe(0);
});

it('starts one at once again when none is waited for', async () => {
	const gatherer = create();
	add(gatherer, 'a');
	await clock.advance(50);
	add(gatherer, 'b');
	expect(executions[1]).toEqual({ at: 50, events: ['b'] });
	await clock.advance(50);
});

it('puts up to 100 events into an execution, in their order', async () => {
	const gatherer = create();
	const outcomes = add(gatherer, ...names(301));
	await clock.advance(200);
	expect(executions.map(({ events }) => events.length)).toEqual([1, 100, 100, 100]);
	expect(executions.flatMap(({ events }) => events)).toEqual(names(301));
	expect(new Set(outcomes)).toEqual(new Set(['kept']));
});

it('waits no longer than a second for an execution that does not begin', async () => {
	begin = async () => await clock.sleep(5_000);
	const gatherer = create();
	const outcomes = add(gatherer, 'a', 'b');
	await clock.advance(999);
	expect(executions).toHaveLength(1);
	await clock.advance(1);
	expect(executions).toHaveLength(2);
	await clock.advance(5_000);
	expect(outcomes).toEqual(['kept', 'kept']);
});

it('says of the events of an execution that could not start that they are not kept, and goes on', async () => {
	const gatherer = create();
	const outcomes = add(gatherer, 'a', 'b', 'c');
	begin = async () => await Promise.reject(new Error('no database'));
	await clock.advance(50);
	expect(outcomes).toEqual(['kept', 'no database', 'no database']);
	begin = async () => await Promise.resolve();
	expect(add(gatherer, 'd')).toBeDefined();
	await clock.advance(0);
	expect(executions.at(-1)?.events).toEqual(['d']);
});

it('starts an execution for each event when they are not to be combined', () => {
	add(create(false), 'a', 'b', 'c');
	expect(executions).toEqual(['a', 'b', 'c'].map((id) => ({ at: 0, events: [id] })));
});

it('starts executions for all that is waiting before the node stops', async () => {
	const gatherer = create();
	const outcomes = add(gatherer, ...names(150));
	gatherer.flush();
	expect(executions.map(({ events }) => events.length)).toEqual([1, 100, 49]);
	await clock.advance(50);
	expect(new Set(outcomes)).toEqual(new Set(['kept']));
	expect(executions).toHaveLength(3);
});
