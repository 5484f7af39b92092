import { h, patchChildren } from './dom.js';
import { arrangeDialog, bindDialog } from './forms.js';
import { guide } from './guide.js';
import { language, LANGUAGES, t } from './language.js';
import { button } from './parts.js';
import { provider } from './provider.js';
import { recruiter } from './recruiter.js';
import { store } from './store.js';
import { takeDialog } from './takeExam.js';

const POLL_INTERVAL_MS = 1_000;
const TOAST_MS = 6_000;

function header() {
	const { isOnline, sandbox } = store;
	const choice = (one) =>
		button(
			t(`languages.${one}`),
			() => {
				language.choose(one);
				store.update({});
			},
			{ lang: one, 'aria-pressed': String(one === language.code) },
		);
	return h(
		'header',
		{},
		h('img', { src: 'icon.svg', alt: '', width: '28', height: '28' }),
		h('h1', {}, t('title')),
		h('span', { class: isOnline ? 'live' : 'live off' }, t(isOnline ? 'live' : 'notLive')),
		isOnline &&
			sandbox?.faults.length > 0 &&
			h('a', { class: 'tag warn', href: '#faults' }, t('faults.active')),
		h(
			'div',
			{ class: 'languages', role: 'group', 'aria-label': t('languages.label') },
			LANGUAGES.map(choice),
		),
	);
}

const offline = () =>
	h('div', { class: 'offline' }, h('strong', {}, t('offline.title')), ' ', t('offline.hint'));

const side = (id, content) =>
	h(
		'section',
		{ class: 'side', id, 'aria-labelledby': `${id}-title`, tabindex: '-1' },
		h(
			'div',
			{ class: 'side-head' },
			h('h2', { id: `${id}-title` }, t(`${id}.title`)),
			h('p', {}, t(`${id}.hint`)),
		),
		...content,
	);

const body = (sandbox) => [
	h(
		'nav',
		{ 'aria-label': t('sides') },
		h('a', { href: '#recruiter' }, t('recruiter.title')),
		h('a', { href: '#provider' }, t('provider.title')),
	),
	h(
		'main',
		{},
		h('p', { class: 'intro' }, t('intro')),
		guide(sandbox),
		h(
			'div',
			{ class: 'sides' },
			side('recruiter', recruiter(sandbox)),
			side('provider', provider(sandbox)),
		),
	),
	bindDialog(),
	arrangeDialog(),
	takeDialog(),
];

/** Hides a toast after a while. */
class ToastTimer {
	#toast;
	#timer;

	/** Starts anew for each toast, not each time that one is drawn. */
	start(toast) {
		if (toast === this.#toast) return;
		this.#toast = toast;
		clearTimeout(this.#timer);
		if (toast)
			this.#timer = setTimeout(
				() => store.update({ toast: undefined, fresh: new Set() }),
				TOAST_MS,
			);
	}
}

const toastTimer = new ToastTimer();

/** Draws the page. When the focused element is gone, its nearest focusable ancestor gets the focus. */
function draw() {
	document.documentElement.lang = language.locale;
	document.title = t('title');
	const ancestors = [];
	for (let element = document.activeElement; element; element = element.parentElement)
		ancestors.push(element);

	const { sandbox, isOnline, toast } = store;
	patchChildren(document.body, [
		header(),
		h('div', { role: 'alert' }, !isOnline && offline()),
		...(sandbox
			? body(sandbox)
			: [h('main', {}, h('p', { class: 'loading' }, isOnline ? t('loading') : ''))]),
		h('div', { class: 'toast', role: 'status' }, toast && h('p', {}, t(...toast))),
	]);

	if (ancestors[0] && !ancestors[0].isConnected) {
		ancestors.find((element) => element.isConnected && element.hasAttribute('tabindex'))?.focus();
	}
	toastTimer.start(toast);
}

async function keepPolling() {
	try {
		await store.poll();
	} finally {
		setTimeout(keepPolling, POLL_INTERVAL_MS);
	}
}

store.onChange(draw);
draw();
void keepPolling();
