import type { Delivery } from '../events/delivery';
import type { RecordedCall } from '../openApi/gateway';

/** The start of a JSON text that is a token or a ticket, and the text; a fault may have cut it off. */
const CREDENTIAL =
	/("(?:app_ticket|app_access_token|tenant_access_token)"\s*:\s*")(?:[^"\\]|\\.)*/g;

const redact = (json: string) => json.replace(CREDENTIAL, '$1…');

const redactObject = <T>(value: T) => JSON.parse(redact(JSON.stringify(value))) as T;

/** A call without the tokens and tickets sent and answered. */
export function redactCall(call: RecordedCall): RecordedCall {
	const { headers, rawBody, answer } = call;
	const authorization = headers.authorization?.replace(/^(Bearer )?.*$/, '$1…');
	return {
		...call,
		headers: { ...headers, ...(authorization && { authorization }) },
		rawBody: redact(rawBody),
		answer: typeof answer === 'string' ? redact(answer) : redactObject(answer),
	};
}

/** A delivery without its ticket. */
export const redactDelivery = (delivery: Delivery): Delivery => ({
	...delivery,
	body: redactObject(delivery.body),
	rawBody: redact(delivery.rawBody),
});
