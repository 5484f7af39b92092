import type { Delivery } from './events';
import type { RecordedCall } from './gateway';

/** The start of a JSON text that is a token or a ticket, and the text; a fault may have cut it off. */
const CREDENTIAL = /("(?:app_ticket|app_access_token|tenant_access_token)"\s*:\s*")(?:[^"\\]|\\.)*/g;

const mask = (json: string) => json.replace(CREDENTIAL, '$1…');

/** A call as it may be shown: without the tokens and tickets sent and answered. */
export function maskCall(call: RecordedCall): RecordedCall {
	const { headers, rawBody, answer } = call;
	const authorization = headers.authorization?.replace(/^(Bearer )?.*$/, '$1…');
	return {
		...call,
		headers: { ...headers, ...(authorization && { authorization }) },
		rawBody: mask(rawBody),
		answer: typeof answer === 'string' ? mask(answer) : (JSON.parse(mask(JSON.stringify(answer))) as unknown),
	};
}

/** A delivery as it may be shown: without the ticket of a plain text. */
export const maskDelivery = (delivery: Delivery): Delivery => ({ ...delivery, rawBody: mask(delivery.rawBody) });
