/**
 * The frames of the long connection: protobuf (proto2), package `pbbp2`, as Feishu's SDKs define it
 * (`larksuite/node-sdk`, `ws-client/proto-buf/pbbp2.js`). A codec of our own, since verified community packages have no
 * dependencies at run time.
 */

export interface Header {
	key: string;
	value: string;
}

export interface Frame {
	/** These two are unsigned numbers of 64 bits, which have to come back exactly. */
	seqId: bigint;
	logId: bigint;
	service: number;
	/** 0: control, 1: data. */
	method: number;
	headers: readonly Header[];
	payloadEncoding?: string;
	payloadType?: string;
	payload?: Uint8Array;
	logIdNew?: string;
}

/** Bytes that are no frame. */
export class FrameError extends Error {
	override readonly name = 'FrameError';
}

const FIELD = {
	seqId: 1,
	logId: 2,
	service: 3,
	method: 4,
	headers: 5,
	payloadEncoding: 6,
	payloadType: 7,
	payload: 8,
	logIdNew: 9,
} as const;
const HEADER_FIELD = { key: 1, value: 2 } as const;

const WIRE = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** 64 bits, seven in each byte. */
const MAX_VARINT_BYTES = 10;

const MAX_GROUP_DEPTH = 100;
const MAX_TAG = 0xffffffffn;

const encoder = new TextEncoder();
// As protobuf wants it, a mark of the byte order is a character like others.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Writer {
	private readonly bytes: number[] = [];

	varint(field: number, value: bigint): void {
		this.tag(field, WIRE.varint);
		this.rawVarint(BigInt.asUintN(64, value));
	}

	blob(field: number, value: Uint8Array): void {
		this.tag(field, WIRE.bytes);
		this.rawVarint(BigInt(value.length));
		for (const byte of value) this.bytes.push(byte);
	}

	text(field: number, value: string): void {
		this.blob(field, encoder.encode(value));
	}

	finish(): Uint8Array<ArrayBuffer> {
		return Uint8Array.from(this.bytes);
	}

	private tag(field: number, wire: number): void {
		this.rawVarint(BigInt(field * 8 + wire));
	}

	private rawVarint(value: bigint): void {
		let rest = value;
		while (rest >= 0x80n) {
			this.bytes.push(Number(rest & 0x7fn) | 0x80);
			rest >>= 7n;
		}
		this.bytes.push(Number(rest));
	}
}

/** A field as it stands in a message. */
type Field = { number: number } & (
	| { wire: typeof WIRE.varint; value: bigint }
	| { wire: typeof WIRE.bytes; value: Uint8Array }
	| { wire: 'other' }
);

class Reader {
	private position = 0;

	constructor(private readonly bytes: Uint8Array) {}

	/** The fields in their order; those of a kind that frames do not have come without a value. */
	*fields(): Generator<Field> {
		while (this.position < this.bytes.length) {
			const { number, wire } = this.tag();
			if (wire === WIRE.varint) yield { number, wire, value: this.varint() };
			else if (wire === WIRE.bytes) yield { number, wire, value: this.blob() };
			else {
				this.skip(number, wire);
				yield { number, wire: 'other' };
			}
		}
	}

	private tag(): { number: number; wire: number } {
		const tag = this.varint();
		if (tag > MAX_TAG) throw new FrameError('A tag is too long');
		const number = Number(tag >> 3n);
		if (number === 0) throw new FrameError('A field has the number 0');
		return { number, wire: Number(tag & 7n) };
	}

