import { isSubscribed } from './connection.js';
import { h } from './dom.js';
import { clockTime, dateTime, findText, reasonText, t } from './language.js';
import { button, card, copyable, disclosure, empty, facts, tag } from './parts.js';
import { store } from './store.js';

/** How many entries are shown at first. */
const FIRST = 12;

/** Longer bodies are truncated. */
const MAX_CHARACTERS = 20_000;

/** A push and four retries. */
const MAX_ATTEMPTS = 5;

/** The name of a call, or method and path of one that does not exist. */
const callName = ({ operation, method, path }) =>
	operation ? t(`operations.${operation}`) : `${method} ${path}`;

const isUrlCheck = ({ name }) => name === 'urlCheck';

const candidateOf = (examId, exams) => exams.find((exam) => exam.examId === examId)?.candidate.name;

const SECRETS =
	/("(?:app_secret|password|(?:tenant|app)_access_token|app_ticket)"\s*:\s*")(?:[^"\\]|\\.)*/g;

/** A body in readable form: JSON in lines, without tokens and passwords. */
function readable(body) {
	let text = typeof body === 'string' ? body : JSON.stringify(body);
	try {
		text = JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		// Not JSON: shown as it is.
	}
	text = text.replace(SECRETS, '$1••••••');
	return text.length > MAX_CHARACTERS
		? `${text.slice(0, MAX_CHARACTERS)}\n${t('truncated', { number: text.length })}`
		: text;
}

function bodyBlock(title, body) {
	const text = readable(body);
	return [
		h('h4', { class: 'label' }, title),
		text
			? h('pre', { tabindex: '0', 'aria-label': title }, text)
			: h('p', { class: 'soft' }, t('noBody')),
	];
}

/** The summary of an entry; `subject`: the candidate or account it is about, `detail`: a second line. */
const entrySummary = ({ at, name, subject, detail }, ...tags) => [
	h('span', { class: 'clock' }, clockTime(at)),
	h(
		'span',
		{ class: 'grow name' },
		subject ? `${name} · ${subject}` : name,
		detail && h('span', { class: 'soft receiver' }, detail),
	),
	h('span', { class: 'tags' }, tags),
];

/** A card with entries, newest first; an open one stays when newer ones arrive. */
function recordCard(id, entries, toElement) {
	const all = `all-${id}`;
	const shown = entries.filter(
		([key], index) => index < FIRST || store.opened.has(all) || store.opened.has(key),
	);
	const hidden = entries.length - shown.length;
	return card(
		{ id, title: t(`${id}.title`), hint: t(`${id}.hint`) },
		entries.length > 0
			? h(
					'ul',
					{ class: 'log' },
					shown.map(([key, entry]) => h('li', { key }, toElement(key, entry))),
				)
			: empty(t(`${id}.none`), t(`${id}.noneHint`)),
		hidden > 0 &&
			button(t('record.older', { number: hidden }), () => store.toggle(all), { class: 'small' }),
	);
}

export const callsCard = ({ calls, exams }) =>
	recordCard('calls', calls.map((call) => [`call-${call.logId}`, call]).reverse(), (key, call) =>
		callEntry(key, call, exams),
	);

function callEntry(key, call, exams) {
	const { at, method, path, params, query, status, rawBody, answer, logId, fault } = call;
	const pairs = Object.entries(query).flatMap(([name, values]) =>
		[values].flat().map((value) => [name, value]),
	);
	const search = new URLSearchParams(pairs);
	return disclosure(
		key,
		entrySummary(
			{ at, name: callName(call), subject: candidateOf(params.exam_id, exams) },
			fault && tag(t('faults.tag'), 'warn'),
			verdict(status, answer),
		),
		() => [
			facts(
				[t('record.time'), dateTime(at)],
				[t('record.address'), `${method} ${path}${search.size > 0 ? `?${search}` : ''}`],
				[t('record.status'), status === 0 ? t('codes.reset') : String(status)],
				fault && [t('faults.title'), t(`faults.${fault}.name`)],
				[t('record.logId'), copyable(logId, t('record.logId'))],
			),
			bodyBlock(t('record.request'), rawBody),
			bodyBlock(t('record.answer'), answer),
		],
	);
}

