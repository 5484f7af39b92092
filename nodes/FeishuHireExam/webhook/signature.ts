import { createHash, timingSafeEqual } from 'crypto';

/** Seconds that the time of a delivery may be off, either way. Retries of Feishu's are signed anew. */
const FRESHNESS_SECONDS = 300;

const sha256 = (...parts: Array<string | Buffer>): Buffer => {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest();
};

/** Compares two secrets in constant time, whatever their lengths and wherever they differ. */
export const equalSecrets = (given: string, expected: string): boolean =>
	timingSafeEqual(sha256(given), sha256(expected));

/**
 * Whether `signature` is Feishu's for these bytes: SHA-256 over time, nonce, Encrypt Key and raw body, in hex of
 * either case (page "Encrypt Key encryption configuration").
 */
export function isSigned(
	rawBody: Buffer,
	{ timestamp, nonce, signature }: { timestamp: string; nonce: string; signature: string },
	encryptKey: string,
): boolean {
	const expected = sha256(timestamp, nonce, encryptKey, rawBody).toString('hex');
	return equalSecrets(signature.toLowerCase(), expected);
}

/** Whether a delivery was signed just now. `timestamp` is in seconds, `now` in milliseconds. */
export const isFresh = (timestamp: string, now: number): boolean =>
	/^\d{10}$/.test(timestamp) && Math.abs(now / 1000 - Number(timestamp)) <= FRESHNESS_SECONDS;
