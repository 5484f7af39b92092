import { h } from './dom.js';
import { t } from './language.js';
import { button, refusalAt } from './parts.js';
import { store } from './store.js';

export const dialogOf = (id) => document.getElementById(id);
export const formOf = (id) => dialogOf(id).querySelector('form');

export const field = (label, control) =>
	h('label', { class: 'field' }, h('span', {}, label), control);

export const options = (entries, chosen) =>
	entries.map(([value, text]) =>
		h('option', { value, key: value, selected: value === chosen }, text),
	);

/** A dialog with a form; `onsubmit` gets what was entered. */
export function dialog(id, title, onsubmit, content, buttons) {
	return h(
		'dialog',
		{ id, key: id, 'aria-labelledby': `${id}-title` },
		h(
			'form',
			{
				onsubmit: (event) => {
					event.preventDefault();
					void onsubmit(new FormData(event.target));
				},
			},
			h('h2', { id: `${id}-title` }, title),
			...content,
			refusalAt(id),
			h(
				'div',
				{ class: 'buttons' },
				button(t('cancel'), () => dialogOf(id).close()),
				...buttons,
			),
		),
	);
}

export const submitButton = (id, text) =>
	h('button', { class: 'primary', 'aria-disabled': String(store.pending === id) }, text);
