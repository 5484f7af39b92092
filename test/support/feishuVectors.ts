/** Vectors of Feishu's page on the Encrypt Key, and one that was computed with other tools. */
export const KEY = 'kudryavka';
export const ENCRYPTED =
	'AAECAwQFBgcICQoLDA0OD6jAKrzsnJmkQSMGS9undnTsFzK2Rse8WSZtTN/yp1EXwTWGPBJ/PcNhQjpvJSY8B/eaaSyOAUSTzHC/SpJwcxQ=';
export const DECRYPTED = '{"challenge":"c-1","token":"vt-1","type":"url_verification"}';
export const BODY = Buffer.from(`{"encrypt":"${ENCRYPTED}"}`);
export const SIGNED = {
	timestamp: '1700000000',
	nonce: 'nonce-1',
	signature: '99d3d014f983b9784c9f64c63071af8812c52f4fbd558977b7b335b7a4aed996',
};
export const HELLO = {
	key: 'test key',
	encrypted: 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=',
	decrypted: 'hello world',
};