/** The result of a call. */
function verdict(status, answer) {
	const code = answer?.code;
	if (code === 0) return tag(t('codes.success'), 'good');
	if (typeof code === 'number')
		return tag(findText(`codes.${code}`) ?? t('codes.other', { code }), 'bad');
	if (status === 0) return tag(t('codes.reset'), 'bad');
	return tag(t(status === 404 ? 'codes.unknownPath' : 'codes.unreadable'), 'bad');
}

/** The pushes of one event to one address or over the long connection, first to last. */
function groupAttempts(deliveries) {
	const groups = new Map();
	for (const delivery of deliveries) {
		const key = `event-${delivery.eventId}-${delivery.url ?? 'long-connection'}`;
		groups.set(key, [...(groups.get(key) ?? []), delivery]);
	}
	return [...groups];
}

export const eventsCard = (sandbox) =>
	recordCard('events', groupAttempts(sandbox.deliveries).reverse(), (key, attempts) =>
		eventEntry(key, attempts, sandbox),
	);

function eventEntry(key, attempts, sandbox) {
	const [first] = attempts;
	const last = attempts.at(-1);
	const event = first.body?.event;
	const account = sandbox.accounts.find(({ accountId }) => accountId === event?.account_id);
	const subject = event && (candidateOf(event.exam_id, sandbox.exams) ?? account?.accountName);
	return disclosure(
		key,
		entrySummary(
			{ at: first.at, name: t(`events.${first.name}`), subject, detail: receiverOf(first) },
			attempts.length > 1 && tag(t('events.attempts', { number: last.attempt })),
			outcome(last, sandbox),
		),
		() => [
			facts(
				first.url
					? [t('events.address'), first.url]
					: [t('events.channel'), t('longConnection.name')],
				!isUrlCheck(first) && [t('events.id'), copyable(first.eventId, t('events.id'))],
			),
			h('h4', { class: 'label' }, t('events.pushes')),
			h('ol', { class: 'attempts' }, attempts.map(attemptRow)),
			willRetry(last, sandbox) && h('p', { class: 'hint' }, t('events.retries')),
			bodyBlock(t('events.body'), first.body),
			first.rawBody !== JSON.stringify(first.body) &&
				disclosure(`${key}-raw`, [t('events.raw')], () => [
					bodyBlock(t('record.headers'), last.headers),
					bodyBlock(t('events.rawBody'), last.rawBody),
				]),
		],
	);
}

/** Where an event was sent. */
const receiverOf = ({ url }) =>
	url ? t('events.sentTo', { url }) : t('events.sentOverLongConnection');

const willRetry = (delivery, sandbox) =>
	Boolean(delivery.failure) &&
	!isUrlCheck(delivery) &&
	delivery.attempt < MAX_ATTEMPTS &&
	isSubscribed(sandbox);

function outcome(delivery, sandbox) {
	if (!delivery.failure)
		return tag(t(isUrlCheck(delivery) ? 'events.checkPassed' : 'events.delivered'), 'good');
	if (willRetry(delivery, sandbox)) return tag(t('events.waiting'), 'warn');
	return tag(t(isUrlCheck(delivery) ? 'events.checkFailed' : 'events.lost'), 'bad');
}

const attemptRow = ({ at, attempt, failure, deviceId }) =>
	h(
		'li',
		{ key: String(attempt) },
		h('span', {}, t('events.attempt', { number: attempt })),
		h('span', { class: 'clock' }, clockTime(at)),
		h(
			'span',
			{ class: failure ? 'bad' : 'good' },
			[
				failure ? reasonText(failure) : t('events.delivered'),
				deviceId && t('longConnection.client', { id: deviceId }),
			]
				.filter(Boolean)
				.join(' · '),
		),
	);
