/** Why a value cannot be used: `message` completes the sentence "'Exam ID' …"; `advice` says how to go on. */
export class InvalidValue extends Error {
	constructor(
		message: string,
		readonly advice?: string,
	) {
		super(message);
	}
}

/** Letters that nobody sees, such as zero-width spaces and marks of direction: web pages and chats leave them in copied text. */
const INVISIBLE = /\p{Cf}/gu;

/** Text without blanks around it and without invisible letters, for values that cannot hold either. */
export const strip = (text: string): string => text.replace(INVISIBLE, '').trim();

/** Whether a field counts as left out. */
export const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && strip(value) === '');

const MAX_QUOTED = 60;

/** A value as messages write it. Of lists and objects only the kind: they may hold anything, also a password. */
export function quote(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	const letters = [...String(value)];
	const text = letters.slice(0, MAX_QUOTED).join('');
	const visible = text.replace(
		INVISIBLE,
		(letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`,
	);
	return `"${visible}${letters.length > MAX_QUOTED ? '…' : ''}"`;
}
