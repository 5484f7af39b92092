import protobuf from 'protobufjs';

/** What both sides send, as Feishu's SDKs define it. */
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
}`;

// Unless all is resolved, protobufjs does not know which fields are required.
const FRAME = protobuf
	.parse(DEFINITION, { keepCase: true })
	.root.resolveAll()
	.lookupType('pbbp2.Frame');

/** The kinds of frames. */
export const METHOD = { control: 0, data: 1 } as const;

export interface Frame {
	/** 64 bits. */
	seqId: bigint;
	/** 64 bits. */
	logId: bigint;
	service: number;
	/** One of `METHOD`. */
	method: number;
	headers: Record<string, string>;
	payload: Buffer;
	logIdNew: string;
}

/** A 64-bit number in halves of 32 bits, which protobufjs writes exactly. */
interface Halves {
	low: number;
	high: number;
}

type Long = ReturnType<protobuf.Reader['uint64']>;

const LOW = 0xffff_ffffn;

const toHalves = (value: bigint): Halves => ({
	low: Number(value & LOW) | 0,
	high: Number(value >> 32n) | 0,
});

const fromHalves = ({ low, high }: Halves) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/**
 * Reads 64-bit numbers exactly. protobufjs itself does so only with the package `long`, which Feishu's SDK turns off for
 * the whole process.
 */
class ExactReader extends protobuf.Reader {
	override uint64(): Long {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = this.pos < this.len ? this.buf[this.pos++] : undefined;
			if (byte === undefined) throw new RangeError('The number is cut off');
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return { ...toHalves(value & ((1n << 64n) - 1n)), unsigned: true };
		}
		throw new RangeError('The number has more than 64 bits');
	}
}

/** The bytes of a frame. */
export function encodeFrame({ seqId, logId, headers, logIdNew, ...frame }: Frame): Buffer {
	const message = {
		...frame,
		SeqID: toHalves(seqId),
		LogID: toHalves(logId),
		headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
		...(logIdNew && { LogIDNew: logIdNew }),
	};
	return Buffer.from(FRAME.encode(message).finish());
}

/** Reads a frame; throws when the bytes are none. */
export function decodeFrame(bytes: Buffer): Frame {
	const { SeqID, LogID, service, method, headers, payload, LogIDNew } = FRAME.decode(
		new ExactReader(bytes),
	) as unknown as {
		SeqID: Halves;
		LogID: Halves;
		service: number;
		method: number;
		headers: Array<{ key: string; value: string }>;
		payload: Uint8Array;
		LogIDNew: string;
	};
	return {
		seqId: fromHalves(SeqID),
		logId: fromHalves(LogID),
		service,
		method,
		headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
		payload: Buffer.from(payload),
		logIdNew: LogIDNew,
	};
}
