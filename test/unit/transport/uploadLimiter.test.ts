import { settle } from '../../../nodes/FeishuHireExam/transport/concurrency';
import {
	UPLOAD_BYTES_PER_MS,
	UploadLimiter,
} from '../../../nodes/FeishuHireExam/transport/uploadLimiter';
import { TestClock } from '../../support/testClock';

const FEISHU = 'https://open.feishu.cn';
const OTHER = 'https://open.feishu.example.com';

/** What the slowest connection sends in 30 seconds: about 3.75 MB. */
const SHARED_BYTES = UPLOAD_BYTES_PER_MS * 30_000;
const SMALL = SHARED_BYTES / 4;
const BIG = SHARED_BYTES * 10;

let clock: TestClock;
let limiter: UploadLimiter;
/** The uploads in flight. */
let inFlight: string[];
beforeEach(() => {
	clock = new TestClock();
	limiter = new UploadLimiter();
	inFlight = [];
});

async function upload(
	name: string,
	bytes: number,
	ms: number,
	{ host = FEISHU, fails = false } = {},
) {
	return await limiter.run(host, bytes, async () => {
		inFlight.push(name);
		await clock.sleep(ms);
		inFlight = inFlight.filter((other) => other !== name);
		if (fails) throw new Error(`${name} failed`);
		return name;
	});
}

it('sends small files side by side', async () => {
	const names = ['a', 'b', 'c', 'd', 'e'];
	const all = Promise.all(names.map(async (name) => await upload(name, SMALL, 10)));
	await clock.advance(0);
	expect(inFlight).toEqual(names);
	await clock.advance(10);
	expect(await all).toEqual(names);
});

it('sends big files one at a time, in their order', async () => {
	const all = Promise.all(['a', 'b', 'c'].map(async (name) => await upload(name, BIG, 10)));
	for (const name of ['a', 'b', 'c']) {
		await clock.advance(5);
		expect(inFlight).toEqual([name]);
		await clock.advance(5);
	}
	await all;
});

it('holds a small file back while a big one is sent, and a file of any size goes next to small ones', async () => {
	const all = Promise.all([
		upload('small', SMALL, 10),
		upload('big', BIG, 100),
		upload('late', SMALL, 10),
	]);
	await clock.advance(50);
	expect(inFlight).toEqual(['big']);
	await clock.advance(55);
	expect(inFlight).toEqual(['late']);
	await clock.advance(10);
	await all;
});

it('lets an upload to a host that does not answer hold back no upload to another host', async () => {
	const dead = upload('dead', BIG, 300_000, { host: OTHER });
	const waiting = upload('waiting', BIG, 10, { host: OTHER });
	const sent = upload('sent', BIG, 10);
	await clock.advance(10);
	expect(await sent).toBe('sent');
	expect(inFlight).toEqual(['dead']);
	await clock.advance(300_000);
	await Promise.all([dead, waiting]);
});

it('makes room for the next upload when one fails', async () => {
	const failed = settle(async () => await upload('a', BIG, 10, { fails: true }));
	const next = upload('b', BIG, 10);
	await clock.advance(20);
	expect((await failed).error?.message).toBe('a failed');
	expect(await next).toBe('b');
});

it('forgets a host once nothing is in flight to it, but not before', async () => {
	const first = upload('a', BIG, 10);
	const second = upload('b', BIG, 10);
	await clock.advance(10);
	await first;
	const third = upload('c', BIG, 10);
	await clock.advance(5);
	expect(inFlight).toEqual(['b']);
	await clock.advance(15);
	await Promise.all([second, third]);
	expect(limiter).toEqual(new UploadLimiter());
});
