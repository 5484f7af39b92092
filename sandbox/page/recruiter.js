import { h } from './dom.js';
import { openArrange, usableAccounts } from './forms.js';
import { dateTime, language, t } from './language.js';
import {
	button,
	card,
	copyable,
	copyButton,
	disclosure,
	empty,
	facts,
	link,
	refusalAt,
	secret,
	tag,
} from './parts.js';
import { store } from './store.js';
import { canTake, openTake } from './takeExam.js';

/** How many entries a list shows; a load test may make thousands. */
const SHOWN = 100;

/** How each `test_status` looks. */
const TONES = { 1: 'calm', 2: 'blue', 3: 'warn', 4: 'warn', 5: 'good', 6: 'bad', 7: 'bad' };

/** The newest entries of a list, newest first: those that are shown. */
export const latest = (list) => list.slice(-SHOWN).reverse();

const limitNote = (list) =>
	list.length > SHOWN && h('p', { class: 'hint' }, t('latestOnly', { number: SHOWN }));

/** What a recruiter sees in Feishu Hire. */
export function recruiter({ applications, exams, manualResults }) {
	return [
		candidatesCard(applications, exams),
		card(
			{
				id: 'exams',
				title: t('exams.title'),
				aside: h('span', { class: 'count' }, String(exams.length)),
			},
			exams.length > 0 ? latest(exams).map(examCard) : empty(t('exams.none'), t('exams.noneHint')),
			limitNote(exams),
		),
		manualResults.length > 0 &&
			card(
				{ id: 'manual-results', title: t('manual.title'), hint: t('manual.hint') },
				latest(manualResults).map((result) => manualResultCard(result, applications)),
				limitNote(manualResults),
			),
	];
}

/** The last two characters of a Chinese name, the first letter of another, as in Feishu's avatars. */
const initials = (name) =>
	/\p{Script=Han}/u.test(name) ? [...name].slice(-2).join('') : [...name].slice(0, 1).join('');

const avatar = (name, number) =>
	h('span', { class: `avatar tint-${number % 4}`, 'aria-hidden': 'true' }, initials(name));

function candidatesCard(applications, exams) {
	// Not the next step before there are papers.
	const tone = usableAccounts().length > 0 ? 'primary' : '';
	const row = (application, index) => {
		const { applicationId, candidate, stage, tenantKey } = application;
		const { name, email, mobile } = candidate;
		const count = exams.filter((exam) => exam.applicationId === applicationId).length;
		return h(
			'li',
			{ class: 'candidate', key: applicationId },
			avatar(name, index),
			h(
				'div',
				{ class: 'grow' },
				h(
					'p',
					{ class: 'name' },
					name,
					store.tenants.length > 0 && tag(tenantKey),
					tag(stageName(stage)),
				),
				h(
					'p',
					{ class: 'soft contact' },
					h('span', {}, email),
					h('span', {}, `+${mobile.code} ${mobile.number}`),
					count > 0 && h('span', {}, t('candidate.exams', { number: count })),
				),
				h(
					'p',
					{ class: 'soft with-copy' },
					`${t('applicationId')} ${applicationId}`,
					copyButton(applicationId, t('applicationId')),
				),
				disclosure(`candidate-${applicationId}`, [t('candidate.more')], () => changes(application)),
			),
			button(t('arrange.title'), () => openArrange(applicationId), {
				class: tone,
				'aria-label': t('arrange.titleFor', { name }),
			}),
		);
	};
	return card(
		{ id: 'candidates', title: t('candidates.title'), hint: t('candidates.hint') },
		h('ul', { class: 'rows' }, applications.slice(-SHOWN).map(row)),
		limitNote(applications),
	);
}

const stageName = ({ zh_name, en_name }) => (language.code === 'zh' ? zh_name : en_name);

/** Other actions of a recruiter that Feishu pushes events of. */
function changes({ applicationId, talentId, stage, candidate: { name } }) {
	const form = `change-${applicationId}`;
	const move = ([key, to]) =>
		button(
			t('candidate.move', { stage: stageName(to) }),
			() => store.submit(form, 'POST', `applications/${applicationId}/stage`, { stage: key }),
			{
				'aria-label': t('candidate.moveFor', { stage: stageName(to), name }),
			},
		);
	const remove = (what, path) =>
		button(t(`candidate.${what}`), () => store.submit(form, 'DELETE', path), {
			class: 'bad',
			'aria-label': t(`candidate.${what}For`, { name }),
		});
	return [
		h('p', { class: 'hint' }, t('candidate.changeHint')),
		h(
			'div',
			{ class: 'buttons' },
			Object.entries(store.sandbox.stages)
				.filter(([, { id }]) => id !== stage.id)
				.map(move),
			remove('deleteApplication', `applications/${applicationId}`),
			remove('deleteTalent', `talents/${talentId}`),
		),
		refusalAt(form),
	];
}

