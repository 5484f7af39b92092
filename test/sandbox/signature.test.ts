import { encrypt, sign } from '../../sandbox/events/signature';

const IV = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const PLAIN = '{"challenge":"c-1","token":"vt-1","type":"url_verification"}';
const ENCRYPTED =
	'AAECAwQFBgcICQoLDA0OD6jAKrzsnJmkQSMGS9undnTsFzK2Rse8WSZtTN/yp1EXwTWGPBJ/PcNhQjpvJSY8B/eaaSyOAUSTzHC/SpJwcxQ=';

describe('signature', () => {
	it('encrypts like the known vector', () => {
		expect(encrypt(PLAIN, 'kudryavka', IV)).toBe(ENCRYPTED);
	});

	it("encrypts like Feishu's documented vector", () => {
		const documented = 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=';
		const iv = Buffer.from(documented, 'base64').subarray(0, 16);
		expect(encrypt('hello world', 'test key', iv)).toBe(documented);
	});

	it('takes a new IV each time', () => {
		expect(encrypt(PLAIN, 'kudryavka')).not.toBe(encrypt(PLAIN, 'kudryavka'));
	});

	it('signs like the known vector', () => {
		expect(sign('1700000000', 'nonce-1', 'kudryavka', JSON.stringify({ encrypt: ENCRYPTED }))).toBe(
			'99d3d014f983b9784c9f64c63071af8812c52f4fbd558977b7b335b7a4aed996',
		);
	});
});
