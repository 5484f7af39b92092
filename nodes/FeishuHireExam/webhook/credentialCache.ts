import { NodeOperationError } from 'n8n-workflow';
import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL } from '../transport/app';
import type { FeishuCredentials } from '../transport/app';
import type { Clock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';
import type { Verdict } from './verifyDelivery';

/** Keys that somebody takes out of the credential count for as long. */
const MAX_AGE_MS = 60_000;

const MAX_CREDENTIALS = 1_000;

/**
 * Decrypted credentials, for a minute. Each reading of a credential costs n8n an expression engine of its own,
 * as much as all the rest of a delivery: so the deliveries of a minute share one.
 */
export class CredentialCache {
	/** By the ID of the credential. */
	private readonly readings: ExpiringMap<Promise<FeishuCredentials>>;

	constructor(clock: Clock) {
		this.readings = new ExpiringMap(clock, {
			maxSize: MAX_CREDENTIALS,
			maxAgeMs: MAX_AGE_MS,
		});
	}

	/**
	 * Verifies a delivery with the credential of the node. None is refused by a cached reading: the credential is
	 * read again before.
	 *
	 * @throws NodeOperationError when the credential cannot be read.
	 */
	async verifyWith(
		context: IWebhookFunctions,
		verify: (credentials: FeishuCredentials) => Verdict,
	): Promise<{ credentials: FeishuCredentials; verdict: Verdict }> {
		const cached = this.readings.get(idOf(context));
		if (cached) {
			const credentials = await cached;
			const verdict = verify(credentials);
			if (verdict.kind !== 'refused') return { credentials, verdict };
		}
		const credentials = await this.read(context);
		return { credentials, verdict: verify(credentials) };
	}

	/** Forgets everything. */
	reset(): void {
		this.readings.reset();
	}

	private async read(context: IWebhookFunctions): Promise<FeishuCredentials> {
		const id = idOf(context);
		const reading = context.getCredentials<FeishuCredentials>(CREDENTIAL);
		this.readings.set(id, reading);
		try {
			return await reading;
		} catch (error) {
			this.readings.delete(id);
			throw new NodeOperationError(context.getNode(), error as Error);
		}
	}
}

const idOf = (context: IWebhookFunctions): string =>
	context.getNode().credentials?.[CREDENTIAL]?.id ?? '';
