import type { IWebhookFunctions } from 'n8n-workflow';

import type { FeishuCredentials } from '../../../nodes/FeishuHireExam/transport/app';
import { CredentialCache } from '../../../nodes/FeishuHireExam/webhook/credentialCache';
import { TestClock } from '../../support/testClock';

describe('the credential cache', () => {
	const clock = new TestClock();
	const cache = new CredentialCache(clock);
	const stored = { encryptKey: 'k1' };
	const getCredentials = jest.fn(async () => ({ ...stored }));
	const contextOf = (id: string) =>
		({
			getNode: () => ({ name: 'Feishu', credentials: { feishuAppApi: { id, name: 'App' } } }),
			getCredentials,
		}) as Partial<Record<keyof IWebhookFunctions, unknown>> as IWebhookFunctions;

	/** Verifies a delivery that was signed with a key; returns whether it was accepted. */
	const verify = async (key: string, id = '1') => {
		const { verdict } = await cache.verifyWith(
			contextOf(id),
			({ encryptKey }: FeishuCredentials) =>
				encryptKey === key
					? { kind: 'ignored' }
					: { kind: 'refused', status: 401, reason: 'another key' },
		);
		return verdict.kind === 'ignored';
	};
	beforeEach(() => {
		cache.reset();
		stored.encryptKey = 'k1';
		getCredentials.mockClear();
	});

	it('reads a credential once for the deliveries of a minute', async () => {
		expect(await Promise.all([verify('k1'), verify('k1'), verify('k1')])).toEqual([
			true,
			true,
			true,
		]);
		await clock.advance(59_999);
		await verify('k1');
		expect(getCredentials).toHaveBeenCalledTimes(1);
		await clock.advance(1);
		await verify('k1');
		expect(getCredentials).toHaveBeenCalledTimes(2);
	});

	it('reads each credential for itself', async () => {
		await verify('k1', '1');
		await verify('k1', '2');
		expect(getCredentials).toHaveBeenCalledTimes(2);
	});

	it('reads the credential again before it refuses a delivery', async () => {
		await verify('k1');
		stored.encryptKey = 'k2';
		expect(await verify('k2')).toBe(true);
		expect(await verify('k1')).toBe(false);
	});

	it('keeps no reading that failed', async () => {
		getCredentials.mockRejectedValueOnce(new Error('Credential not found'));
		await expect(verify('k1')).rejects.toThrow('Credential not found');
		expect(await verify('k1')).toBe(true);
	});
});
