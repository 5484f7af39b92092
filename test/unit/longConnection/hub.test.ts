import type { Attempt } from '../../../nodes/FeishuHireExam/longConnection/connection';
import type { ReceivedEvent, Subscriber } from '../../../nodes/FeishuHireExam/longConnection/feed';
import {
	LongConnections,
	type Subscription,
} from '../../../nodes/FeishuHireExam/longConnection/hub';
import { type FeishuCredentials, readApp } from '../../../nodes/FeishuHireExam/transport/app';
import { eventBody, FakePlatform, found } from '../../support/fakePlatform';
import { APP_SECRET, credentialsWith } from '../../support/feishuCredentials';
import { networkError } from '../../support/httpStub';
import { TestClock } from '../../support/testClock';

const MINUTE_MS = 60_000;

let clock: TestClock;
let platform: FakePlatform;
let hub: LongConnections;
let lines: string[];
let deliveries: number;
beforeEach(() => {
	clock = new TestClock();
	platform = new FakePlatform();
	lines = [];
	deliveries = 0;
	hub = new LongConnections(clock, {
		findWebSocket: () => platform.WebSocketClass,
		random: () => 0,
	});
});
afterEach(async () => {
	void hub.reset();
	await clock.advance(3_000);
	expect(platform.open).toEqual([]);
	expect(lines.join('\n')).not.toMatch(new RegExp(`t-secret|${APP_SECRET}`));
});

/** A trigger node, and what it has seen. */
class Node implements Subscriber {
	readonly events: ReceivedEvent[] = [];

	readonly told: string[] = [];

	first: Attempt | undefined;

	credentials: Partial<FeishuCredentials> = {};

	reads = 0;

	subscription: Subscription | undefined;

	constructor(
		readonly key: string,
		readonly isTest = false,
	) {}

	readonly log = {
		info: (line: string) => void lines.push(line),
		warn: (line: string) => void lines.push(line),
	};

	httpRequest = platform.httpRequest;

	readApp = async () => {
		this.reads += 1;
		return readApp(credentialsWith(this.credentials));
	};

	wants: Subscriber['wants'] = () => true;

	/** What becomes of an event. */
	keep = async (): Promise<void> => await Promise.resolve();

	handle = async (event: ReceivedEvent): Promise<void> => {
		this.events.push(event);
		await this.keep();
	};

	onMend = ({ message }: { message: string }): void => void this.told.push(message);

	get ids(): string[] {
		return this.events.map(({ header }) => header.event_id);
	}

	async join(): Promise<this> {
		this.subscription = hub.join(this);
		void this.subscription.firstAttempt.then((attempt) => (this.first = attempt));
		await clock.advance(0);
		return this;
	}

	async leave(): Promise<void> {
		void this.subscription?.leave();
		await clock.advance(0);
	}
}

/** Lets Feishu send an event; returns the code that is answered within `ms`, if any. */
async function push(eventId: string, ms = 0, header = {}): Promise<number | undefined> {
	deliveries += 1;
	const id = `delivery ${deliveries}`;
	const { socket } = platform;
	socket.receiveEvent(eventBody(eventId, header), id);
	await clock.advance(ms);
	return socket.answers[id];
}

const failure = async () => await Promise.reject(new Error('no database'));
const never = async () => await new Promise<void>(() => undefined);
const mended = { kind: 'mend' };

describe('the connection', () => {
	it('is one for all nodes of an app', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		expect([a.first, b.first]).toEqual([{ kind: 'connected' }, { kind: 'connected' }]);
		expect(platform.connections).toBe(1);
	});

	it('is one also for nodes that join at the same time', async () => {
		const nodes = ['a', 'b', 'c'].map((key) => new Node(key));
		await Promise.all(nodes.map(async (node) => await node.join()));
		expect(nodes.map(({ first }) => first?.kind)).toEqual(Array(3).fill('connected'));
		expect(platform.connections).toBe(1);
	});

	it.each<[string, Partial<FeishuCredentials>]>([
		['App ID', { appId: 'cli_other' }],
		['App Secret', { appSecret: 'other' }],
		['platform', { platform: 'lark' }],
	])('is another one for another %s', async (_, credentials) => {
		await new Node('a').join();
		const other = new Node('b');
		other.credentials = credentials;
		await other.join();
		expect(platform.open).toHaveLength(2);
	});

	it('stays until the last node has left, and is made anew for the next', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		await a.leave();
		expect(platform.open).toHaveLength(1);
		await b.leave();
		expect(platform.open).toHaveLength(0);
		await a.join();
		expect(a.first).toEqual({ kind: 'connected' });
		expect(platform.connections).toBe(2);
	});

	it('is not made for a node that has left before', async () => {
		const node = new Node('a');
		const subscription = hub.join(node);
		await subscription.leave();
		await clock.advance(MINUTE_MS);
		expect(platform.requests).toEqual([]);
	});

	it('closes once the events under way are proved', async () => {
		const node = await new Node('a').join();
		node.keep = async () => await clock.sleep(2_000);
		const { socket } = platform;
		const answer = push('e-1');
		await node.leave();
		expect(socket.closedWith).toBeUndefined();
		await clock.advance(2_000);
		expect(socket.closedWith).toBe(1000);
		expect(socket.answers).toEqual({ 'delivery 1': 200 });
		await answer;
	});

	it('makes a node wait for nobody: leaving twice is the same as once', async () => {
		const node = await new Node('a').join();
		await node.subscription?.leave();
		await node.subscription?.leave();
		expect(platform.open).toEqual([]);
	});
});

