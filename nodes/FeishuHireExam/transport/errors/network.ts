import { addressField } from '../app';
import type { ErrorText } from './codes';

interface NetworkError {
	/** What happened. */
	reason: string;
	/** What to check, given the field with the address; in general the network and that field. */
	advice?: (field: string) => string;
	/** The call did not leave: there was no connection. */
	isUnsent?: true;
	/** Trying again does not help. */
	isFinal?: true;
}

const CUT = { reason: 'The connection was closed before the answer arrived' };
const TIMED_OUT = { reason: 'No answer arrived in time' };
const UNTRUSTED: NetworkError = {
	reason: "The server's certificate is not trusted",
	advice: (field) =>
		`Check ${field} in the credential. If the server or a proxy uses a certificate of your company, make n8n trust it with NODE_EXTRA_CA_CERTS.`,
	isUnsent: true,
	isFinal: true,
};
const WRONG_PROTOCOL: NetworkError = {
	reason: 'The server does not speak HTTPS at this address',
	advice: (field) =>
		`Check ${field} in the credential: the port, and whether the address starts with http:// or https://.`,
	isUnsent: true,
	isFinal: true,
};

/** Network errors by Node's error code. */
const NETWORK_ERRORS: Readonly<Record<string, NetworkError>> = {
	ECONNABORTED: TIMED_OUT,
	ETIMEDOUT: TIMED_OUT,
	ESOCKETTIMEDOUT: TIMED_OUT,
	ECONNRESET: CUT,
	EPIPE: CUT,
	ERR_STREAM_PREMATURE_CLOSE: CUT,
	ERR_BAD_RESPONSE: CUT,
	ECONNREFUSED: { reason: 'The connection was refused', isUnsent: true },
	EHOSTUNREACH: { reason: 'The host cannot be reached', isUnsent: true },
	ENETUNREACH: { reason: 'The network cannot be reached', isUnsent: true },
	EAI_AGAIN: { reason: 'The host name could not be looked up', isUnsent: true },
	ENOTFOUND: { reason: 'The host name was not found', isUnsent: true },
	EPROTO: WRONG_PROTOCOL,
	ERR_SSL_WRONG_VERSION_NUMBER: WRONG_PROTOCOL,
	CERT_HAS_EXPIRED: { ...UNTRUSTED, reason: "The server's certificate has expired" },
	DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
	ERR_TLS_CERT_ALTNAME_INVALID: {
		...UNTRUSTED,
		reason: "The server's certificate is for another host",
	},
	SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
	ERR_FR_TOO_MANY_REDIRECTS: {
		reason: 'The server redirects in a loop',
		advice: (field) => `Check ${field} in the credential.`,
		isFinal: true,
	},
	ERR_CANCELED: { reason: 'The call was canceled', isFinal: true },
	ERR_NETWORK: { reason: 'The connection could not be made' },
};

const CHECK_NETWORK = (field: string) =>
	`Check the network, DNS and proxy of this n8n instance, and ${field} in the credential.`;

const OTHER: NetworkError = { reason: 'The connection could not be made' };

/** Codes of files: whatever they are about, it is not the network. */
const FILE_CODES: ReadonlySet<string> = new Set([
	'EACCES',
	'EBADF',
	'EEXIST',
	'EISDIR',
	'ENOENT',
	'ENOSPC',
	'ENOTDIR',
	'EPERM',
	'EROFS',
]);

const isSystemCode = (code: string): boolean => /^E[A-Z]{3,}$/.test(code) && !FILE_CODES.has(code);

/** Where n8n leaves the code of a network error: up to 2.30 it loses the cause of its own errors. */
function* codesIn(error: unknown): Generator<string> {
	if (typeof error !== 'object' || error === null) return;
	const { code, httpCode, message, messages, cause } = error as Record<string, unknown>;
	for (const value of [code, httpCode]) if (typeof value === 'string') yield value;
	yield* codesIn(cause);
	for (const text of [messages, message].flat()) {
		if (typeof text !== 'string') continue;
		yield* (text.match(/\b[A-Z_]{4,}\b/g) ?? []).filter((word) =>
			Object.hasOwn(NETWORK_ERRORS, word),
		);
		if (/\btimeout of \d+ ?ms exceeded/i.test(text)) yield 'ETIMEDOUT';
	}
}

/** The network error behind what was thrown; undefined when it was something else. */
export function findNetworkError(error: unknown): NetworkError | undefined {
	const codes = [...codesIn(error)];
	const known = codes.find((code) => Object.hasOwn(NETWORK_ERRORS, code));
	if (known !== undefined) return NETWORK_ERRORS[known];
	return codes.some(isSystemCode) ? OTHER : undefined;
}

/**
 * The text for a call without an answer. Only the code of the error is read: all else in it may contain the request
 * with its secrets. The code itself is left out: n8n puts words of its own in place of a text that holds one.
 */
export function describeNetworkError(error: unknown, baseUrl: string): ErrorText {
	const { reason, advice = CHECK_NETWORK } = findNetworkError(error) ?? OTHER;
	return {
		message: `Could not reach ${baseUrl}`,
		description: `${reason}. ${advice(addressField(baseUrl))}`,
	};
}
