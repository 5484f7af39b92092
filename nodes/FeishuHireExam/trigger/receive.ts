import { decrypt } from './decrypt';
import { isWanted } from './events';
import { equalSecrets, isFresh, isSigned } from './signature';

/** Events are a few kilobytes; nothing of Feishu's comes near this. */
const MAX_BODY_BYTES = 1024 * 1024;

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
}

type Json = Record<string, unknown>;

/** What Feishu says about an event, without the token. */
export interface EventHeader {
	event_id: string;
	event_type: string;
	create_time: string;
	app_id: string;
	tenant_key: string;
}

/** What is to be done with a delivery. A refusal's `reason` is for the log; the sender gets the status only. */
export type Verdict =
	| { kind: 'challenge'; challenge: string }
	| { kind: 'event'; header: EventHeader; event: Json }
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
			return refuse(401, 'the delivery is too old or from the future; check the clock of this machine');
		}
	}

	if (!encryptKey && 'encrypt' in outer) {
		return refuse(401, 'the event is encrypted, but the credential has no Encrypt Key');
	}
	const body = encryptKey ? decryptJson(outer.encrypt, encryptKey) : outer;
	if (!body) return refuse(401, 'the body could not be decrypted; compare the Encrypt Key');

	const isUrlCheck = body.type === 'url_verification';
	if (encryptKey && !signature && !isUrlCheck) return refuse(401, 'the signature is missing');

	const header = isJson(body.header) ? body.header : {};
	const token = text(isUrlCheck ? body.token : header.token);
	if (verificationToken && !equalSecrets(token, verificationToken)) {
		return refuse(401, 'the token does not match; compare the Verification Token');
	}
	if (isUrlCheck) return { kind: 'challenge', challenge: text(body.challenge) };

	if (header.app_id !== appId) return refuse(403, 'the event is for another app');
	const { event } = body;
	const eventType = text(header.event_type);
	if (!isJson(event) || !eventType) return refuse(400, 'the body is not an event');
	if (!isWanted(eventType, event, receiver.events)) return { kind: 'ignored' };

	return {
		kind: 'event',
		header: {
			event_id: text(header.event_id),
			event_type: eventType,
			create_time: text(header.create_time),
			app_id: appId,
			tenant_key: text(header.tenant_key),
		},
		event,
	};
}