describe('an event', () => {
	it('goes to each node that wants it, with a delivery of its own, and is acknowledged', async () => {
		const [a, b, c] = [
			await new Node('a').join(),
			await new Node('b').join(),
			await new Node('c').join(),
		];
		c.wants = ({ header }) => header.event_type === 'other';
		expect(await push('e-1')).toBe(200);
		expect([a.ids, b.ids, c.ids]).toEqual([['e-1'], ['e-1'], []]);
		const [one, other] = [a.events[0], b.events[0]];
		expect(one?.event).toEqual({ exam_id: 'exam of e-1' });
		expect(one?.header).toMatchObject({ event_id: 'e-1', tenant_key: 'tenant' });
		expect(one?.header.delivery_id).toMatch(/^[0-9a-f-]{36}$/);
		expect(one?.header.delivery_id).not.toBe(other?.header.delivery_id);
	});

	it('is acknowledged when all nodes have proved that they keep it, and not before', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		b.keep = async () => await clock.sleep(1_000);
		const { socket } = platform;
		expect(await push('e-1', 999)).toBeUndefined();
		await clock.advance(1);
		expect(socket.answers).toEqual({ 'delivery 1': 200 });
		expect(a.ids).toEqual(['e-1']);
	});

	it('is answered 500 when one node does not keep it; its repeat goes to that node only', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		b.keep = failure;
		expect(await push('e-1')).toBe(500);
		b.keep = async () => await Promise.resolve();
		expect(await push('e-1')).toBe(200);
		expect([a.ids, b.ids]).toEqual([['e-1'], ['e-1', 'e-1']]);
	});

	it('without proof within 2.5 seconds is not answered', async () => {
		const node = await new Node('a').join();
		node.keep = async () => await clock.sleep(2_501);
		expect(await push('e-1', 10_000)).toBeUndefined();
	});

	it('that comes again starts nothing, and is acknowledged if it is proved by then', async () => {
		const node = await new Node('a').join();
		node.keep = async () => await clock.sleep(5_000);
		expect(await push('e-1', 2_500)).toBeUndefined();
		expect(await push('e-1', 2_500)).toBe(200);
		expect(await push('e-1')).toBe(200);
		node.keep = never;
		expect(await push('e-2', 15_000)).toBeUndefined();
		expect(await push('e-2', 2_500)).toBeUndefined();
		expect(node.ids).toEqual(['e-1', 'e-2']);
	});

	it('that comes again after the workflow was published again starts nothing', async () => {
		const node = await new Node('a').join();
		await push('e-1');
		await node.leave();
		await node.join();
		expect(await push('e-1')).toBe(200);
		expect(node.ids).toEqual(['e-1']);
	});

	it('that nobody wants is acknowledged, with one line in the log', async () => {
		const node = await new Node('a').join();
		node.wants = () => false;
		lines = [];
		for (let time = 0; time < 50; time += 1) expect(await push(`e-${time}`)).toBe(200);
		expect(lines).toEqual([
			'Feishu Hire Exam Trigger: no workflow wants an event hire.eco_exam.created_v1',
		]);
	});

	it('of another app is acknowledged, and goes to nobody', async () => {
		const node = await new Node('a').join();
		expect(await push('e-1', 0, { app_id: 'cli_other' })).toBe(200);
		expect(node.ids).toEqual([]);
	});

	it.each([
		['no JSON', 'x'],
		['no object', '[]'],
		['half an object', '{"header":'],
		['no event', JSON.stringify({ ...eventBody('e-1'), event: undefined })],
		['no ID', JSON.stringify(eventBody(''))],
		['no type', JSON.stringify(eventBody('e-1', { event_type: '' }))],
		['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
	])('that cannot be read is acknowledged, and goes to nobody: %s', async (_, payload) => {
		const node = await new Node('a').join();
		const { socket } = platform;
		socket.receiveFrame('event', payload, [{ key: 'message_id', value: 'm-1' }]);
		await clock.advance(0);
		expect(socket.answers).toEqual({ 'm-1': 200 });
		expect(node.ids).toEqual([]);
	});

	it('of the older schema is taken, too', async () => {
		const node = await new Node('a').join();
		platform.socket.receiveEvent({
			uuid: 'e-1',
			type: 'event_callback',
			ts: '1700000000.0',
			event: { type: 'some_type', app_id: 'cli_unit' },
		});
		await clock.advance(0);
		expect(node.ids).toEqual(['e-1']);
	});

	it('comes again when the settings of a node cannot be read', async () => {
		const node = await new Node('a').join();
		node.wants = () => {
			throw new Error('no such event');
		};
		expect(await push('e-1')).toBe(500);
	});

	it('goes no longer to a node that has left', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		await a.leave();
		expect(await push('e-1')).toBe(200);
		expect([a.ids, b.ids]).toEqual([[], ['e-1']]);
	});

	it('in a burst of 1,000 goes to the node once each, and all are acknowledged', async () => {
		const node = await new Node('a').join();
		node.keep = async () => await clock.sleep(100);
		const ids = Array.from({ length: 1_000 }, (_, index) => `e-${index}`);
		for (const id of ids) platform.socket.receiveEvent(eventBody(id), id);
		await clock.advance(100);
		expect(node.ids).toEqual(ids);
		expect(platform.socket.answers).toEqual(Object.fromEntries(ids.map((id) => [id, 200])));
	});
});

