import fc from 'fast-check';
import type protobufjs from 'protobufjs';

import {
	decodeFrame,
	encodeFrame,
	type Frame,
	FrameError,
} from '../../../nodes/FeishuHireExam/longConnection/frame';

/** What of the SDK's message classes is used here. Without the package `long` they read 64 bits as inexact numbers. */
interface SdkFrame {
	encode(frame: object): { finish(): Uint8Array };
	decode(bytes: Uint8Array): object;
}

/** protobufjs as it reads Feishu's definition, with exact numbers of 64 bits, and the SDK with its own copy. */
function loadReferees() {
	let protobuf: typeof protobufjs | undefined;
	let sdk: SdkFrame | undefined;
	jest.isolateModules(() => {
		protobuf = jest.requireActual<typeof protobufjs>('protobufjs');
	});
	jest.isolateModules(() => {
		jest.requireActual('@larksuiteoapi/node-sdk');
		const { roots } = jest.requireActual<typeof protobufjs>('protobufjs/minimal');
		sdk = (roots.default as unknown as { pbbp2: { Frame: SdkFrame } }).pbbp2.Frame;
	});
	if (!protobuf || !sdk) throw new Error('The referees are not there');
	const { root } = protobuf.parse(DEFINITION);
	return { protobuf, sdk, type: root.lookupType('pbbp2.Frame') };
}

const DEFINITION = `
	syntax = "proto2";
	package pbbp2;
	message Header {
		required string key = 1;
		required string value = 2;
	}
	message Frame {
		required uint64 SeqID = 1;
		required uint64 LogID = 2;
		required int32 service = 3;
		required int32 method = 4;
		repeated Header headers = 5;
		optional string payload_encoding = 6;
		optional string payload_type = 7;
		optional bytes payload = 8;
		optional string LogIDNew = 9;
	}
`;

const { protobuf, sdk, type } = loadReferees();
const { Writer } = protobuf;

const int32 = fc.integer();
const text = fc.string({ unit: 'binary', maxLength: 20 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const frames = (numbers: fc.Arbitrary<bigint>): fc.Arbitrary<Frame> =>
	fc.record({
		seqId: numbers,
		logId: numbers,
		service: int32,
		method: int32,
		headers: fc.array(fc.record({ key: text, value: text }), { maxLength: 8 }),
		payloadEncoding: optional(text),
		payloadType: optional(text),
		payload: optional(fc.uint8Array({ maxLength: 300 })),
		logIdNew: optional(text),
	});
const anyFrame = frames(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const frameForSdk = frames(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }));

/** The frame by the names of Feishu's definition. */
const toMessage = (frame: Frame, toNumber: (value: bigint) => unknown) =>
	Object.fromEntries(
		Object.entries({
			SeqID: toNumber(frame.seqId),
			LogID: toNumber(frame.logId),
			service: frame.service,
			method: frame.method,
			headers: frame.headers,
			payloadEncoding: frame.payloadEncoding,
			payloadType: frame.payloadType,
			payload: frame.payload,
			LogIDNew: frame.logIdNew,
		}).filter(([, value]) => value !== undefined),
	);

/** Without what is absent or empty, which the SDK does not tell apart. */
const withoutEmpty = (message: object) =>
	Object.fromEntries(
		Object.entries(message).filter(
			([, value]: [string, unknown]) =>
				value !== undefined && !(hasLength(value) && value.length === 0),
		),
	);
const hasLength = (value: unknown): value is { length: number } =>
	typeof value === 'string' || Array.isArray(value);

const toPlain = (message: object) =>
	withoutEmpty(type.toObject(type.fromObject(message), { longs: String, bytes: Array }));

/** Payloads are views, and equal by what they show. */
const plain = ({ payload, ...frame }: Frame) => ({
	...frame,
	payload: payload && Array.from(payload),
});

const encodeByReferee = (frame: Frame): Uint8Array =>
	type.encode(type.fromObject(toMessage(frame, String))).finish();

describe('against protobufjs', () => {
	it('writes what it reads, with numbers of 64 bits', () => {
		fc.assert(
			fc.property(anyFrame, (frame) => {
				const decoded = type.toObject(type.decode(encodeFrame(frame)), {
					longs: String,
					bytes: Array,
					arrays: true,
				});
				const { payload } = frame;
				expect(decoded).toEqual({
					...toMessage(frame, String),
					...(payload && { payload: Array.from(payload) }),
				});
			}),
		);
	});

	it('reads what it writes, with numbers of 64 bits', () => {
		fc.assert(
			fc.property(anyFrame, (frame) => {
				expect(plain(decodeFrame(encodeByReferee(frame)))).toEqual(plain(frame));
			}),
		);
	});
});

describe("against the SDK's own classes", () => {
	it('writes what they read', () => {
		fc.assert(
			fc.property(frameForSdk, (frame) => {
				expect(toPlain(sdk.decode(encodeFrame(frame)))).toEqual(toPlain(toMessage(frame, Number)));
			}),
		);
	});

	it('reads what they write', () => {
		fc.assert(
			fc.property(frameForSdk, (frame) => {
				const bytes = sdk.encode(toMessage(frame, Number)).finish();
				expect(withoutEmpty(plain(decodeFrame(bytes)))).toEqual(withoutEmpty(plain(frame)));
			}),
		);
	});
});

describe('unknown fields', () => {
	type Append = (writer: protobufjs.Writer, field: number) => void;
	const group: Append = (writer, field) => {
		writer.uint32(field * 8 + 3);
		writer.uint32(2 * 8 + 2).string('inside');
		writer.uint32(3 * 8 + 3).uint32(3 * 8 + 4);
		writer.uint32(field * 8 + 4);
	};
	it.each<[string, Append]>([
		['a number', (writer, field) => writer.uint32(field * 8).uint64(12345678901)],
		['64 bits', (writer, field) => writer.uint32(field * 8 + 1).fixed64(1)],
		['text', (writer, field) => writer.uint32(field * 8 + 2).string('more')],
		['32 bits', (writer, field) => writer.uint32(field * 8 + 5).fixed32(1)],
		['a group', group],
	])('are skipped: %s', (_, append) => {
		fc.assert(
			fc.property(anyFrame, fc.integer({ min: 10, max: 2 ** 28 }), (frame, field) => {
				const writer = Writer.create();
				append(writer, field);
				const unknown = writer.finish();
				const bytes = encodeByReferee(frame);
				expect(plain(decodeFrame(Buffer.concat([unknown, bytes, unknown])))).toEqual(plain(frame));
			}),
		);
	});

	it('are known ones of another kind, too', () => {
		const writer = Writer.create();
		writer.uint32(6 * 8).uint32(5);
		writer.uint32(1 * 8 + 2).string('no number');
		const frame = { seqId: 1n, logId: 2n, service: 3, method: 4, headers: [] };
		const bytes = Buffer.concat([encodeFrame(frame), writer.finish()]);
		expect(decodeFrame(bytes)).toMatchObject(frame);
		expect(decodeFrame(bytes).payloadEncoding).toBeUndefined();
	});
});

it('takes the last of a field that is there twice', () => {
	const frame = { seqId: 1n, logId: 2n, service: 3, method: 4, headers: [] };
	const bytes = Buffer.concat([encodeFrame(frame), encodeFrame({ ...frame, service: 5 })]);
	expect(decodeFrame(bytes).service).toBe(5);
});

it('reads a frame as the part of a larger buffer that it is', () => {
	const bytes = encodeFrame({
		seqId: 1n,
		logId: 2n,
		service: 3,
		method: 4,
		headers: [],
		payload: Buffer.from('笔试'),
	});
	const larger = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(7)]);
	const { payload } = decodeFrame(
		new Uint8Array(larger.buffer, larger.byteOffset + 7, bytes.length),
	);
	expect(Buffer.from(payload ?? []).toString()).toBe('笔试');
});

