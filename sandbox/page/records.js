import { h } from './dom.js';
import { clockTime, dateTime, failureText, findText, t } from './language.js';
import { button, card, copyable, disclosure, empty, facts, tag } from './parts.js';
import { store, toggle } from './store.js';

/** So many entries are shown at once; the rest when asked for. */
const FIRST = 12;

/** Longer bodies are cut for the eye. */
const LONGEST = 20_000;

/** What a call is, by method and path; the names are keys of texts. */
const OPERATIONS = [
	[/^POST \S+\/auth\/v3\/(tenant|app)_access_token(\/internal)?$/, 'token'],
	[/^POST \S+\/auth\/v3\/app_ticket\/resend$/, 'resendTicket'],
	[/^POST \S+\/eco_exams\/[^/]+\/login_info$/, 'returnArrangement'],
	[/^POST \S+\/eco_exams\/[^/]+\/update_result$/, 'returnResult'],
	[/^POST \S+\/hire\/v1\/exams$/, 'addResult'],
	[/^POST \S+\/tests\/search$/, 'listExams'],
	[/^POST \S+\/eco_exam_papers$/, 'createPapers'],
	[/^PATCH \S+\/eco_exam_papers\/batch_update$/, 'updatePapers'],
	[/^POST \S+\/eco_exam_papers\/batch_delete$/, 'deletePapers'],
	[/^POST \S+\/eco_account_custom_fields$/, 'createFields'],
	[/^PATCH \S+\/eco_account_custom_fields\/batch_update$/, 'updateFields'],
	[/^POST \S+\/eco_account_custom_fields\/batch_delete$/, 'deleteFields'],
	[/^POST \S+\/attachments$/, 'createAttachment'],
	[/^GET \S+\/attachments\/[^/]+(\/preview)?$/, 'getAttachment'],
	[/^GET \S+\/applications$/, 'listApplications'],
	[/^GET \S+\/applications\/[^/]+(\/get_detail)?$/, 'getApplication'],
];

const EVENTS = {
	url_verification: 'urlCheck',
	app_ticket: 'appTicket',
	'hire.eco_exam.created_v1': 'examCreated',
	'hire.eco_account.created_v1': 'accountBound',
	'hire.application.stage_changed_v1': 'stageChanged',
	'hire.application.deleted_v1': 'applicationDeleted',
	'hire.talent.deleted_v1': 'talentDeleted',
};

/** A push and four retries. */
const MOST_ATTEMPTS = 5;

/** The name of a call in the page's language, or method and path of one that has none. */
export function callName(method, path) {
	const [, name] = OPERATIONS.find(([pattern]) => pattern.test(`${method} ${path}`)) ?? [];
	return name ? t(`operations.${name}`) : `${method} ${path}`;
}

const candidateOf = (examId, exams) => exams.find((exam) => exam.examId === examId)?.candidate.name;

const SECRETS =
	/("(?:app_secret|password|(?:tenant|app)_access_token|app_ticket)"\s*:\s*")(?:[^"\\]|\\.)*/g;

/** A body as people read it: JSON in lines, without tokens and passwords. */
function readable(body) {
	let text = typeof body === 'string' ? body : JSON.stringify(body);
	try {
		text = JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		// No JSON: shown as it is.
	}
	text = text.replace(SECRETS, '$1••••••');
	return text.length > LONGEST
		? `${text.slice(0, LONGEST)}\n${t('cutOff', { number: text.length })}`
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

/** One line of a record. */
const entrySummary = (at, name, whose, ...tags) => [
	h('span', { class: 'clock' }, clockTime(at)),
	h('span', { class: 'grow name' }, whose ? `${name} · ${whose}` : name),
	h('span', { class: 'tags' }, tags),
];

/** A card with entries, newest first; an open one stays when newer ones come. */
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
			button(t('record.older', { number: hidden }), () => toggle(all), { class: 'small' }),
	);
}

export const callsCard = ({ calls, exams }) =>
	recordCard('calls', calls.map((call) => [`call-${call.logId}`, call]).reverse(), (key, call) =>
		callEntry(key, call, exams),
	);

function callEntry(key, { at, method, path, query, status, rawBody, answer, logId, fault }, exams) {
	const [, examId] = /\/eco_exams\/([^/]+)\//.exec(path) ?? [];
	const pairs = Object.entries(query).flatMap(([name, values]) =>
		[values].flat().map((value) => [name, value]),
	);
	const search = new URLSearchParams(pairs);
	return disclosure(
		key,
		entrySummary(
			at,
			callName(method, path),
			examId && candidateOf(examId, exams),
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

/** What an answer says, in words. */
function verdict(status, answer) {
	const code = answer?.code;
	if (code === 0) return tag(t('codes.success'), 'good');
	if (typeof code === 'number')
		return tag(findText(`codes.${code}`) ?? t('codes.other', { code }), 'bad');
	return tag(
		status === 0
			? t('codes.reset')
			: status === 404
				? t('codes.unknownPath')
				: t('codes.unreadable'),
		'bad',
	);
}

/** The pushes of one event to one address, first to last. */
function groupAttempts(deliveries) {
	const groups = new Map();
	for (const delivery of deliveries) {
		const key = `event-${delivery.eventId ?? delivery.at}-${delivery.url}`;
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
	const whose = event && (candidateOf(event.exam_id, sandbox.exams) ?? account?.accountName);
	const name = EVENTS[first.type] ? t(`events.${EVENTS[first.type]}`) : first.type;
	return disclosure(
		key,
		entrySummary(
			first.at,
			name,
			whose,
			attempts.length > 1 && tag(t('events.attempts', { number: last.attempt })),
			outcome(last, sandbox),
		),
		() => [
			facts(
				[t('events.address'), first.url],
				first.eventId && [t('events.id'), copyable(first.eventId, t('events.id'))],
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

const willRetry = ({ failure, eventId, attempt, url }, { requestUrls }) =>
	Boolean(failure && eventId && attempt < MOST_ATTEMPTS && requestUrls.includes(url));

function outcome(delivery, sandbox) {
	if (!delivery.failure)
		return tag(t(delivery.eventId ? 'events.delivered' : 'events.checkPassed'), 'good');
	if (willRetry(delivery, sandbox)) return tag(t('events.waiting'), 'warn');
	return tag(t(delivery.eventId ? 'events.lost' : 'events.checkFailed'), 'bad');
}

const attemptRow = ({ at, attempt, failure }) =>
	h(
		'li',
		{ key: String(attempt) },
		h('span', {}, t('events.attempt', { number: attempt })),
		h('span', { class: 'clock' }, clockTime(at)),
		h(
			'span',
			{ class: failure ? 'bad' : 'good' },
			failure ? failureText(failure) : t('events.delivered'),
		),
	);
