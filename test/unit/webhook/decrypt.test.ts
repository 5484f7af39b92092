import { AESCipher } from '@larksuiteoapi/node-sdk';

import { decrypt } from '../../../nodes/FeishuHireExam/webhook/decrypt';
import { DECRYPTED, ENCRYPTED, HELLO, KEY } from '../../support/feishuVectors';

describe('decryption', () => {
	it("decrypts Feishu's vectors", () => {
		expect(decrypt(HELLO.encrypted, HELLO.key)).toBe(HELLO.decrypted);
		expect(decrypt(ENCRYPTED, KEY)).toBe(DECRYPTED);
	});

	it('fails with another key, and when the text was cut', () => {
		expect(() => decrypt(ENCRYPTED, 'other')).toThrow();
		expect(() => decrypt(ENCRYPTED.slice(0, 40), KEY)).toThrow();
		expect(() => decrypt('', KEY)).toThrow();
	});

	it("agrees with Feishu's SDK", () => {
		expect(new AESCipher(KEY).decrypt(ENCRYPTED)).toBe(decrypt(ENCRYPTED, KEY));
		expect(new AESCipher(HELLO.key).decrypt(HELLO.encrypted)).toBe(HELLO.decrypted);
	});
});
