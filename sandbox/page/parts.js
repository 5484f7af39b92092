import { h } from './dom.js';
import { reasonText, t } from './language.js';
import { store } from './store.js';

/** A box with a heading; `aside` is at the right of the heading. */
export const card = ({ id, title, hint, aside }, ...content) =>
	h(
		'section',
		{ class: 'card', id, 'aria-labelledby': `${id}-title`, tabindex: '-1', key: id },
		h('div', { class: 'card-head' }, h('h3', { id: `${id}-title` }, title), aside),
		hint && h('p', { class: 'hint' }, hint),
		...content,
	);

export const tag = (text, tone = 'calm') => h('span', { class: `tag ${tone}` }, text);

export const empty = (title, hint) =>
	h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), hint && h('p', {}, hint));

export const button = (text, onclick, attributes = {}) =>
	h('button', { type: 'button', onclick, ...attributes }, text);

/** A link for http and https addresses, plain text for anything else. */
export function link(url, text = url) {
	const isWeb = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
	return isWeb
		? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text)
		: h('span', {}, text);
}

/** A button that copies a value; `what` names the value for screen readers. */
export const copyButton = (value, what) =>
	button(
		t('copy'),
		async () => {
			await navigator.clipboard.writeText(value);
			store.update({ toast: ['toasts.copied', { what }] });
		},
		{ class: 'small', 'aria-label': t('copyWhat', { what }) },
	);

export const copyable = (value, what) => [
	h('span', { class: 'value' }, value),
	copyButton(value, what),
];

/** A value that is hidden until it is requested. */
export function secret(key, value, what) {
	const isOpen = store.opened.has(key);
	const toggleButton = button(t(isOpen ? 'hide' : 'show'), () => store.toggle(key), {
		class: 'small',
		'aria-label': t(isOpen ? 'hideWhat' : 'showWhat', { what }),
		'aria-pressed': String(isOpen),
	});
	return [h('span', { class: 'value' }, isOpen ? value : '••••••'), toggleButton];
}

/** Rows of name, value and optional key; falsy rows are left out. Rows that have just arrived are highlighted. */
export const facts = (...rows) =>
	h(
		'dl',
		{ class: 'facts' },
		rows
			.filter(Boolean)
			.map(([name, value, key]) =>
				h(
					'div',
					{ class: key && store.fresh.has(key) ? 'fact fresh' : 'fact', key: key ?? name },
					h('dt', {}, name),
					h('dd', {}, value),
				),
			),
	);

/** A line that opens. `content` is a function: it is called when the line is open. */
export function disclosure(key, summary, content, isOpen = store.opened.has(key)) {
	return h(
		'details',
		{ key, open: isOpen, ontoggle: ({ target }) => store.toggle(key, target.open) },
		h('summary', {}, ...summary),
		isOpen && h('div', { class: 'details' }, content()),
	);
}

const refusalText = ({ reason }) => (reason ? reasonText(reason) : t('offline.title'));

/** Why the last action of a form was not carried out. */
export const refusalAt = (form) =>
	h(
		'p',
		{ class: 'refusal', role: 'alert' },
		store.refusal?.form === form ? refusalText(store.refusal) : '',
	);