describe('a test in the editor', () => {
	it('joins the connection that there is, and sees what production gets', async () => {
		const [production, test] = [await new Node('a').join(), await new Node('a', true).join()];
		expect(await push('e-1')).toBe(200);
		expect([production.ids, test.ids]).toEqual([['e-1'], ['e-1']]);
		expect(platform.connections).toBe(1);
	});

	it('opens one if there is none, and takes no event away from production elsewhere', async () => {
		const test = await new Node('a', true).join();
		expect(await push('e-1')).toBe(500);
		test.wants = () => false;
		expect(await push('e-2')).toBe(500);
		expect(test.ids).toEqual(['e-1']);
	});

	it('sees each repeat, and what it alone wants comes again', async () => {
		const [production, test] = [await new Node('a').join(), await new Node('b', true).join()];
		production.wants = () => false;
		expect(await push('e-1')).toBe(500);
		expect(await push('e-1')).toBe(500);
		expect(test.ids).toEqual(['e-1', 'e-1']);
		await test.leave();
		expect(await push('e-1')).toBe(200);
	});

	it('holds up nothing, whatever becomes of it', async () => {
		const [production, test] = [await new Node('a').join(), await new Node('b', true).join()];
		test.keep = failure;
		expect(await push('e-1')).toBe(200);
		test.keep = never;
		expect(await push('e-2')).toBe(200);
		expect(production.ids).toEqual(['e-1', 'e-2']);
	});
});

