import { dialog, dialogOf, field, formOf, submitButton } from './dialog.js';
import { h } from './dom.js';
import { t } from './language.js';
import { store } from './store.js';

/** A workflow may wait for Feishu's rate limit before it responds; the sandbox gives it 30 seconds. */
const TIMEOUT_MS = 35_000;

const examTaken = () => store.sandbox.exams.find(({ examId }) => examId === store.taking);

/** Whether a candidate can take an exam. */
export const canTake = ({ arrangement, result }) => arrangement?.result === 0 && !result;

/** Opens the form that takes an exam in the candidate's place. */
export function openTake(examId) {
	const form = formOf('take');
	form.reset();
	form.elements.url.value = store.sandbox.resultUrl;
	store.update({ taking: examId, refusal: undefined });
	dialogOf('take').showModal();
	form.elements.result.select();
}

export function takeDialog() {
	const exam = examTaken();
	return dialog(
		'take',
		t('take.title'),
		take,
		[
			exam && h('p', { class: 'name' }, `${exam.candidate.name} · ${exam.paper.name}`),
			h('p', { class: 'hint' }, t('take.hint')),
			field(
				t('take.result'),
				h('input', {
					name: 'result',
					required: true,
					maxlength: '100',
					value: '90',
					autocomplete: 'off',
				}),
			),
			field(
				t('take.url'),
				h('input', { name: 'url', type: 'url', required: true, autocomplete: 'off' }),
			),
			h('p', { class: 'hint' }, t('take.urlHint')),
		],
		[submitButton('take', t(store.pending === 'take' ? 'take.sending' : 'take.submit'))],
	);
}

async function take(data) {
	const examId = store.taking;
	const body = {
		url: data.get('url').trim(),
		result: data.get('result').trim(),
		reports: [{ name: t('take.report'), url: new URL('report.html', location.href).href }],
		details: [{ name: t('take.rated'), result: t('take.rating') }],
	};
	if (!(await store.submit('take', 'POST', `exams/${examId}/take`, body, TIMEOUT_MS))) return;
	dialogOf('take').close();
	// The result has a message of its own, which comes first when the workflow has responded last.
	if (!examTaken()?.result) store.update({ toast: ['toasts.taken'] });
}