describe('bytes that are no frame', () => {
	const isRead = (bytes: Uint8Array): boolean => {
		try {
			decodeFrame(bytes);
			return true;
		} catch (error) {
			if (error instanceof FrameError) return false;
			throw error;
		}
	};

	it('are read or refused with a FrameError, whatever they are', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				isRead(bytes);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('are refused when the frame is cut off before its last required field', () => {
		fc.assert(
			fc.property(anyFrame, (frame) => {
				const bytes = encodeFrame({ ...frame, headers: [] });
				const required = encodeFrame({
					seqId: frame.seqId,
					logId: frame.logId,
					service: frame.service,
					method: frame.method,
					headers: [],
				}).length;
				for (let length = 0; length < bytes.length; length += 1) {
					const cut = bytes.subarray(0, length);
					if (length < required) expect(isRead(cut)).toBe(false);
					else isRead(cut);
				}
			}),
			{ numRuns: 30 },
		);
	});

	const begin = encodeFrame({ seqId: 1n, logId: 2n, service: 3, method: 4, headers: [] });
	const group = (field: number) => [field * 8 + 3, field * 8 + 4];
	it.each<[string, number[]]>([
		['a number without an end', Array<number>(11).fill(0x80)],
		['a number that is cut off', [8, 0x80]],
		['a field longer than the frame', [8 * 8 + 2, 100, 1]],
		['a field of 4 GB', [8 * 8 + 2, 0xff, 0xff, 0xff, 0xff, 0x0f]],
		['a field of 2^63 bytes', [8 * 8 + 2, ...Array<number>(9).fill(0xff), 1]],
		['64 bits that are cut off', [10 * 8 + 1, 0, 0, 0, 0]],
		['32 bits that are cut off', [10 * 8 + 5, 0]],
		['a field with the number 0', [0, 1]],
		['a tag that is too long', [0xf8, 0xff, 0xff, 0xff, 0x7f, 1]],
		['a field of an unknown kind', [10 * 8 + 6]],
		['the end of a group that did not begin', [10 * 8 + 4]],
		['a group that ends as another one', [10 * 8 + 3, 11 * 8 + 4]],
		['a group without an end', [10 * 8 + 3, 11 * 8, 1]],
		['groups in groups without an end', Array<number>(100_000).fill(10 * 8 + 3)],
		['a header without a value', [5 * 8 + 2, 3, 1 * 8 + 2, 1, 65]],
	])('are refused: %s', (_, bytes) => {
		expect(isRead(begin)).toBe(true);
		expect(isRead(Uint8Array.from([...begin, ...group(10)]))).toBe(true);
		expect(isRead(Uint8Array.from([...begin, ...bytes]))).toBe(false);
	});
});