describe('what the user has to mend', () => {
	const wrongSecret = { code: 1000040345, msg: '' };
	const tooMany = { code: 1000040350, msg: '' };
	const SECRET_TEXT = "The App ID and App Secret don't match";

	it('is the outcome of the first attempt, and told once for each episode later on', async () => {
		platform.answer = () => wrongSecret;
		const node = await new Node('a').join();
		expect(node.first).toMatchObject({ kind: 'mend', text: { message: SECRET_TEXT } });
		await clock.advance(60 * MINUTE_MS);
		expect(node.told).toEqual([]);

		platform.answer = () => found();
		await clock.advance(5 * MINUTE_MS);
		platform.answer = () => wrongSecret;
		platform.socket.drop();
		await clock.advance(60 * MINUTE_MS);
		expect(node.told).toEqual([SECRET_TEXT]);
		platform.answer = () => tooMany;
		await clock.advance(60 * MINUTE_MS);
		expect(node.told).toEqual([SECRET_TEXT, 'The app has too many long connections']);
	});

	it('is told each node once, also when the platform is down in between', async () => {
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		platform.answer = () => wrongSecret;
		platform.socket.drop();
		await clock.advance(20 * MINUTE_MS);
		platform.answer = () => networkError('ECONNREFUSED');
		await clock.advance(20 * MINUTE_MS);
		platform.answer = () => wrongSecret;
		await clock.advance(20 * MINUTE_MS);
		expect([a.told, b.told]).toEqual([[SECRET_TEXT], [SECRET_TEXT]]);
	});

	it('is tried at once when a node joins', async () => {
		platform.answer = () => tooMany;
		const a = await new Node('a').join();
		platform.answer = () => found();
		const b = await new Node('b').join();
		expect(a.first).toMatchObject(mended);
		expect(b.first).toEqual({ kind: 'connected' });
	});

	it('is over when the credential is mended: each node goes on with what it says now', async () => {
		platform.answer = () => wrongSecret;
		const [a, b] = [await new Node('a').join(), await new Node('b').join()];
		platform.answer = () => found();
		a.credentials = b.credentials = { appSecret: 'the-new-one' };
		await clock.advance(5 * MINUTE_MS);
		expect(platform.open).toHaveLength(1);
		expect(platform.requests.at(-1)?.body).toContain('the-new-one');
		expect(await push('e-1')).toBe(200);
		expect([a.ids, b.ids]).toEqual([['e-1'], ['e-1']]);
	});

	it('does not matter to a listener that throws', async () => {
		const node = await new Node('a').join();
		node.onMend = () => {
			throw new Error('not there');
		};
		platform.answer = () => wrongSecret;
		platform.socket.drop();
		await clock.advance(MINUTE_MS);
		platform.answer = () => found();
		await clock.advance(5 * MINUTE_MS);
		expect(platform.open).toHaveLength(1);
	});

	it('is an empty field of the credential, which is read again every minute', async () => {
		const node = new Node('a');
		node.credentials = { appSecret: '' };
		await node.join();
		expect(node.first).toMatchObject({
			kind: 'mend',
			text: { message: "'App Secret' of the credential is empty" },
		});
		expect(platform.requests).toEqual([]);
		node.credentials = {};
		await clock.advance(MINUTE_MS);
		expect(await push('e-1')).toBe(200);
		expect(node.told).toEqual([]);
	});

	it('is a credential that cannot be read', async () => {
		const node = new Node('a');
		node.readApp = async () => await Promise.reject(new Error('There is no credential'));
		await node.join();
		expect(node.first).toMatchObject({
			kind: 'mend',
			text: {
				message: 'The credential could not be read',
				description: 'There is no credential',
			},
		});
		await node.leave();
		expect(clock.waiting).toBe(0);
	});

	it('is not what passes by itself', async () => {
		platform.answer = () => networkError('ECONNREFUSED');
		const node = await new Node('a').join();
		expect(node.first).toMatchObject({ kind: 'retry' });
		platform.answer = () => found();
		await clock.advance(2_000);
		expect(node.told).toEqual([]);
		expect(await push('e-1')).toBe(200);
	});
});

describe('an app whose secret has changed', () => {
	it('has one connection again as soon as one node has joined with the new secret', async () => {
		const [old, fresh] = [await new Node('a').join(), new Node('b')];
		old.credentials = fresh.credentials = { appSecret: 'the-new-one' };
		await fresh.join();
		await clock.advance(0);
		expect(platform.open).toHaveLength(1);
		expect(await push('e-1')).toBe(200);
		expect([old.ids, fresh.ids]).toEqual([['e-1'], ['e-1']]);
	});

	it('keeps a node with the old secret apart', async () => {
		const [old, fresh] = [await new Node('a').join(), new Node('b')];
		fresh.credentials = { appSecret: 'the-new-one' };
		await fresh.join();
		expect(platform.open).toHaveLength(2);
		const [first] = platform.open;
		first?.receiveEvent(eventBody('e-1'));
		await clock.advance(0);
		expect([old.ids, fresh.ids]).toEqual([['e-1'], []]);
	});

	it('keeps its connection while a credential cannot be read', async () => {
		const node = await new Node('a').join();
		node.readApp = async () => await Promise.reject(new Error('database'));
		platform.socket.drop();
		await clock.advance(2_000);
		expect(platform.open).toHaveLength(1);
	});
});

it('forgets everything', async () => {
	const node = await new Node('a').join();
	await push('e-1');
	await hub.reset();
	expect(platform.open).toEqual([]);
	await node.join();
	await push('e-1');
	expect(node.ids).toEqual(['e-1', 'e-1']);
});
