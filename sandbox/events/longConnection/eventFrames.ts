import { randomBytes, randomUUID } from 'node:crypto';

import { newLogId } from '../../ids';
import { type Frame, METHOD } from './frame';

/** Any number of 64 bits: most are beyond what a JavaScript number can hold. */
const newUint64 = () => randomBytes(8).readBigUInt64BE();

/** Splits bytes into parts of at most `size`, wherever that is in a character. */
const split = (bytes: Buffer, size: number): Buffer[] =>
	Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
		bytes.subarray(index * size, (index + 1) * size),
	);

/** The frames that one event goes out in. `now`: milliseconds since 1970. */
export function toEventFrames(
	json: string,
	{ service, maxPayloadBytes, now }: { service: number; maxPayloadBytes: number; now: number },
): Frame[] {
	const parts = split(Buffer.from(json), maxPayloadBytes);
	const shared = {
		type: 'event',
		message_id: randomUUID(),
		trace_id: randomBytes(16).toString('hex'),
		timestamp: String(now),
		instance_id: randomBytes(8).toString('hex'),
	};
	const logIdNew = newLogId(now);
	return parts.map((payload, index) => ({
		seqId: newUint64(),
		logId: newUint64(),
		service,
		method: METHOD.data,
		headers: { ...shared, sum: String(parts.length), seq: String(index) },
		payload,
		logIdNew,
	}));
}
