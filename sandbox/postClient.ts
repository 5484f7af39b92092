import type { Clock } from './clock';
import type { Reason } from './reasons';

/** A POST request to an address that a user entered. */
export interface PostRequest {
	url: string;
	headers: Record<string, string>;
	body: string;
	/** Milliseconds that the receiver has to respond. */
	deadlineMs: number;
}

export interface PostResponse {
	status: number;
	text: string;
}

export const isWebUrl = (url: string): boolean =>
	URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** Sends POST requests. Redirects are not followed. */
export class PostClient {
	private readonly inFlight = new Set<AbortController>();

	constructor(private readonly clock: Clock) {}

	/** Gives the response, or why there is none. */
	async post({ url, headers, body, deadlineMs }: PostRequest): Promise<PostResponse | Reason> {
		// Not AbortSignal.any() and timeout(): Node collects them as garbage while they are still waited for.
		const request = new AbortController();
		const cancelDeadline = this.clock.after(deadlineMs, () =>
			request.abort(new DOMException('', 'TimeoutError')),
		);
		this.inFlight.add(request);
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers,
				body,
				redirect: 'manual',
				signal: request.signal,
			});
			return { status: response.status, text: await response.text() };
		} catch (error) {
			return toReason(error as Error, deadlineMs);
		} finally {
			cancelDeadline();
			this.inFlight.delete(request);
		}
	}

	/** Aborts what is in flight. */
	close(): void {
		for (const request of this.inFlight) request.abort();
	}
}

/** Why a `fetch` failed. */
function toReason(error: Error, deadlineMs: number): Reason {
	if (error.name === 'TimeoutError')
		return { code: 'timeout', params: { seconds: deadlineMs / 1000 } };
	const cause = error.cause as { code?: string; message?: string } | undefined;
	return {
		code: 'connectionFailed',
		params: { cause: cause?.code ?? cause?.message ?? error.message },
	};
}