function examCard(exam) {
	const { examId, candidate, paper, status, createdAt, markedAt, arrangement, result } = exam;
	return h(
		'article',
		{
			class: 'exam',
			key: examId,
			id: `exam-${examId}`,
			tabindex: '-1',
			'aria-labelledby': `exam-${examId}-name`,
		},
		h(
			'div',
			{ class: 'card-head' },
			h('h4', { id: `exam-${examId}-name` }, `${candidate.name} · ${paper.name}`),
			tag(t(`examStatus.${status}`), TONES[status]),
		),
		facts(
			[t('exam.arranged'), dateTime(createdAt)],
			...(arrangement ? arrangementRows(examId, arrangement) : []),
			...(result ? resultRows(examId, result) : []),
			markedAt && [t('exam.marked'), dateTime(markedAt)],
			[t('examId'), copyable(examId, t('examId'))],
		),
		!result && waitingFor(exam),
		canTake(exam) && takeButton(examId, candidate.name),
		result && !markedAt && markButtons(examId, candidate.name),
	);
}

function arrangementRows(examId, { result, message, examUrl, username, password }) {
	const messageRow = message && [t('exam.message'), h('span', { class: 'value' }, message)];
	const key = `link-${examId}`;
	if (result !== 0) return [[t('exam.failureCode'), String(result), key], messageRow];
	return [
		[t('exam.link'), [link(examUrl), copyButton(examUrl, t('exam.link'))], key],
		username && [t('exam.username'), copyable(username, t('exam.username'))],
		password && [t('exam.password'), secret(`password-${examId}`, password, t('exam.password'))],
		messageRow,
	];
}

/** What an exam without a result waits for; nothing when it could not be arranged. */
function waitingFor({ arrangement, isEventPushed }) {
	if (!arrangement)
		return isEventPushed
			? h('p', { class: 'waiting' }, t('exam.waitLink'))
			: h('p', { class: 'note' }, t('exam.notPushed'));
	return arrangement.result === 0 && h('p', { class: 'waiting' }, t('exam.waitResult'));
}

function resultRows(examId, result) {
	const { reports, details, resultTime, receivedAt } = result;
	const list = (items) =>
		h(
			'ul',
			{},
			items.map((item) => h('li', {}, item)),
		);
	return [
		[t('exam.result'), h('strong', { class: 'score' }, result.result), `result-${examId}`],
		[t('exam.resultTime'), dateTime(resultTime || receivedAt)],
		reports.length > 0 && [
			t('exam.reports'),
			list(reports.map(({ name, url }) => link(url, name))),
		],
		details.length > 0 && [
			t('exam.details'),
			list(details.map(({ name, result: rating }) => [name, ' · ', rating])),
		],
	];
}

const takeButton = (examId, name) =>
	h(
		'div',
		{ class: 'buttons' },
		button(t('take.title'), () => openTake(examId), {
			class: 'primary',
			'aria-label': t('take.titleFor', { name }),
		}),
	);

function markButtons(examId, name) {
	const form = `mark-${examId}`;
	const mark = (verdict, tone) =>
		button(
			t(`mark.${verdict}`),
			() => store.submit(form, 'POST', `exams/${examId}/mark`, { verdict }),
			{
				class: tone,
				'aria-label': t(`mark.${verdict}For`, { name }),
			},
		);
	return h(
		'div',
		{ class: 'mark' },
		h('p', {}, h('strong', {}, t('mark.title')), ' ', t('mark.hint')),
		h('div', { class: 'buttons' }, mark('passed', 'good'), mark('failed', 'bad')),
		refusalAt(form),
	);
}

function manualResultCard(
	{ testId, applicationId, paperName, score, attachmentId, operatorId, createdAt },
	applications,
) {
	const application = applications.find((known) => known.applicationId === applicationId);
	return h(
		'article',
		{ class: 'exam', key: testId },
		h('h4', {}, `${application?.candidate.name ?? applicationId} · ${paperName}`),
		facts(
			[t('manual.score'), h('strong', { class: 'score' }, String(score))],
			[t('manual.added'), dateTime(createdAt)],
			[t('manual.operator'), operatorId],
			attachmentId && [t('manual.attachment'), attachmentId],
		),
	);
}
