import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';
import type { Frame } from './frame';
import { headerOf } from './messages';

const MAX_PARTS = 1_024;
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/** Feishu's Go and Python clients wait as long for the rest of an event. */
const EXPIRES_AFTER_MS = 5_000;

/** Events whose parts are still arriving. */
const MAX_INCOMPLETE = 16;

/** The parts of one event that have arrived, by their number. */
interface Incomplete {
	sum: number;
	bytes: number;
	parts: Map<number, Uint8Array>;
}

export type Assembly =
	| { kind: 'complete'; payload: Uint8Array }
	| { kind: 'incomplete' }
	| { kind: 'malformed'; reason: string };

const malformed = (reason: string): Assembly => ({ kind: 'malformed', reason });

/** A number of a header; NaN when it is none. A frame without it is its event's only part. */
const numberOf = (text: string | undefined, missing: number): number =>
	text === undefined ? missing : /^\d{1,9}$/.test(text) ? Number(text) : NaN;

/**
 * Joins the parts of large events. Bytes are joined and not text, as a part may end within a character.
 */
export class PartAssembler {
	/** By `message_id`. */
	private readonly incomplete: ExpiringMap<Incomplete>;

	constructor(clock: Clock) {
		this.incomplete = new ExpiringMap(clock, {
			maxSize: MAX_INCOMPLETE,
			maxAgeMs: EXPIRES_AFTER_MS,
		});
	}

	/** Takes a frame of an event; returns the whole payload with the last part. */
	add(frame: Frame): Assembly {
		const payload = frame.payload ?? new Uint8Array();
		const sum = numberOf(headerOf(frame, 'sum'), 1);
		if (sum === 1) {
			return payload.length > MAX_EVENT_BYTES
				? malformed('it is too large')
				: { kind: 'complete', payload };
		}
		const seq = numberOf(headerOf(frame, 'seq'), NaN);
		const id = headerOf(frame, 'message_id');
		if (!id || !(sum > 1 && sum <= MAX_PARTS && seq < sum)) {
			return malformed('its parts are numbered wrongly');
		}
		return this.addPart(id, sum, seq, payload);
	}

	/** Forgets all parts. */
	reset(): void {
		this.incomplete.reset();
	}

	private addPart(id: string, sum: number, seq: number, payload: Uint8Array): Assembly {
		const known = this.incomplete.get(id);
		const event: Incomplete = known?.sum === sum ? known : { sum, bytes: 0, parts: new Map() };
		event.bytes += payload.length - (event.parts.get(seq)?.length ?? 0);
		event.parts.set(seq, payload);
		if (event.bytes > MAX_EVENT_BYTES) {
			this.incomplete.delete(id);
			return malformed('it is too large');
		}
		if (event.parts.size === sum) {
			this.incomplete.delete(id);
			return { kind: 'complete', payload: join(event) };
		}
		// Setting it again would make it younger.
		if (event !== known) this.incomplete.set(id, event);
		return { kind: 'incomplete' };
	}
}

function join({ sum, bytes, parts }: Incomplete): Uint8Array {
	const payload = new Uint8Array(bytes);
	let offset = 0;
	for (let seq = 0; seq < sum; seq += 1) {
		const part = parts.get(seq) ?? new Uint8Array();
		payload.set(part, offset);
		offset += part.length;
	}
	return payload;
}
