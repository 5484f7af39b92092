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
import { store, tenants, wish } from './store.js';

/** More than anyone looks through; a load test may make thousands. */
const MOST = 100;

/** How each `test_status` looks. */
const TONES = { 1: 'calm', 2: 'blue', 3: 'warn', 4: 'warn', 5: 'good', 6: 'bad', 7: 'bad' };

const latest = (list) => list.slice(-MOST).reverse();

const cutNote = (list) =>
	list.length > MOST && h('p', { class: 'hint' }, t('latestOnly', { number: MOST }));

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
			cutNote(exams),
		),
		manualResults.length > 0 &&
			card(
				{ id: 'manual-results', title: t('manual.title'), hint: t('manual.hint') },
				latest(manualResults).map((result) => manualResultCard(result, applications)),
				cutNote(manualResults),
			),
	];
}

/** The last two characters of a Chinese name, the first letter of another: as Feishu's round pictures. */
const initials = (name) =>
	/\p{Script=Han}/u.test(name) ? [...name].slice(-2).join('') : [...name].slice(0, 1).join('');

const avatar = (name, number) =>
	h('span', { class: `avatar tint-${number % 4}`, 'aria-hidden': 'true' }, initials(name));

function candidatesCard(applications, exams) {
	// Not the thing to do before there are papers.
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
					tenants().length > 0 && tag(tenantKey),
					tag(stageName(stage)),
					count > 0 && tag(t('candidate.exams', { number: count })),
				),
				h(
					'p',
					{ class: 'soft contact' },
					h('span', {}, email),
					h('span', {}, `+${mobile.code} ${mobile.number}`),
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
		h('ul', { class: 'rows' }, applications.slice(-MOST).map(row)),
		cutNote(applications),
	);
}

const stageName = ({ zh_name, en_name }) => (language === 'zh' ? zh_name : en_name);

/** What else a recruiter does, of which Feishu tells a flow. */
function changes({ applicationId, talentId, stage, candidate: { name } }) {
	const form = `change-${applicationId}`;
	const move = ([key, to]) =>
		button(
			t('candidate.move', { stage: stageName(to) }),
			() => wish(form, 'POST', `applications/${applicationId}/stage`, { stage: key }),
			{
				'aria-label': t('candidate.moveFor', { stage: stageName(to), name }),
			},
		);
	const remove = (what, path) =>
		button(t(`candidate.${what}`), () => wish(form, 'DELETE', path), {
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
		refusalAt(form, () => t('staleData')),
	];
}

function examCard(exam) {
	const { examId, candidate, paper, status, statusText, createdAt, markedAt, arrangement, result } =
		exam;
	const isArranged = arrangement?.result === 0;
	return h(
		'article',
		{ class: 'exam', key: examId, tabindex: '-1', 'aria-labelledby': `exam-${examId}` },
		h(
			'div',
			{ class: 'card-head' },
			h('h4', { id: `exam-${examId}` }, `${candidate.name} · ${paper.name}`),
			tag(statusText[language], TONES[status]),
		),
		facts(
			[t('exam.arranged'), dateTime(createdAt)],
			isArranged && [t('exam.link'), linkAndCopy(arrangement.examUrl), `link-${examId}`],
			isArranged &&
				arrangement.username && [
					t('exam.username'),
					copyable(arrangement.username, t('exam.username')),
				],
			isArranged &&
				arrangement.password && [
					t('exam.password'),
					secret(`password-${examId}`, arrangement.password, t('exam.password')),
				],
			arrangement &&
				!isArranged && [t('exam.failureCode'), String(arrangement.result), `link-${examId}`],
			hasMessage(arrangement) && [t('exam.message'), arrangement.message],
			...resultRows(exam),
			markedAt && [t('exam.marked'), dateTime(markedAt)],
			[t('examId'), copyable(examId, t('examId'))],
		),
		!arrangement && !result && waiting(t('exam.waitLink')),
		isArranged && !result && waiting(t('exam.waitResult')),
		result && !markedAt && markButtons(examId, candidate.name),
	);
}

/** A bare "success" beside a link says nothing. */
const hasMessage = (arrangement) =>
	arrangement?.message && !/^(success|ok)$/i.test(arrangement.message);

const linkAndCopy = (url) => [link(url), copyButton(url, t('exam.link'))];

const waiting = (text) => h('p', { class: 'waiting' }, text);

function resultRows({ examId, result }) {
	if (!result) return [];
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

function markButtons(examId, name) {
	const form = `mark-${examId}`;
	const mark = (verdict, tone) =>
		button(t(`mark.${verdict}`), () => wish(form, 'POST', `exams/${examId}/mark`, { verdict }), {
			class: tone,
			'aria-label': t(`mark.${verdict}For`, { name }),
		});
	return h(
		'div',
		{ class: 'mark' },
		h('p', {}, h('strong', {}, t('mark.title')), ' ', t('mark.hint')),
		h('div', { class: 'buttons' }, mark('passed', 'good'), mark('failed', 'bad')),
		refusalAt(form, () => t('staleData')),
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
