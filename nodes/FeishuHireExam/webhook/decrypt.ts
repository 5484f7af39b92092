import { createDecipheriv, createHash } from 'crypto';

const BLOCK_BYTES = 16;

/**
 * The text behind `encrypt`: AES-256-CBC with SHA-256 of the Encrypt Key, the first 16 bytes being the IV
 * (page "Encrypt Key encryption configuration").
 *
 * @throws Error when it was not encrypted with this key, or was cut.
 */
export function decrypt(encrypted: string, encryptKey: string): string {
	const bytes = Buffer.from(encrypted, 'base64');
	const key = createHash('sha256').update(encryptKey).digest();
	const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, BLOCK_BYTES));
	return Buffer.concat([decipher.update(bytes.subarray(BLOCK_BYTES)), decipher.final()]).toString();
}
