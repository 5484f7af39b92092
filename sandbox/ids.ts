import { randomBytes, randomInt } from 'node:crypto';

const digits = (count: number) => String(randomInt(10 ** count)).padStart(count, '0');

/** A Feishu Hire id: 19 decimal digits as text, beyond what a JavaScript number can hold. */
export const newId = () => `7${digits(9)}${digits(9)}`;

/** An event id as in `header.event_id`: 32 hexadecimal digits. */
export const newEventId = () => randomBytes(16).toString('hex');

/** A log id as in the header `X-Tt-Logid`: date and time (`now`: milliseconds since 1970) and a random part. */
export const newLogId = (now: number) =>
	new Date(now).toISOString().replace(/\D/g, '').slice(0, 14) +
	randomBytes(9).toString('hex').toUpperCase();
