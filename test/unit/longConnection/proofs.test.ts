import type { INodeExecutionData } from 'n8n-workflow';

import type { ReceivedEvent } from '../../../nodes/FeishuHireExam/longConnection/feed';
import { Proofs } from '../../../nodes/FeishuHireExam/longConnection/proofs';
import { settle } from '../../../nodes/FeishuHireExam/transport/concurrency';
import { TestClock } from '../../support/testClock';

let clock: TestClock;
let proofs: Proofs;
beforeEach(() => {
	clock = new TestClock();
	proofs = new Proofs(clock);
});

const eventOf = (id: string): ReceivedEvent => ({
	header: {
		event_id: 'e',
		delivery_id: id,
		event_type: 'type',
		create_time: '',
		app_id: '',
		tenant_key: '',
	},
	event: {},
});

const itemOf = (id: string): INodeExecutionData => ({ json: { header: { delivery_id: id } } });

/** Starts an execution that n8n says nothing of until `end` is called. */
function start(...ids: string[]) {
	let end: (error?: Error) => void = () => undefined;
	const done = new Promise<void>((resolve, reject) => {
		end = (error) => (error ? reject(error) : resolve());
	});
	const execution = { outcome: 'pending', end };
	void settle(async () => await proofs.start(ids.map(eventOf), done, () => undefined)).then(
		({ error }) => (execution.outcome = error?.message ?? 'proved'),
	);
	return execution;
}

it('is there when `execute()` runs with the events', async () => {
	const [one, other] = [start('a', 'b'), start('c')];
	proofs.prove([itemOf('a'), itemOf('b')]);
	await clock.advance(0);
	expect([one.outcome, other.outcome]).toEqual(['proved', 'pending']);
});

it('is there when the execution has ended, be it in another process', async () => {
	const execution = start('a');
	execution.end();
	await clock.advance(0);
	expect(execution.outcome).toBe('proved');
});

it('is the error when n8n could not start the execution', async () => {
	const execution = start('a');
	execution.end(new Error('no database'));
	await clock.advance(0);
	expect(execution.outcome).toBe('no database');
});

it('is the error that `emit` throws', async () => {
	const failing = proofs.start([eventOf('a')], new Promise(() => undefined), () => {
		throw new Error('not active');
	});
	await expect(failing).rejects.toThrow('not active');
});

it('stays when the execution fails later on', async () => {
	const execution = start('a');
	proofs.prove([itemOf('a')]);
	execution.end(new Error('failed'));
	await clock.advance(0);
	expect(execution.outcome).toBe('proved');
});

it('takes items that nobody waits for, and such without a header', () => {
	proofs.prove([itemOf('unknown'), { json: {} }, { json: { header: 1 } }]);
});

it('keeps nothing once it is there, and nothing for more than an hour', async () => {
	start('a');
	proofs.prove([itemOf('a')]);
	await clock.advance(0);
	expect(proofs).toEqual(new Proofs(clock));
	const late = start('b');
	await clock.advance(60 * 60_000);
	proofs.prove([itemOf('b')]);
	await clock.advance(0);
	expect(late.outcome).toBe('pending');
});

it('forgets everything', async () => {
	const execution = start('a');
	proofs.reset();
	proofs.prove([itemOf('a')]);
	await clock.advance(0);
	expect(execution.outcome).toBe('pending');
});