	private varint(): bigint {
		let value = 0n;
		for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
			const byte = this.bytes[this.position];
			if (byte === undefined) throw new FrameError('The frame ends in a number');
			this.position += 1;
			value |= BigInt(byte & 0x7f) << BigInt(7 * index);
			if (byte < 0x80) return BigInt.asUintN(64, value);
		}
		throw new FrameError('A number is too long');
	}

	/** A view of the frame's own bytes: a wrong length allocates nothing. */
	private blob(): Uint8Array {
		const length = this.varint();
		const begin = this.position;
		this.advance(length);
		return this.bytes.subarray(begin, this.position);
	}

	private advance(length: bigint): void {
		if (length > BigInt(this.bytes.length - this.position)) {
			throw new FrameError('The frame ends in a field');
		}
		this.position += Number(length);
	}

	/** Passes over a field, with all that is in it if it is a group. */
	private skip(field: number, firstWire: number): void {
		const groups: number[] = [];
		let [number, wire] = [field, firstWire];
		for (;;) {
			if (wire === WIRE.groupStart) groups.push(number);
			else if (wire === WIRE.groupEnd) {
				if (groups.pop() !== number) throw new FrameError('A group ends that did not begin');
			} else this.skipValue(wire);
			if (groups.length === 0) return;
			if (groups.length > MAX_GROUP_DEPTH) throw new FrameError('Groups are nested too deeply');
			({ number, wire } = this.tag());
		}
	}

	private skipValue(wire: number): void {
		switch (wire) {
			case WIRE.varint:
				this.varint();
				return;
			case WIRE.fixed64:
				this.advance(8n);
				return;
			case WIRE.bytes:
				this.blob();
				return;
			case WIRE.fixed32:
				this.advance(4n);
				return;
			default:
				throw new FrameError('A field is of an unknown kind');
		}
	}
}

/** The last of each field, since the last one counts. */
class Message {
	private readonly numbers = new Map<number, bigint>();

	private readonly blobs = new Map<number, Uint8Array>();

	/** All values of the one field that is a list. */
	readonly list: Uint8Array[] = [];

	constructor(bytes: Uint8Array, listField?: number) {
		for (const { number, ...field } of new Reader(bytes).fields()) {
			if (field.wire === WIRE.varint) this.numbers.set(number, field.value);
			if (field.wire !== WIRE.bytes) continue;
			if (number === listField) this.list.push(field.value);
			else this.blobs.set(number, field.value);
		}
	}

	number(field: number): bigint {
		return required(this.numbers.get(field), field);
	}

	int32(field: number): number {
		return Number(BigInt.asIntN(32, this.number(field)));
	}

	blob(field: number): Uint8Array | undefined {
		return this.blobs.get(field);
	}

	text(field: number): string | undefined {
		const bytes = this.blobs.get(field);
		return bytes && decoder.decode(bytes);
	}
}

function required<T>(value: T | undefined, field: number): T {
	if (value === undefined) throw new FrameError(`Field ${field} is missing`);
	return value;
}

function encodeHeader({ key, value }: Header): Uint8Array {
	const writer = new Writer();
	writer.text(HEADER_FIELD.key, key);
	writer.text(HEADER_FIELD.value, value);
	return writer.finish();
}

function decodeHeader(bytes: Uint8Array): Header {
	const header = new Message(bytes);
	return {
		key: required(header.text(HEADER_FIELD.key), HEADER_FIELD.key),
		value: required(header.text(HEADER_FIELD.value), HEADER_FIELD.value),
	};
}

/** The bytes of a frame. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
	const writer = new Writer();
	writer.varint(FIELD.seqId, frame.seqId);
	writer.varint(FIELD.logId, frame.logId);
	writer.varint(FIELD.service, BigInt(frame.service));
	writer.varint(FIELD.method, BigInt(frame.method));
	for (const header of frame.headers) writer.blob(FIELD.headers, encodeHeader(header));
	if (frame.payloadEncoding !== undefined) {
		writer.text(FIELD.payloadEncoding, frame.payloadEncoding);
	}
	if (frame.payloadType !== undefined) writer.text(FIELD.payloadType, frame.payloadType);
	if (frame.payload !== undefined) writer.blob(FIELD.payload, frame.payload);
	if (frame.logIdNew !== undefined) writer.text(FIELD.logIdNew, frame.logIdNew);
	return writer.finish();
}

/**
 * Reads a frame. Unknown fields are skipped; the payload is a view of `bytes`.
 *
 * @throws FrameError when the bytes are no frame.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
	const message = new Message(bytes, FIELD.headers);
	return {
		seqId: message.number(FIELD.seqId),
		logId: message.number(FIELD.logId),
		service: message.int32(FIELD.service),
		method: message.int32(FIELD.method),
		headers: message.list.map(decodeHeader),
		payloadEncoding: message.text(FIELD.payloadEncoding),
		payloadType: message.text(FIELD.payloadType),
		payload: message.blob(FIELD.payload),
		logIdNew: message.text(FIELD.logIdNew),
	};
}
