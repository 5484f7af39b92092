import { EventDispatcher } from '@larksuiteoapi/node-sdk';

import { equalSecrets, isFresh, isSigned } from '../../../nodes/FeishuHireExam/webhook/signature';
import { BODY, KEY, SIGNED } from '../../support/feishuVectors';

describe('the signature', () => {
	it('matches in either case, and no other matches', () => {
		expect(isSigned(BODY, SIGNED, KEY)).toBe(true);
		expect(isSigned(BODY, { ...SIGNED, signature: SIGNED.signature.toUpperCase() }, KEY)).toBe(
			true,
		);
		expect(isSigned(BODY, { ...SIGNED, nonce: 'nonce-2' }, KEY)).toBe(false);
		expect(isSigned(BODY, { ...SIGNED, signature: '' }, KEY)).toBe(false);
		expect(isSigned(Buffer.concat([BODY, Buffer.from(' ')]), SIGNED, KEY)).toBe(false);
	});

	describe("agrees with Feishu's SDK", () => {
		const silent = () => {};
		const logger = { error: silent, warn: silent, info: silent, debug: silent, trace: silent };

		/** Whether its dispatcher accepts the signature, and goes on to look for who handles such an event. */
		async function isAccepted(body: Buffer, { timestamp, nonce, signature }: typeof SIGNED) {
			const dispatcher = new EventDispatcher({ encryptKey: KEY, logger });
			// The SDK finds the headers on the prototype, so that they are no part of the body that it signs again.
			const headers = {
				'x-lark-request-timestamp': timestamp,
				'x-lark-request-nonce': nonce,
				'x-lark-signature': signature,
			};
			const prototype = Object.create({ headers }) as object;
			const data: unknown = Object.assign(prototype, JSON.parse(body.toString()));
			return String(await dispatcher.invoke(data)).endsWith('event handle');
		}

		it.each([
			['the vector', SIGNED],
			['another nonce', { ...SIGNED, nonce: 'nonce-2' }],
			['another time', { ...SIGNED, timestamp: '1700000001' }],
			['another signature', { ...SIGNED, signature: SIGNED.signature.replace('9', '8') }],
		])('on %s', async (_, signed) => {
			expect(await isAccepted(BODY, signed)).toBe(isSigned(BODY, signed, KEY));
		});
	});
});

describe('freshness', () => {
	it('allows five minutes either way', () => {
		const sent = 1_700_000_000_000;
		expect(isFresh('1700000000', sent + 300_000)).toBe(true);
		expect(isFresh('1700000000', sent - 300_000)).toBe(true);
		expect(isFresh('1700000000', sent + 301_000)).toBe(false);
		expect(isFresh('1700000000', sent - 301_000)).toBe(false);
		expect(isFresh('Infinity', sent)).toBe(false);
	});
});

describe('the comparison of secrets', () => {
	it('distinguishes equal from different ones, of any length', () => {
		expect(equalSecrets('secret', 'secret')).toBe(true);
		expect(equalSecrets('secret', 'secreT')).toBe(false);
		expect(equalSecrets('', 'secret')).toBe(false);
		expect(equalSecrets('secret and more', 'secret')).toBe(false);
	});
});
