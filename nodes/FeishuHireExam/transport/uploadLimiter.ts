/** What is sent in a second over the slowest line that is reckoned with: 1 Mbit/s. */
export const UPLOAD_BYTES_PER_MS = 125;

/** What such a line sends in the time that each call is given besides that for its own file. */
const SHARED_BYTES = UPLOAD_BYTES_PER_MS * 30_000;

interface Line {
	bytesInFlight: number;
	waiting: Array<() => void>;
}

/**
 * Files that share a line take as long as all of them together, and would run into their timeouts side by side: so
 * one is sent once not too much else is in flight to the same host.
 */
export class UploadLimiter {
	/** By host; one is forgotten when nothing is in flight to it. */
	private readonly lines = new Map<string, Line>();

	async run<T>(host: string, bytes: number, upload: () => Promise<T>): Promise<T> {
		const line = this.lines.get(host) ?? { bytesInFlight: 0, waiting: [] };
		this.lines.set(host, line);
		while (line.bytesInFlight > SHARED_BYTES) {
			await new Promise<void>((resolve) => line.waiting.push(resolve));
		}
		line.bytesInFlight += bytes;
		try {
			return await upload();
		} finally {
			line.bytesInFlight -= bytes;
			const waiting = line.waiting.splice(0);
			for (const proceed of waiting) proceed();
			if (line.bytesInFlight === 0 && waiting.length === 0) this.lines.delete(host);
		}
	}

	reset(): void {
		this.lines.clear();
	}
}

export const uploadLimiter = new UploadLimiter();
