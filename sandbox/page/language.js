import en from './texts/en.js';
import zh from './texts/zh.js';

const TEXTS = { zh, en };
const LOCALES = { zh: 'zh-CN', en: 'en-US' };

export const LANGUAGES = Object.keys(TEXTS);

const STORAGE_KEY = 'language';

/** The page's language: the last one chosen, else the browser's. */
class Language {
	#code = Language.#saved() ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

	/** One of `LANGUAGES`. */
	get code() {
		return this.#code;
	}

	get locale() {
		return LOCALES[this.#code];
	}

	choose(code) {
		this.#code = code;
		localStorage.setItem(STORAGE_KEY, code);
	}

	static #saved() {
		const saved = localStorage.getItem(STORAGE_KEY);
		return LANGUAGES.includes(saved) ? saved : undefined;
	}
}

export const language = new Language();

/** The text of a key such as `codes.10014`, with `{name}` replaced by values; undefined when there is none. */
export function findText(key, values = {}) {
	const text = key.split('.').reduce((texts, part) => texts?.[part], TEXTS[language.code]);
	return text?.replace(/\{(\w+)\}/g, (_match, name) => values[name]);
}

/** The text of a key that exists. */
export const t = (key, values) => findText(key, values) ?? key;

/** Feishu accepts any number as a time; one that is not a valid date is shown as the number. */
const format = (options) => (ms) => {
	const date = new Date(Number(ms));
	const isDate = !Number.isNaN(date.getTime());
	return isDate
		? new Intl.DateTimeFormat(language.locale, { hourCycle: 'h23', ...options }).format(date)
		: ms;
};

/** Day and time of milliseconds since 1970, as number or text. */
export const dateTime = format({ dateStyle: 'medium', timeStyle: 'short' });

/** Time with seconds. */
export const clockTime = format({ timeStyle: 'medium' });

/** Why the sandbox refused an action, or why a push failed. */
export const reasonText = ({ code, params }) =>
	(code === 'unexpectedStatus' && findText(`receiverStatus.${params.status}`)) ||
	t(`reasons.${code}`, params);
