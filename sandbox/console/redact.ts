import type { Delivery } from '../events/dispatcher';
import type { RecordedCall } from '../openApi/gateway';

/** The start of a JSON text that is a token or a ticket, and the text; a fault may have cut it off. */
const CREDENTIAL =
	/("(?:app_ticket|app_access_token|tenant_access_token)"\s*:\s*")(?:[^"\\]|\\.)*/g;

const mask = (json: string) => json.replace(CREDENTIAL, '$1…');

const maskObject = <T>(value: T) => JSON.parse(mask(JSON.stringify(value))) as T;

/** A call as it may be shown: without the tokens and tickets sent and answered. */
export function maskCall(call: RecordedCall): RecordedCall {
	const { headers, rawBody, answer } = call;
	const authorization = headers.authorization?.replace(/^(Bearer )?.*$/, '$1…');
	return {
		...call,
		headers: { ...headers, ...(authorization && { authorization }) },
		rawBody: mask(rawBody),
		answer: typeof answer === 'string' ? mask(answer) : maskObject(answer),
	};
}

/** A delivery as it may be shown: without its ticket. */
export const maskDelivery = (delivery: Delivery): Delivery => ({
	...delivery,
	body: maskObject(delivery.body),
	rawBody: mask(delivery.rawBody),
});
