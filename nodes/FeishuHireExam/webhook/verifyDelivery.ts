import { randomUUID } from 'crypto';

import { TICKET_EVENT_TYPE, isWanted } from '../events/catalogue';
import type { EventFilters } from '../events/catalogue';
import { decrypt } from './decrypt';
import { equalSecrets, isFresh, isSigned } from './signature';

/** Events are a few kilobytes; nothing of Feishu's comes near this. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Levels of objects and lists in an event: Feishu's have five. Deeper ones overflow the stack of whoever walks them. */
const MAX_DEPTH = 50;

/** What arrived at the webhook. */
export interface Delivery {
	headers: Record<string, string | string[] | undefined>;
	rawBody: Buffer;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

export interface Receiver {
	appId: string;
	verificationToken: string;
	encryptKey: string;
	/** Values of `Trigger On`. */
	events: readonly string[];
	filters: EventFilters;
}

type Json = Record<string, unknown>;

/** What Feishu says about an event, without the token, and what tells this delivery of it from others. */
export interface EventHeader {
	event_id: string;
	delivery_id: string;
	event_type: string;
	create_time: string;
	app_id: string;
	tenant_key: string;
}

/** What is to be done with a delivery. A refusal's `reason` is for the log; the sender gets the status only. */
export type Verdict =
	| { kind: 'challenge'; challenge: string }
	| { kind: 'event'; header: EventHeader; event: Json }
	| { kind: 'ticket'; ticket: string }
	| { kind: 'ignored' }
	| { kind: 'refused'; status: 400 | 401 | 403 | 413; reason: string };

const refuse = (status: 400 | 401 | 403 | 413, reason: string): Verdict => ({
	kind: 'refused',
	status,
	reason,
});

const isJson = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function parse(json: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(json);
		return isJson(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

const isDeeperThan = (levels: number, value: unknown): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member)));

/** The two envelopes that Feishu has had (page "Event subscription overview"), read into the newer one's header. */
function readEnvelope(body: Json): Omit<EventHeader, 'delivery_id'> & { token: string } {
	const isOld = body.type === 'event_callback';
	const event = isJson(body.event) ? body.event : {};
	const header = isOld ? event : isJson(body.header) ? body.header : {};
	return {
		token: text(isOld ? body.token : header.token),
		event_id: text(isOld ? body.uuid : header.event_id),
		event_type: text(isOld ? event.type : header.event_type),
		// The older one's is in seconds, with decimals.
		create_time: isOld ? String(Math.trunc(Number(body.ts) * 1000)) : text(header.create_time),
		app_id: text(header.app_id),
		tenant_key: text(header.tenant_key),
	};
}

function decryptJson(encrypted: unknown, encryptKey: string): Json | undefined {
	try {
		return parse(decrypt(text(encrypted), encryptKey));
	} catch {
		return undefined;
	}
}

/**
 * Decides on a delivery. The order is fixed: size, JSON, signature, freshness, decryption, token, app, event.
 * The URL check alone comes without a signature, also when an Encrypt Key is set; it proves itself by being
 * encrypted with the key and by its token.
 */
export function receive({ headers, rawBody, receivedAt }: Delivery, receiver: Receiver): Verdict {
	const { appId, verificationToken, encryptKey } = receiver;
	if (!verificationToken && !encryptKey) {
		return refuse(401, 'the credential has neither an Encrypt Key nor a Verification Token');
	}
	if (rawBody.length > MAX_BODY_BYTES) return refuse(413, 'the body is larger than an event');

	const outer = parse(rawBody.toString());
	if (!outer) return refuse(400, 'the body is not a JSON object');

	const signature = text(headers['x-lark-signature']);
	if (encryptKey && signature) {
		const timestamp = text(headers['x-lark-request-timestamp']);
		const nonce = text(headers['x-lark-request-nonce']);
		if (!isSigned(rawBody, { timestamp, nonce, signature }, encryptKey)) {
			return refuse(401, 'the signature does not match; compare the Encrypt Key');
		}
		if (!isFresh(timestamp, receivedAt)) {
			return refuse(
				401,
				'the delivery is too old or from the future; check the clock of this machine',
			);
		}
	}

	if (!encryptKey && 'encrypt' in outer) {
		return refuse(401, 'the event is encrypted, but the credential has no Encrypt Key');
	}
	const body = encryptKey ? decryptJson(outer.encrypt, encryptKey) : outer;
	if (!body) return refuse(401, 'the body could not be decrypted; compare the Encrypt Key');

	const isUrlCheck = body.type === 'url_verification';
	if (encryptKey && !signature && !isUrlCheck) return refuse(401, 'the signature is missing');

	const { token, ...header } = readEnvelope(body);
	if (
		verificationToken &&
		!equalSecrets(isUrlCheck ? text(body.token) : token, verificationToken)
	) {
		return refuse(401, 'the token does not match; compare the Verification Token');
	}
	if (isUrlCheck) return { kind: 'challenge', challenge: text(body.challenge) };

	if (header.app_id !== appId) return refuse(403, 'the event is for another app');
	const { event } = body;
	if (!isJson(event) || !header.event_type || !header.event_id || isDeeperThan(MAX_DEPTH, event)) {
		return refuse(400, 'the body is not an event');
	}
	if (header.event_type === TICKET_EVENT_TYPE)
		return { kind: 'ticket', ticket: text(event.app_ticket) };
	if (!isWanted(header.event_type, event, receiver.events, receiver.filters))
		return { kind: 'ignored' };
	return { kind: 'event', header: { ...header, delivery_id: randomUUID() }, event };
}
