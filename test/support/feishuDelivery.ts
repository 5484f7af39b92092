import { createCipheriv, createHash, randomBytes, randomUUID } from 'crypto';

import { testClock } from './testClock';

/**
 * What Feishu sends, written once more after the contract, so that neither the node nor the sandbox is its own
 * witness.
 */
export const KEY = 'sandbox-encrypt-key';
export const TOKEN = 'sandbox-verification-token';
export const APP = 'cli_a1b2c3d4e5f60718';

/** A credential that fits. */
export const credentials = {
	platform: 'feishu',
	appId: APP,
	appSecret: 's',
	encryptKey: KEY,
	verificationToken: TOKEN,
};

const sha256 = (text: string) => createHash('sha256').update(text);

export function encrypt(plain: string, { key = KEY, autoPadding = true } = {}): string {
	const iv = randomBytes(16);
	const cipher = createCipheriv('aes-256-cbc', sha256(key).digest(), iv).setAutoPadding(
		autoPadding,
	);
	return Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString('base64');
}

/** The body of an encrypted delivery. */
export const seal = (plain: unknown, key = KEY): string =>
	JSON.stringify({ encrypt: encrypt(JSON.stringify(plain), { key }) });

/** The time of a delivery, in seconds, by the clock of the nodes. */
export const now = () => String(Math.floor(testClock.now() / 1000));

/** The headers of a signed delivery. */
export const sign = (body: string, timestamp = now(), key = KEY): Record<string, string> => ({
	'x-lark-request-timestamp': timestamp,
	'x-lark-request-nonce': 'n1',
	'x-lark-signature': sha256(`${timestamp}n1${key}${body}`).digest('hex'),
});

/** A created exam in today's envelope. */
export const event = (
	header: object = {},
	content: object = { exam_id: '7178536692385679677' },
) => ({
	schema: '2.0',
	header: {
		event_id: randomUUID(),
		event_type: 'hire.eco_exam.created_v1',
		create_time: '1608725989000',
		token: TOKEN,
		app_id: APP,
		tenant_key: 'k',
		...header,
	},
	event: content,
});

/** The same in the older envelope. */
export const oldEvent = (envelope: object = {}, content: object = {}) => ({
	ts: '1608725989.000001',
	uuid: randomUUID(),
	token: TOKEN,
	type: 'event_callback',
	...envelope,
	event: {
		type: 'hire.eco_exam.created_v1',
		app_id: APP,
		tenant_key: 'k',
		exam_id: '7178536692385679677',
		...content,
	},
});
