import { createCipheriv, createHash, randomBytes } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * Encrypts a push: base64 of IV and AES-256-CBC ciphertext, under the SHA-256 of the Encrypt Key. `iv`: 16 bytes.
 * Source: https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
 */
export function encrypt(plainText: string, encryptKey: string, iv = randomBytes(16)): string {
	const cipher = createCipheriv('aes-256-cbc', sha256(encryptKey), iv);
	return Buffer.concat([iv, cipher.update(plainText, 'utf8'), cipher.final()]).toString('base64');
}

/**
 * The value of `X-Lark-Signature` for a body as sent; `timestamp` in seconds.
 * Source: the same page as for `encrypt`.
 */
export function sign(
	timestamp: string,
	nonce: string,
	encryptKey: string,
	rawBody: string,
): string {
	return sha256(timestamp + nonce + encryptKey + rawBody).toString('hex');
}
