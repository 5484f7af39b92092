import { connection } from './connection.js';
import { h } from './dom.js';
import { faultsCard } from './faults.js';
import { openBind } from './forms.js';
import { dateTime, t } from './language.js';
import { button, card, copyable, disclosure, empty, facts, secret, tag } from './parts.js';
import { callsCard, eventsCard } from './records.js';
import { store } from './store.js';

/** How many papers are shown at first. */
const FIRST = 5;

/** The side of the exam provider: its customers' accounts, and the calls and events between Feishu and the workflow. */
export const provider = (sandbox) => [
	accountsCard(sandbox.accounts),
	connection(sandbox),
	eventsCard(sandbox),
	callsCard(sandbox),
	faultsCard(sandbox.faults),
];

const accountsCard = (accounts) =>
	card(
		{
			id: 'accounts',
			title: t('accounts.title'),
			aside: button(t('bind.title'), openBind),
		},
		accounts.length > 0
			? [...accounts].reverse().map(account)
			: empty(t('accounts.none'), t('accounts.noneHint')),
	);

function account({
	accountId,
	accountName,
	scope,
	status,
	usageList,
	customFieldList,
	papers,
	tenantKey,
	isEventPushed,
}) {
	const usages = usageList.map((usage) => t(`usages.${usage}`));
	return h(
		'article',
		{ class: 'exam', key: accountId, 'aria-labelledby': `account-${accountId}` },
		h(
			'div',
			{ class: 'card-head' },
			h('h4', { id: `account-${accountId}` }, accountName),
			scope === 1 && tag(t('account.backgroundCheck')),
			tag(t(`accountStatus.${status}`), status === 'active' ? 'good' : 'warn'),
		),
		facts(
			[t('account.id'), copyable(accountId, t('account.id'))],
			usages.length > 0 && [t('account.usage'), usages.join(t('listSeparator'))],
			store.tenants.length > 0 && [t('tenant'), copyable(tenantKey, t('tenant'))],
			...customFieldList.map(({ key, value }) => [
				key,
				secret(`field-${accountId}-${key}`, value, key),
				`field-${key}`,
			]),
		),
		scope === 2 && paperList(accountId, papers, isEventPushed),
	);
}

function paperList(accountId, papers, isEventPushed) {
	if (papers.length === 0 && !isEventPushed)
		return h('p', { class: 'note' }, t('papers.notPushed'));
	if (papers.length === 0) return h('p', { class: 'waiting' }, t('papers.none'));
	const shown = papers.slice(0, FIRST);
	const rest = papers.slice(FIRST);
	const key = `papers-${accountId}`;
	const list = (some) => h('ul', { class: 'papers' }, some.map(paperRow));
	return h(
		'div',
		{ class: store.fresh.has(key) ? 'fresh' : undefined },
		h('h5', { class: 'label' }, t('papers.title', { number: papers.length })),
		list(shown),
		rest.length > 0 &&
			disclosure(key, [t('papers.more', { number: rest.length })], () => list(rest)),
	);
}

function paperRow({ id, name, duration, questionCount, startTime, endTime }) {
	const about = [
		duration !== undefined && t('papers.duration', { number: duration }),
		questionCount !== undefined && t('papers.questions', { number: questionCount }),
		startTime && t('papers.from', { time: dateTime(startTime) }),
		endTime && t('papers.until', { time: dateTime(endTime) }),
		t('papers.id', { id }),
	];
	return h(
		'li',
		{},
		h('p', { class: 'name' }, name),
		h('p', { class: 'soft' }, about.filter(Boolean).join(' · ')),
	);
}
