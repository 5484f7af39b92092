import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { Clock } from '../clock';
import { PostClient } from '../postClient';
import type { Reason } from '../reasons';
import type { EventName } from './catalogue';
import { encrypt, sign } from './signature';

/** One push of an event to the request URL or over the long connection, or of a URL check. */
export interface Delivery {
	/** Milliseconds since 1970, when the push began. */
	at: number;
	/** The same on each retry. A URL check has one too, which it does not send. */
	eventId: string;
	name: EventName;
	/** `url_verification` or the event's type. */
	type: string;
	/** The request URL; absent over the long connection. */
	url?: string;
	/** The client it went to; only over the long connection, and absent when none was connected. */
	deviceId?: string;
	/** 1 for the first push. */
	attempt: number;
	/** Of the request, or of the first frame. */
	headers: Record<string, string>;
	/** The body before any encryption. */
	body: object;
	/** The body as sent. */
	rawBody: string;
	/** Until it was responded to, or counted as not received. */
	durationMs: number;
	/** HTTP status of the response, or the code of the response over the long connection. */
	status?: number;
	/** Whether a response over the long connection repeated the 64-bit numbers digit by digit; else absent. */
	isExactEcho?: boolean;
	/** Why the push does not count as received. */
	failure?: Reason;
}

/** What is pushed. */
export interface Message {
	id: string;
	name: EventName;
	type: string;
	/** Envelope and event, before any encryption. */
	body: { header?: object; [field: string]: unknown };
	/** Feishu leaves the URL check unsigned, also with an Encrypt Key. */
	isSigned: boolean;
	/** Milliseconds that the receiver has to respond. */
	deadlineMs: number;
}

/** A delivery, and the text of the response when it was HTTP 200. */
export interface DeliveryOutcome {
	delivery: Delivery;
	response?: string;
}

/** Makes pushes over HTTP, encrypted and signed when the app has an Encrypt Key. */
export class DeliveryClient {
	private readonly client: PostClient;

	constructor(
		private readonly app: SandboxApp,
		private readonly clock: Clock,
	) {
		this.client = new PostClient(clock);
	}

	async send(message: Message, url: string, attempt: number): Promise<DeliveryOutcome> {
		const { id: eventId, name, type, body, deadlineMs } = message;
		const { headers, rawBody } = this.write(message);
		const delivery: Delivery = {
			at: this.clock.now(),
			eventId,
			name,
			type,
			url,
			attempt,
			headers,
			body,
			rawBody,
			durationMs: 0,
		};
		const begun = this.clock.monotonic();
		const response = await this.client.post({ url, headers, body: rawBody, deadlineMs });
		delivery.durationMs = this.clock.monotonic() - begun;
		if ('code' in response) {
			delivery.failure = response;
			return { delivery };
		}
		const { status, text } = response;
		delivery.status = status;
		if (status === 200) return { delivery, response: text };
		delivery.failure = { code: 'unexpectedStatus', params: { status } };
		return { delivery };
	}

	/** Aborts what is in flight. */
	close(): void {
		this.client.close();
	}

	private write({ body, isSigned }: Message) {
		const { encryptKey } = this.app;
		const plainText = JSON.stringify(body);
		const headers: Record<string, string> = { 'Content-Type': 'application/json;charset=utf-8' };
		if (!encryptKey) return { headers, rawBody: plainText };
		const rawBody = JSON.stringify({ encrypt: encrypt(plainText, encryptKey) });
		if (isSigned) {
			const timestamp = String(Math.floor(this.clock.now() / 1000));
			const nonce = randomBytes(8).toString('hex');
			headers['X-Lark-Request-Timestamp'] = timestamp;
			headers['X-Lark-Request-Nonce'] = nonce;
			headers['X-Lark-Signature'] = sign(timestamp, nonce, encryptKey, rawBody);
		}
		return { headers, rawBody };
	}
}
