import { InvalidValue, quote, strip } from './invalidValue';
import { toText } from './text';

/**
 * A web address.
 *
 * @throws InvalidValue that says what is wrong with it.
 */
export function toUrl(value: unknown): string {
	const url = strip(toText(value));
	const complain = (reason: string, advice?: string) =>
		new InvalidValue(`is ${quote(url)}, ${reason}`, advice);
	if (!/^https?:\/\//i.test(url)) {
		throw complain('which is not a URL that starts with https:// or http://');
	}
	if (/\s/.test(url)) {
		throw complain('which contains a blank', 'If the blank belongs to the URL, write it as %20.');
	}
	if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
		throw complain('which is not a valid URL', 'Check its host and its port.');
	}
	return url;
}
