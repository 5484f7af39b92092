import { AESCipher, EventDispatcher } from '@larksuiteoapi/node-sdk';

import { decrypt } from '../../../nodes/FeishuHireExam/webhook/decrypt';
import { isFresh, isSigned } from '../../../nodes/FeishuHireExam/webhook/signature';

/** Vectors of Feishu's page on the Encrypt Key, and one that was computed with other tools. */
describe('decryption and signature', () => {
	const KEY = 'kudryavka';
	const ENCRYPTED =
		'AAECAwQFBgcICQoLDA0OD6jAKrzsnJmkQSMGS9undnTsFzK2Rse8WSZtTN/yp1EXwTWGPBJ/PcNhQjpvJSY8B/eaaSyOAUSTzHC/SpJwcxQ=';
	const BODY = Buffer.from(`{"encrypt":"${ENCRYPTED}"}`);
	const SIGNED = {
		timestamp: '1700000000',
		nonce: 'nonce-1',
		signature: '99d3d014f983b9784c9f64c63071af8812c52f4fbd558977b7b335b7a4aed996',
	};

	it('decrypts', () => {
		expect(decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', 'test key')).toBe('hello world');
		expect(decrypt(ENCRYPTED, KEY)).toBe(
			'{"challenge":"c-1","token":"vt-1","type":"url_verification"}',
		);
		expect(() => decrypt(ENCRYPTED, 'other')).toThrow();
	});

	it('knows the signature, in either case, and no other', () => {
		expect(isSigned(BODY, SIGNED, KEY)).toBe(true);
		expect(isSigned(BODY, { ...SIGNED, signature: SIGNED.signature.toUpperCase() }, KEY)).toBe(
			true,
		);
		expect(isSigned(BODY, { ...SIGNED, nonce: 'nonce-2' }, KEY)).toBe(false);
		expect(isSigned(BODY, { ...SIGNED, signature: '' }, KEY)).toBe(false);
		expect(isSigned(Buffer.concat([BODY, Buffer.from(' ')]), SIGNED, KEY)).toBe(false);
	});

	describe("Feishu's own SDK agrees", () => {
		const silent = () => {};
		const logger = { error: silent, warn: silent, info: silent, debug: silent, trace: silent };

		/** Whether its dispatcher finds the signature right, and goes on to look for who handles such an event. */
		async function isTaken(body: Buffer, { timestamp, nonce, signature }: typeof SIGNED) {
			const dispatcher = new EventDispatcher({ encryptKey: KEY, logger });
			// The SDK finds the headers on the prototype, so that they are no part of the body that it signs again.
			const headers = {
				'x-lark-request-timestamp': timestamp,
				'x-lark-request-nonce': nonce,
				'x-lark-signature': signature,
			};
			const data: unknown = Object.assign(Object.create({ headers }), JSON.parse(body.toString()));
			return String(await dispatcher.invoke(data)).endsWith('event handle');
		}

		it('on decryption', () => {
			expect(new AESCipher(KEY).decrypt(ENCRYPTED)).toBe(decrypt(ENCRYPTED, KEY));
			expect(
				new AESCipher('test key').decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk='),
			).toBe('hello world');
		});

		it.each([
			['the vector', SIGNED],
			['another nonce', { ...SIGNED, nonce: 'nonce-2' }],
			['another time', { ...SIGNED, timestamp: '1700000001' }],
			['another signature', { ...SIGNED, signature: SIGNED.signature.replace('9', '8') }],
		])('on the signature: %s', async (_, signed) => {
			expect(await isTaken(BODY, signed)).toBe(isSigned(BODY, signed, KEY));
		});
	});

	it('takes five minutes either way for fresh', () => {
		const sent = 1_700_000_000_000;
		expect(isFresh('1700000000', sent + 300_000)).toBe(true);
		expect(isFresh('1700000000', sent - 300_000)).toBe(true);
		expect(isFresh('1700000000', sent + 301_000)).toBe(false);
		expect(isFresh('1700000000', sent - 301_000)).toBe(false);
		expect(isFresh('Infinity', sent)).toBe(false);
	});
});
