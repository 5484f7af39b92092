import { findWebSocket, Socket } from '../../../nodes/FeishuHireExam/longConnection/socket';
import { FakePlatform, type FakeSocket } from '../../support/fakePlatform';
import { TestClock } from '../../support/testClock';

const URL = 'wss://msg.example.com/?ticket=t-secret';

let clock: TestClock;
let platform: FakePlatform;
let received: Array<Uint8Array | undefined>;
let stop: AbortController;
beforeEach(() => {
	clock = new TestClock();
	platform = new FakePlatform();
	received = [];
	stop = new AbortController();
});

const create = () => new Socket(URL, platform.WebSocketClass, (bytes) => received.push(bytes));

async function open(): Promise<{ socket: Socket; other: FakeSocket }> {
	const socket = create();
	expect(await socket.open(clock, stop.signal)).toBe(true);
	return { socket, other: platform.socket };
}

/** Whether it opens, and how long that takes. */
async function opening(socket: Socket) {
	const begunAt = clock.monotonic();
	let outcome: { isOpen: boolean; ms: number } | undefined;
	void socket
		.open(clock, stop.signal)
		.then((isOpen) => (outcome = { isOpen, ms: clock.monotonic() - begunAt }));
	await clock.advance(20_000);
	return outcome;
}

it('opens, sends, and receives bytes', async () => {
	const { socket, other } = await open();
	expect(other).toMatchObject({ url: URL, binaryType: 'arraybuffer' });
	other.receiveBytes(Uint8Array.from([1, 2]));
	other.receive('text');
	expect(received).toEqual([Uint8Array.from([1, 2]), undefined]);
	expect(socket.ended.aborted).toBe(false);
	expect(clock.waiting).toBe(0);
});

it('hears what comes together with the handshake', async () => {
	const socket = create();
	queueMicrotask(() => platform.sockets[0]?.receiveBytes(Uint8Array.from([1])));
	await socket.open(clock, stop.signal);
	expect(received).toHaveLength(1);
});

describe('a handshake', () => {
	it('that is refused needs no close', async () => {
		platform.handshake = 'refuse';
		const socket = create();
		expect(await opening(socket)).toEqual({ isOpen: false, ms: 0 });
		expect(socket.ended.aborted).toBe(true);
	});

	it('that hangs is ended after ten seconds', async () => {
		platform.handshake = 'hang';
		const socket = create();
		const other = platform.sockets[0];
		expect(await opening(socket)).toEqual({ isOpen: false, ms: 10_000 });
		expect(other?.closedWith).toBe(1000);
		other?.accept();
		expect(socket.ended.aborted).toBe(true);
	});

	it.each([false, true])(
		'is ended when nobody wants it any more (before it began: %p)',
		async (isBefore) => {
			platform.handshake = 'hang';
			const socket = create();
			if (isBefore) stop.abort();
			const isOpen = socket.open(clock, stop.signal);
			stop.abort();
			expect(await isOpen).toBe(false);
			expect(platform.sockets[0]?.closedWith).toBe(1000);
			expect(clock.waiting).toBe(0);
		},
	);

	it('with an address that is none does not come about, and the error does not tell the address', async () => {
		class Refusing extends platform.WebSocketClass {
			constructor(url: string) {
				super(url);
				throw new SyntaxError(`Invalid URL: ${url}`);
			}
		}
		const socket = new Socket(URL, Refusing, () => undefined);
		expect(await opening(socket)).toEqual({ isOpen: false, ms: 0 });
		socket.send(Uint8Array.from([1]));
		socket.abandon();
	});

	it('that ended at once is not open', async () => {
		const socket = create();
		queueMicrotask(() => platform.sockets[0]?.drop());
		expect(await socket.open(clock, stop.signal)).toBe(false);
	});
});

describe('an end', () => {
	it.each([
		['in good order', true],
		['without a word', false],
	])('by the other side %s is noticed', async (_, wasClean) => {
		const { socket, other } = await open();
		other.drop(wasClean);
		expect(socket.ended.aborted).toBe(true);
		expect(socket.wasClosedByServer).toBe(wasClean);
	});

	it('by an error is noticed', async () => {
		const { socket, other } = await open();
		other.refuse();
		expect(socket.ended.aborted).toBe(true);
		expect(socket.wasClosedByServer).toBe(false);
	});

	it('of our own needs no answer, and nothing is heard or sent afterwards', async () => {
		const { socket, other } = await open();
		socket.abandon();
		expect(socket.ended.aborted).toBe(true);
		expect(other.closedWith).toBe(1000);
		other.receiveBytes(Uint8Array.from([1]));
		other.drop(true);
		socket.send(Uint8Array.from([1]));
		expect(received).toEqual([]);
		expect(socket.wasClosedByServer).toBe(false);
	});

	it('comes with a message that cannot be sent', async () => {
		const { socket, other } = await open();
		other.isOpen = false;
		socket.send(Uint8Array.from([1]));
		expect(socket.ended.aborted).toBe(true);
	});

	it('is the end also when closing throws', async () => {
		const { socket, other } = await open();
		other.close = () => {
			throw new Error('closed');
		};
		socket.abandon();
		expect(socket.ended.aborted).toBe(true);
	});
});

describe("Node's own WebSocket", () => {
	const original = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
	afterEach(() => {
		if (original) Object.defineProperty(globalThis, 'WebSocket', original);
		else Reflect.deleteProperty(globalThis, 'WebSocket');
	});

	it('is absent where Node has none', () => {
		Reflect.deleteProperty(globalThis, 'WebSocket');
		expect(findWebSocket()).toBeUndefined();
	});

	it('is found where Node has one', () => {
		Object.defineProperty(globalThis, 'WebSocket', {
			value: platform.WebSocketClass,
			configurable: true,
		});
		expect(findWebSocket()).toBe(platform.WebSocketClass);
	});
});
