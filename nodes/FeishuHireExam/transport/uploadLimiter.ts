/** The slowest connection that uploads are expected on: 1 Mbit/s, in bytes per millisecond. */
export const UPLOAD_BYTES_PER_MS = 125;

/** Bytes that such a connection sends within the default timeout of a call, to which the time for its file is added. */
const SHARED_BYTES = UPLOAD_BYTES_PER_MS * 30_000;

interface Host {
	bytesInFlight: number;
	waiting: Array<() => void>;
}

/**
 * Throttles concurrent uploads by their size. Uploads to one host share a connection's bandwidth, and all at once would
 * run into their timeouts: so one waits until few enough bytes are in flight to the same host.
 */
export class UploadLimiter {
	/** By base URL; one is forgotten when nothing is in flight to it. */
	private readonly hosts = new Map<string, Host>();

	/** Runs an upload of so many bytes, once there is room for it. */
	async run<T>(baseUrl: string, bytes: number, upload: () => Promise<T>): Promise<T> {
		const host = this.hosts.get(baseUrl) ?? { bytesInFlight: 0, waiting: [] };
		this.hosts.set(baseUrl, host);
		while (host.bytesInFlight > SHARED_BYTES) {
			await new Promise<void>((resolve) => host.waiting.push(resolve));
		}
		host.bytesInFlight += bytes;
		try {
			return await upload();
		} finally {
			host.bytesInFlight -= bytes;
			const waiting = host.waiting.splice(0);
			for (const proceed of waiting) proceed();
			if (host.bytesInFlight === 0 && waiting.length === 0) this.hosts.delete(baseUrl);
		}
	}

	reset(): void {
		this.hosts.clear();
	}
}

export const uploadLimiter = new UploadLimiter();
