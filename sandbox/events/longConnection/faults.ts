/** What can go wrong while a client connects. */
export type LongConnectionFaultKind =
	/** Discovery: HTTP `status` (default 503) without a body. */
	| 'discoveryDown'
	/** Discovery: no answer. */
	| 'discoveryHangs'
	/** Discovery: `code` (default 1000040343, internal error). */
	| 'discoveryRefused'
	/** Handshake: refused with Handshake-Status `status` (default 403) and Handshake-Autherrcode `code` (default none). */
	| 'handshakeRefused'
	/** Handshake: no answer. */
	| 'handshakeHangs'
	/** The new connection is mute from the start, as by `LongConnections.mute`. */
	| 'mute';

export const LONG_CONNECTION_FAULT_KINDS: LongConnectionFaultKind[] = [
	'discoveryDown',
	'discoveryHangs',
	'discoveryRefused',
	'handshakeRefused',
	'handshakeHangs',
	'mute',
];

/** One fault. Of several that match, the one added first applies. */
export interface LongConnectionFault {
	kind: LongConnectionFaultKind;
	/** How many times it applies; default 1. */
	times?: number;
	status?: number;
	code?: number;
}

/** The faults of the long connection that are still to come. */
export class LongConnectionFaults {
	private pending: Array<LongConnectionFault & { times: number }> = [];

	add(fault: LongConnectionFault): void {
		this.pending.push({ ...fault, times: fault.times ?? 1 });
	}

	list(): LongConnectionFault[] {
		return this.pending;
	}

	/** What hangs already stays so. */
	clear(): void {
		this.pending = [];
	}

	/** The first fault of one of these kinds; it has then applied once more. */
	consume(...kinds: LongConnectionFaultKind[]): LongConnectionFault | undefined {
		const fault = this.pending.find(({ kind }) => kinds.includes(kind));
		if (fault) fault.times -= 1;
		this.pending = this.pending.filter(({ times }) => times > 0);
		return fault;
	}
}
