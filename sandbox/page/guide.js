import { isReceiving } from './connection.js';
import { h } from './dom.js';
import { openArrange, openBind } from './forms.js';
import { t } from './language.js';
import { button } from './parts.js';
import { latest } from './recruiter.js';
import { store } from './store.js';
import { canTake, openTake } from './takeExam.js';

const someExam = (matches) => (sandbox) => sandbox.exams.some(matches);

const isExamAccount = ({ scope }) => scope === 2;

const turnOnLongConnection = () => store.submit('long-connection', 'PUT', 'long-connection');

/** How to connect, by what is connected already. */
function connectNext({ requestUrl, longConnection: { isUsed, clients } }) {
	if (isUsed) return { text: 'reconnect', target: 'connection' };
	if (requestUrl === null && clients.length > 0 && store.tenants.length === 0)
		return { text: 'turnOn', act: turnOnLongConnection };
	return { text: store.tenants.length > 0 ? 'connectStore' : 'connect', target: 'connection' };
}

/** An account or exam of which no event was pushed stays as it is, so another one is needed. */
const waitForEvent = (list, waiting, again) =>
	list.some(({ isEventPushed }) => isEventPushed) ? waiting : again;

/** Where the candidate takes an exam: the newest with a link. */
function resultNext({ exams }) {
	const exam = latest(exams).find(canTake);
	return exam
		? { text: 'result', act: () => openTake(exam.examId) }
		: { text: 'notArranged', act: openArrange };
}

function markNext({ exams }) {
	const exam = latest(exams).find(({ result, markedAt }) => result && !markedAt);
	return { text: 'mark', target: exam ? `exam-${exam.examId}` : 'exams' };
}

/** The steps of an exam: who takes each, when it is done, and what to do or where to look until it is. */
const STEPS = [
	{
		name: 'connect',
		who: 'you',
		isDone: isReceiving,
		next: connectNext,
	},
	{
		name: 'bind',
		who: 'you',
		isDone: ({ accounts }) => accounts.length > 0,
		next: () => ({ text: 'bind', act: openBind }),
	},
	{
		name: 'papers',
		who: 'flow',
		isDone: ({ accounts }) => accounts.some(({ papers }) => papers.length > 0),
		next: ({ accounts }) =>
			waitForEvent(
				accounts.filter(isExamAccount),
				{ text: 'papers', target: 'events' },
				{ text: 'bindAgain', act: openBind },
			),
	},
	{
		name: 'arrange',
		who: 'you',
		isDone: someExam(() => true),
		next: () => ({ text: 'arrange', act: openArrange }),
	},
	{
		name: 'link',
		who: 'flow',
		isDone: someExam(({ arrangement }) => arrangement),
		next: ({ exams }) =>
			waitForEvent(
				exams,
				{ text: 'link', target: 'events' },
				{ text: 'arrangeAgain', act: openArrange },
			),
	},
	{ name: 'result', who: 'flow', isDone: someExam(({ result }) => result), next: resultNext },
	{ name: 'mark', who: 'you', isDone: someExam(({ markedAt }) => markedAt), next: markNext },
];

const DONE = { name: 'done', next: () => ({ text: 'done', target: 'faults' }) };

/** All steps, which ones are done, and what to do next. */
export function guide(sandbox) {
	const current = STEPS.find(({ isDone }) => !isDone(sandbox)) ?? DONE;
	const next = current.next(sandbox);
	return h(
		'section',
		{ class: 'card guide', 'aria-labelledby': 'guide-title' },
		h('h2', { id: 'guide-title' }, t('guide.title')),
		h(
			'ol',
			{ class: 'steps' },
			STEPS.map((step, index) => stepItem(step, index + 1, step.isDone(sandbox), step === current)),
		),
		h(
			'div',
			{ class: 'next' },
			h(
				'p',
				{ 'aria-live': 'polite' },
				h('strong', {}, t(`guide.${next.text}.next`)),
				' ',
				t(`guide.${next.text}.hint`),
			),
			nextAction(next),
		),
	);
}

function stepItem({ name, who }, number, isDone, isCurrent) {
	return h(
		'li',
		{
			class: isDone ? 'done' : isCurrent ? 'current' : 'to-come',
			'aria-current': isCurrent ? 'step' : undefined,
		},
		h('span', { class: 'dot', 'aria-hidden': 'true' }, isDone ? '✓' : String(number)),
		h(
			'span',
			{ class: 'step-name' },
			t(`guide.${name}.name`),
			isDone && h('span', { class: 'unseen' }, t('guide.isDone')),
		),
		h('span', { class: 'who' }, t(`guide.${who}`)),
	);
}

function nextAction({ text: key, act, target }) {
	const text = t(`guide.${key}.action`);
	if (act) return button(text, () => act(), { class: 'primary' });
	return h('a', { class: 'button', href: `#${target}` }, text);
}
