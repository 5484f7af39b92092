import type { FeishuCredentials } from '../../../nodes/FeishuHireExam/transport/app';
import { canVerify, readDeliveryKeys } from '../../../nodes/FeishuHireExam/webhook/deliveryKeys';

const read = (credentials: object) => readDeliveryKeys(credentials as FeishuCredentials);

describe('the keys of a credential', () => {
	it('are read without blanks around them', () => {
		expect(
			read({ appId: ' cli_1\n', verificationToken: '\ttoken ', encryptKey: ' my key\r\n' }),
		).toEqual({ appId: 'cli_1', verificationToken: 'token', encryptKey: 'my key' });
	});

	it('verify nothing when both are blank, or an expression gave no value', () => {
		expect(canVerify(read({ appId: 'cli_1', verificationToken: ' ', encryptKey: '\n' }))).toBe(
			false,
		);
		expect(canVerify(read({ appId: 'cli_1', encryptKey: null }))).toBe(false);
		expect(canVerify(read({ appId: 'cli_1', verificationToken: ' t ' }))).toBe(true);
		expect(canVerify(read({ appId: 'cli_1', encryptKey: 'k' }))).toBe(true);
	});
});
