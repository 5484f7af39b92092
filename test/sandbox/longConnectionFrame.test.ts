/** Importing the SDK turns off what protobufjs needs for exact 64-bit numbers. */
import '@larksuiteoapi/node-sdk';
import fc from 'fast-check';

import { toEventFrames } from '../../sandbox/events/longConnection/eventFrames';
import { decodeFrame, encodeFrame, type Frame } from '../../sandbox/events/longConnection/frame';

const frame = fc.record<Frame>({
	seqId: fc.bigInt(0n, 2n ** 64n - 1n),
	logId: fc.bigInt(0n, 2n ** 64n - 1n),
	service: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
	method: fc.constantFrom(0, 1),
	headers: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
		noNullPrototype: true,
	}),
	payload: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
	logIdNew: fc.string(),
});

/** That of an SDK for service 33554678. */
const PING = Buffer.from('0800100018f681801020002a0c0a0474797065120470696e67', 'hex');

describe('frames', () => {
	it('are read as they were written, 64-bit numbers digit by digit', () => {
		fc.assert(
			fc.property(frame, (one) => {
				expect(decodeFrame(encodeFrame(one))).toEqual(one);
			}),
		);
	});

	it('are those of the SDKs', () => {
		expect(decodeFrame(PING)).toEqual({
			seqId: 0n,
			logId: 0n,
			service: 33_554_678,
			method: 0,
			headers: { type: 'ping' },
			payload: Buffer.alloc(0),
			logIdNew: '',
		});
		const { payload, ...ping } = decodeFrame(PING);
		// An empty payload is written, none is not.
		expect(encodeFrame({ ...ping, payload })).toEqual(
			Buffer.concat([PING, Buffer.from([0x42, 0])]),
		);
	});

	it('may have fields that are not known', () => {
		const unknown = Buffer.from([0x9a, 0x06, 2, 1, 2]);
		expect(decodeFrame(Buffer.concat([PING, unknown]))).toEqual(decodeFrame(PING));
	});

	it.each([
		['nothing', Buffer.alloc(0)],
		['text', Buffer.from('{"code":200}')],
		['a frame that is cut off', PING.subarray(0, -1)],
		['a number that is cut off', Buffer.from([0x08, 0x80])],
		['a number of more than 64 bits', Buffer.concat([Buffer.from([0x08]), Buffer.alloc(11, 0xff)])],
		['bytes without meaning', Buffer.alloc(64, 0xff)],
	])('are not %s', (_name, bytes) => {
		expect(() => decodeFrame(bytes)).toThrow();
	});
});

describe('an event', () => {
	it.each([1, 2, 7, 10_000])('is split into parts of at most %i bytes, in order', (size) => {
		const json = JSON.stringify({ name: '张三的笔试 😀' });
		const options = { service: 1, maxPayloadBytes: size, now: 1_700_000_000_000 };
		const frames = toEventFrames(json, options);
		expect(frames).toHaveLength(Math.ceil(Buffer.byteLength(json) / size));
		expect(Buffer.concat(frames.map(({ payload }) => payload)).toString()).toBe(json);
		expect(frames.every(({ payload }) => payload.length <= size)).toBe(true);
		const [first] = frames;
		for (const [index, { headers, service, method }] of frames.entries()) {
			expect({ headers, service, method }).toEqual({
				headers: {
					...first?.headers,
					type: 'event',
					timestamp: '1700000000000',
					sum: String(frames.length),
					seq: String(index),
				},
				service: 1,
				method: 1,
			});
		}
	});
});
