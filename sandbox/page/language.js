import en from './texts/en.js';
import zh from './texts/zh.js';

const TEXTS = { zh, en };
const LOCALES = { zh: 'zh-CN', en: 'en-US' };

export const LANGUAGES = Object.keys(TEXTS);

const remembered = localStorage.getItem('language');

/** The page's language: the one chosen last, else the browser's. */
export let language = LANGUAGES.includes(remembered)
	? remembered
	: navigator.language.startsWith('zh')
		? 'zh'
		: 'en';

export function setLanguage(chosen) {
	language = chosen;
	localStorage.setItem('language', chosen);
}

export const locale = () => LOCALES[language];

/** The text of a key such as `codes.0`, with `{name}` replaced by values; undefined when there is none. */
export function findText(key, values = {}) {
	const text = key.split('.').reduce((texts, part) => texts?.[part], TEXTS[language]);
	return text?.replace(/\{(\w+)\}/g, (_match, name) => values[name]);
}

/** The text of a key that is always there. */
export const t = (key, values) => findText(key, values) ?? key;

/** Feishu takes any number for a time; one that no calendar has stays a number. */
const format = (options) => (ms) => {
	const date = new Date(Number(ms));
	const isDate = !Number.isNaN(date.getTime());
	return isDate
		? new Intl.DateTimeFormat(locale(), { hourCycle: 'h23', ...options }).format(date)
		: ms;
};

/** Day and time of milliseconds since 1970, as number or text. */
export const dateTime = format({ dateStyle: 'medium', timeStyle: 'short' });

/** Time with seconds. */
export const clockTime = format({ timeStyle: 'medium' });

/** How the sandbox words why a URL check or a push failed, and our texts for it. */
const FAILURES = [
	[/no answer within (\S+) s$/, 'failures.noAnswer'],
	[/no connection \(/, 'failures.noConnection'],
	[/answered HTTP (\d+) instead of 200$/, 'failures.wrongStatus'],
	[/answered without the challenge$/, 'failures.noChallenge'],
	[/is no http or https address$/, 'failures.noAddress'],
];

/** Says in the page's language why the sandbox refused something, or why a push failed. */
export function failureText(message) {
	for (const [pattern, key] of FAILURES) {
		const match = pattern.exec(message);
		if (match) return t(key, { value: match[1] });
	}
	return t('failures.other');
}
