import { FeishuError } from '../codes';

export const text = { type: 'string' } as const;
export const integer = { type: 'integer' } as const;

/** Reads a time of a body: milliseconds as text; empty counts as absent. */
export function time(value: string | undefined): string | undefined {
	if (!value) return undefined;
	if (!/^\d+$/.test(value))
		throw new FeishuError(1002002, { msg: `param error: ${value} is not a millisecond timestamp` });
	return value;
}
