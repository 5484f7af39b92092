import { isReceiving } from './connection.js';
import { h } from './dom.js';
import { openArrange, openBind } from './forms.js';
import { t } from './language.js';
import { button } from './parts.js';

const someExam = (matches) => (sandbox) => sandbox.exams.some(matches);

/** The steps of an exam: who takes each, when it is done, and where to take it. */
const STEPS = [
	{
		name: 'connect',
		who: 'you',
		isDone: isReceiving,
		target: 'connection',
	},
	{ name: 'bind', who: 'you', isDone: ({ accounts }) => accounts.length > 0, act: openBind },
	{
		name: 'papers',
		who: 'flow',
		isDone: ({ accounts }) => accounts.some(({ papers }) => papers.length > 0),
		target: 'events',
	},
	{ name: 'arrange', who: 'you', isDone: someExam(() => true), act: openArrange },
	{
		name: 'link',
		who: 'flow',
		isDone: someExam(({ arrangement }) => arrangement),
		target: 'events',
	},
	{ name: 'result', who: 'flow', isDone: someExam(({ result }) => result), target: 'exams' },
	{ name: 'mark', who: 'you', isDone: someExam(({ markedAt }) => markedAt), target: 'exams' },
];

/** All steps, which ones are done, and what to do next. */
export function guide(sandbox) {
	const current = STEPS.find(({ isDone }) => !isDone(sandbox)) ?? {
		name: 'done',
		target: 'faults',
	};
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
				h('strong', {}, t(`guide.${current.name}.next`)),
				' ',
				t(`guide.${current.name}.hint`),
			),
			nextAction(current),
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

function nextAction({ name, act, target }) {
	const text = t(`guide.${name}.action`);
	if (act) return button(text, () => act(), { class: 'primary' });
	return h('a', { class: 'button', href: `#${target}` }, text);
}
