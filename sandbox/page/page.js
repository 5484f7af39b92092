import { h, patchChildren } from './dom.js';
import { arrangeDialog, bindDialog } from './forms.js';
import { guide } from './guide.js';
import { language, LANGUAGES, locale, setLanguage, t } from './language.js';
import { button } from './parts.js';
import { provider } from './provider.js';
import { recruiter } from './recruiter.js';
import { onChange, refresh, store, update } from './store.js';

const LOOK_EVERY_MS = 1_000;
const NEWS_FOR_MS = 6_000;

function header() {
	const { isOnline, sandbox } = store;
	const choice = (one) =>
		button(
			t(`languages.${one}`),
			() => {
				setLanguage(one);
				update({});
			},
			{ lang: one, 'aria-pressed': String(one === language) },
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
];

/** Draws the page. When the element with the focus is gone, its nearest surroundings get the focus. */
function draw() {
	document.documentElement.lang = locale();
	document.title = t('title');
	const surroundings = [];
	for (let element = document.activeElement; element; element = element.parentElement)
		surroundings.push(element);

	const { sandbox, isOnline, news } = store;
	patchChildren(document.body, [
		header(),
		h('div', { role: 'alert' }, !isOnline && offline()),
		...(sandbox
			? body(sandbox)
			: [h('main', {}, h('p', { class: 'loading' }, isOnline ? t('loading') : ''))]),
		h('div', { class: 'news', role: 'status' }, news && h('p', {}, t(...news))),
	]);

	if (surroundings[0] && !surroundings[0].isConnected) {
		surroundings
			.find((element) => element.isConnected && element.hasAttribute('tabindex'))
			?.focus();
	}
	if (news !== forgetting) forgetLater(news);
}

let forgetting;
let forgetTimer;

/** News go by themselves. */
function forgetLater(news) {
	forgetting = news;
	clearTimeout(forgetTimer);
	if (news)
		forgetTimer = setTimeout(() => update({ news: undefined, fresh: new Set() }), NEWS_FOR_MS);
}

async function look() {
	try {
		await refresh();
	} finally {
		setTimeout(look, LOOK_EVERY_MS);
	}
}

onChange(draw);
draw();
void look();
