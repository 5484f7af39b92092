import { h } from './dom.js';
import { t } from './language.js';
import { card, disclosure, refusalAt, tag } from './parts.js';
import { store } from './store.js';

/** The kinds of faults: the most common ones, and the others. */
const COMMON = ['deadToken400', 'rateLimited', 'errorBefore', 'slow'];
const OTHERS = [
	'deadToken200',
	'rateLimited400',
	'rateLimitedNoHeaders',
	'retryAfter',
	'retryAfterDay',
	'quotaExceeded',
	'errorAfter',
	'errorBefore200',
	'paramError',
	'resetBefore',
	'resetAfter',
	'html',
	'html200',
	'redirect',
	'truncated',
	'empty',
];

/** How many calls a fault applies to. Until it is switched off: more than anyone makes. */
const TIMES = { one: 1, three: 3, always: 1_000_000_000 };

/** Long enough to be noticed. */
const WAIT = { resetSeconds: 3 };
const SETTINGS = {
	slow: { delayMs: 5_000 },
	rateLimited: WAIT,
	rateLimited400: WAIT,
	retryAfter: WAIT,
};

/** Switches that make calls fail, to see how a workflow copes. */
export function faultsCard(faults) {
	const others = faults.filter(({ kind }) => OTHERS.includes(kind)).length;
	return card(
		{
			id: 'faults',
			title: t('faults.title'),
			hint: t('faults.hint'),
			aside: faults.length > 0 && tag(t('faults.active'), 'warn'),
		},
		h(
			'fieldset',
			{ class: 'choices' },
			h('legend', {}, t('faults.times')),
			Object.keys(TIMES).map((times) =>
				h(
					'label',
					{ class: 'check', key: times },
					h('input', {
						type: 'radio',
						name: 'times',
						value: times,
						checked: times === 'always',
						onchange: () => store.update({ faultTimes: times }),
					}),
					t(`faults.${times}`),
				),
			),
		),
		h(
			'ul',
			{ class: 'rows' },
			COMMON.map((kind) => faultRow(kind, faults)),
		),
		disclosure(
			'more-faults',
			[t('faults.more'), others > 0 && tag(t('faults.active'), 'warn')],
			() =>
				h(
					'ul',
					{ class: 'rows' },
					OTHERS.map((kind) => faultRow(kind, faults)),
				),
		),
		refusalAt('faults'),
	);
}

function faultRow(kind, faults) {
	const active = faults.find((fault) => fault.kind === kind);
	const others = faults.filter((fault) => fault.kind !== kind);
	const next = active
		? others
		: [...others, { kind, times: TIMES[store.faultTimes], ...SETTINGS[kind] }];
	return h(
		'li',
		{ key: kind },
		h(
			'div',
			{ class: 'grow' },
			h(
				'p',
				{ class: 'name', id: `fault-${kind}` },
				t(`faults.${kind}.name`),
				active && tag(timesLeft(active), 'warn'),
			),
			h('p', { class: 'soft', id: `fault-${kind}-about` }, t(`faults.${kind}.about`)),
		),
		h('button', {
			type: 'button',
			class: 'switch',
			role: 'switch',
			'aria-checked': String(active !== undefined),
			'aria-labelledby': `fault-${kind}`,
			'aria-describedby': `fault-${kind}-about`,
			onclick: () => store.submit('faults', 'PUT', 'faults', { faults: next }),
		}),
	);
}

const timesLeft = ({ times }) =>
	times > TIMES.three ? t('faults.untilOff') : t('faults.left', { number: times });
