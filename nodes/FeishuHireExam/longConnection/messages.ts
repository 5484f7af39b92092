/** What the frames of the long connection say: headers, pings and answers (`larksuite/oapi-sdk-go`, `ws/const.go`). */
import { encodeFrame, type Frame } from './frame';

/** `method` of a frame. */
export const METHOD = { control: 0, data: 1 } as const;

/** What is answered: the event is kept, or has to come again. */
export type AnswerCode = 200 | 500;

/** The value of a header; undefined when the frame has none of this name. */
export const headerOf = ({ headers }: Frame, name: string): string | undefined =>
	headers.find(({ key }) => key === name)?.value;

/** A ping; `service` is the number in the URL of the connection. */
export const encodePing = (service: number): Uint8Array<ArrayBuffer> =>
	encodeFrame({
		seqId: 0n,
		logId: 0n,
		service,
		method: METHOD.control,
		headers: [{ key: 'type', value: 'ping' }],
	});

/**
 * The answer to an event: the frame itself with all its headers, some of which are the way back to the server that sent
 * it, and the milliseconds that it took.
 */
export const encodeAnswer = (frame: Frame, code: AnswerCode, ms: number): Uint8Array<ArrayBuffer> =>
	encodeFrame({
		...frame,
		headers: [...frame.headers, { key: 'biz_rt', value: String(Math.round(ms)) }],
		payload: new TextEncoder().encode(JSON.stringify({ code })),
	});
