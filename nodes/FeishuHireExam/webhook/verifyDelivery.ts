import { randomUUID } from 'crypto';

import { TICKET_EVENT_TYPE } from '../events/catalogue';
import { parseJsonObject, readEnvelope, readEvent, toText } from '../events/envelope';
import type { EventHeader, JsonObject } from '../events/envelope';
import { type EventSettings, isSelected } from '../events/settings';
import { decrypt } from './decrypt';
import { canVerify } from './deliveryKeys';
import type { DeliveryKeys } from './deliveryKeys';
import { equalSecrets, isFresh, isSigned } from './signature';

/** Events are a few kilobytes; nothing of Feishu's comes near this. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The credential test sees neither, so nothing but a delivery shows that they are wrong. */
const COMPARE_KEYS =
	"compare 'Encrypt Key' and 'Verification Token' in the credential with 'Encryption Strategy' in the developer console: one may be wrong, or they may be swapped";

/** What arrived at the webhook. */
export interface Delivery {
	headers: Record<string, string | string[] | undefined>;
	rawBody: Buffer;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

/** Whom deliveries are for, and what it wants of them. */
export interface Receiver extends DeliveryKeys {
	/** Read for events alone, and only once they are verified. */
	readSettings: () => EventSettings;
}

/** A refused delivery. `reason` is for the log; the sender gets the status only. */
class Refusal {
	readonly kind = 'refused';

	constructor(
		readonly status: 400 | 401 | 403 | 413,
		readonly reason: string,
	) {}
}

/** What is to be done with a delivery. */
export type Verdict =
	| { kind: 'challenge'; challenge: string }
	| { kind: 'event'; header: EventHeader; event: JsonObject; settings: EventSettings }
	| { kind: 'ticket'; ticket: string }
	| { kind: 'ignored' }
	| Refusal;

/** The body as JSON, which proves nothing yet. */
function parseBody({ rawBody }: Delivery, keys: DeliveryKeys): JsonObject | Refusal {
	if (!canVerify(keys)) {
		return new Refusal(401, 'the credential has neither an Encrypt Key nor a Verification Token');
	}
	if (rawBody.length > MAX_BODY_BYTES) return new Refusal(413, 'the body is larger than an event');
	return parseJsonObject(rawBody.toString()) ?? new Refusal(400, 'the body is not a JSON object');
}

/** Refuses a delivery with a wrong or old signature; whether there must be one is decided after decryption. */
function checkSignature(
	{ headers, rawBody, receivedAt }: Delivery,
	encryptKey: string,
): Refusal | undefined {
	const signature = toText(headers['x-lark-signature']);
	if (!signature) return undefined;
	const timestamp = toText(headers['x-lark-request-timestamp']);
	const nonce = toText(headers['x-lark-request-nonce']);
	if (!isSigned(rawBody, { timestamp, nonce, signature }, encryptKey)) {
		return new Refusal(401, `the signature does not match; ${COMPARE_KEYS}`);
	}
	if (!isFresh(timestamp, receivedAt)) {
		return new Refusal(
			401,
			'the delivery is too old or from the future; check the clock of this machine',
		);
	}
	return undefined;
}

function decryptBody(encrypted: unknown, encryptKey: string): JsonObject | Refusal {
	try {
		const body = parseJsonObject(decrypt(toText(encrypted), encryptKey));
		if (body) return body;
	} catch {
		// As refused as anything else that decrypts to no JSON object.
	}
	return new Refusal(401, `the body could not be decrypted; ${COMPARE_KEYS}`);
}

const isUrlCheck = ({ type }: JsonObject): boolean => type === 'url_verification';

/**
 * What Feishu wrote: signed and encrypted when there is an Encrypt Key, plain otherwise. The URL check alone comes
 * without a signature, also with an Encrypt Key; it proves itself by being encrypted and by its token.
 */
function openBody(
	outer: JsonObject,
	delivery: Delivery,
	{ encryptKey }: DeliveryKeys,
): JsonObject | Refusal {
	if (!encryptKey) {
		if (!('encrypt' in outer)) return outer;
		return new Refusal(401, 'the event is encrypted, but the credential has no Encrypt Key');
	}
	const forged = checkSignature(delivery, encryptKey);
	if (forged) return forged;
	const body = decryptBody(outer.encrypt, encryptKey);
	if (body instanceof Refusal || isUrlCheck(body)) return body;
	const isUnsigned = !toText(delivery.headers['x-lark-signature']);
	return isUnsigned ? new Refusal(401, 'the signature is missing') : body;
}

function checkToken(body: JsonObject, { verificationToken }: DeliveryKeys): Refusal | undefined {
	if (!verificationToken) return undefined;
	const token = isUrlCheck(body) ? toText(body.token) : readEnvelope(body).token;
	return equalSecrets(token, verificationToken)
		? undefined
		: new Refusal(401, `the token does not match; ${COMPARE_KEYS}`);
}

/** What an event of the right sender is for. */
function routeEvent(body: JsonObject, { appId, readSettings }: Receiver): Verdict {
	const { header } = readEnvelope(body);
	if (header.app_id !== appId) return new Refusal(403, 'the event is for another app');
	const event = readEvent(body);
	if (!event || !header.event_type || !header.event_id) {
		return new Refusal(400, 'the body is not an event');
	}
	if (header.event_type === TICKET_EVENT_TYPE) {
		return { kind: 'ticket', ticket: toText(event.app_ticket) };
	}
	const settings = readSettings();
	if (!isSelected(header.event_type, event, settings)) return { kind: 'ignored' };
	return { kind: 'event', header: { ...header, delivery_id: randomUUID() }, event, settings };
}

/**
 * Verifies a delivery, and decides what is to be done with it. The order is fixed: size, JSON, signature, freshness,
 * decryption, token, app, event; whatever fails one of these is refused.
 */
export function verifyDelivery(delivery: Delivery, receiver: Receiver): Verdict {
	const outer = parseBody(delivery, receiver);
	if (outer instanceof Refusal) return outer;
	const body = openBody(outer, delivery, receiver);
	if (body instanceof Refusal) return body;
	const forged = checkToken(body, receiver);
	if (forged) return forged;
	if (isUrlCheck(body)) return { kind: 'challenge', challenge: toText(body.challenge) };
	return routeEvent(body, receiver);
}
