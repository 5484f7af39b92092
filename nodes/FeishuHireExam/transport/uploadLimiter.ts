import { BYTES_PER_MS, DEFAULT_TIMEOUT_MS } from '../actions/callOptions';

/** What a line that is just fast enough sends in the time that each call is given beside that for its own file. */
const SHARED_BYTES = BYTES_PER_MS * DEFAULT_TIMEOUT_MS;

let bytesUnderWay = 0;
let waiting: Array<() => void> = [];

/**
 * Sends a file of `bytes` bytes once not too much else is under way: files that share the line of this n8n take
 * as long as all of them together, and would run into their time-outs side by side.
 */
export async function shareLine<T>(bytes: number, sendFile: () => Promise<T>): Promise<T> {
	while (bytesUnderWay > SHARED_BYTES) await new Promise<void>((resolve) => waiting.push(resolve));
	bytesUnderWay += bytes;
	try {
		return await sendFile();
	} finally {
		bytesUnderWay -= bytes;
		const free = waiting;
		waiting = [];
		for (const goOn of free) goOn();
	}
}
