import { NodeOperationError } from 'n8n-workflow';
import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL } from '../transport/app';
import type { FeishuCredentials } from '../transport/app';
import type { Verdict } from './verifyDelivery';

/** How long one reading of a credential serves: keys that somebody takes out of it count for as long. */
const READING_LASTS_MS = 10_000;

/** By the ID of the credential. */
const readings = new Map<string, { readAt: number; credentials: Promise<FeishuCredentials> }>();

/**
 * Judges a delivery by the keys in the credential. Each reading of it costs n8n an expression engine of its own,
 * as much as all the rest of a delivery: so those of a burst share one. None is refused by an old reading.
 */
export async function judge(
	this: IWebhookFunctions,
	decide: (credentials: FeishuCredentials) => Verdict,
): Promise<{ credentials: FeishuCredentials; verdict: Verdict }> {
	const id = this.getNode().credentials?.[CREDENTIAL]?.id ?? '';
	const known = readings.get(id);
	if (known && Date.now() - known.readAt < READING_LASTS_MS) {
		const credentials = await known.credentials;
		const verdict = decide(credentials);
		if (verdict.kind !== 'refused') return { credentials, verdict };
	}
	const reading = this.getCredentials<FeishuCredentials>(CREDENTIAL);
	readings.set(id, { readAt: Date.now(), credentials: reading });
	try {
		const credentials = await reading;
		return { credentials, verdict: decide(credentials) };
	} catch (error) {
		readings.delete(id);
		throw new NodeOperationError(this.getNode(), error as Error);
	}
}
