import { InvalidValue, quote, strip } from './invalidValue';

/**
 * True or false, also as text.
 *
 * @throws InvalidValue
 */
export function toBoolean(value: unknown): boolean {
	const flag = typeof value === 'string' ? strip(value).toLowerCase() : value;
	if (flag === true || flag === 'true') return true;
	if (flag === false || flag === 'false') return false;
	throw new InvalidValue(`must be true or false, not ${quote(value)}`);
}
