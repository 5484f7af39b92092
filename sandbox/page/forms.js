import { isSubscribed } from './connection.js';
import { dialog, dialogOf, field, formOf, options, submitButton } from './dialog.js';
import { h } from './dom.js';
import { t } from './language.js';
import { button } from './parts.js';
import { store } from './store.js';

const NEW = 'new';

/** Accounts with papers to arrange exams from, newest first. */
export const usableAccounts = () =>
	store.sandbox.accounts.filter(({ scope, papers }) => scope === 2 && papers.length > 0).reverse();

/** While the app has no way to receive events, nobody is notified, nor later. */
const notConnectedNote = () =>
	!isSubscribed(store.sandbox) && h('p', { class: 'note' }, t('connection.noEvents'));

/** Opens the form that binds an account. */
export function openBind() {
	const form = formOf('bind');
	form.reset();
	form.elements.accountName.value = t('bind.example', {
		number: store.sandbox.accounts.length + 1,
	});
	store.update({ refusal: undefined });
	dialogOf('bind').showModal();
	form.elements.accountName.select();
}

export function bindDialog() {
	const usage = (value, text) =>
		h(
			'label',
			{ class: 'check' },
			h('input', { type: 'checkbox', name: 'usage', value, checked: true }),
			text,
		);
	return dialog(
		'bind',
		t('bind.title'),
		bind,
		[
			h('p', { class: 'hint' }, t('bind.hint')),
			notConnectedNote(),
			store.tenants.length > 0 &&
				field(
					t('tenant'),
					h(
						'select',
						{ name: 'tenantKey' },
						options(store.tenants.map((tenantKey) => [tenantKey, tenantKey])),
					),
				),
			field(
				t('bind.name'),
				h('input', { name: 'accountName', required: true, maxlength: '100', autocomplete: 'off' }),
			),
			h(
				'fieldset',
				{},
				h('legend', {}, t('account.usage')),
				usage('1', t('usages.1')),
				usage('2', t('usages.2')),
			),
		],
		[submitButton('bind', t('bind.submit'))],
	);
}

async function bind(data) {
	const accountName = data.get('accountName');
	const tenantKey = data.get('tenantKey') ?? undefined;
	const body = { tenantKey, accountName, scope: 2, usageList: data.getAll('usage').map(Number) };
	if (!(await store.submit('bind', 'POST', 'accounts', body))) return;
	dialogOf('bind').close();
	store.update({ toast: ['toasts.bound', { name: accountName }] });
}

/** Opens the form that arranges an exam, for a candidate when given. */
export function openArrange(applicationId = store.sandbox.applications[0]?.applicationId) {
	formOf('arrange').reset();
	store.update({ arranging: { applicationId }, refusal: undefined });
	dialogOf('arrange').showModal();
}

export function arrangeDialog() {
	const application = store.sandbox.applications.find(
		({ applicationId }) => applicationId === store.arranging.applicationId,
	);
	const accounts = usableAccounts().filter(
		({ tenantKey }) => !application || tenantKey === application.tenantKey,
	);
	const account =
		accounts.find(({ accountId }) => accountId === store.arranging.accountId) ?? accounts[0];
	// Stays chosen when a newer account gets papers while the form is open.
	store.arranging.accountId = account?.accountId;
	return account
		? dialog('arrange', t('arrange.title'), arrange, arrangeFields(accounts, account), [
				submitButton('arrange', t('arrange.submit')),
			])
		: dialog(
				'arrange',
				t('arrange.title'),
				() => {},
				[h('p', {}, t('arrange.noPapers'))],
				[
					button(
						t('bind.title'),
						() => {
							dialogOf('arrange').close();
							openBind();
						},
						{ class: 'primary' },
					),
				],
			);
}

function arrangeFields(accounts, account) {
	const { applications } = store.sandbox;
	const choose =
		(name) =>
		({ target }) =>
			store.update({ arranging: { ...store.arranging, [name]: target.value } });
	return [
		notConnectedNote(),
		field(
			t('arrange.candidate'),
			h(
				'select',
				{ name: 'applicationId', onchange: choose('applicationId') },
				options(
					[
						...applications.map(({ applicationId, candidate, tenantKey }) => [
							applicationId,
							[candidate.name, candidate.email, store.tenants.length > 0 && tenantKey]
								.filter(Boolean)
								.join(' · '),
						]),
						[NEW, t('arrange.newCandidate')],
					],
					store.arranging.applicationId,
				),
			),
		),
		store.arranging.applicationId === NEW && newCandidateFields(),
		field(
			t('arrange.account'),
			h(
				'select',
				{ name: 'accountId', onchange: choose('accountId') },
				options(
					accounts.map(({ accountId, accountName }) => [accountId, accountName]),
					account.accountId,
				),
			),
		),
		field(
			t('arrange.paper'),
			h('select', { name: 'paperId' }, options(account.papers.map(({ id, name }) => [id, name]))),
		),
	];
}

const newCandidateFields = () =>
	h(
		'fieldset',
		{ key: 'new-candidate', 'aria-label': t('arrange.newCandidate') },
		field(
			t('candidate.name'),
			h('input', { name: 'name', required: true, maxlength: '100', autocomplete: 'off' }),
		),
		field(
			t('candidate.email'),
			h('input', { name: 'email', type: 'email', required: true, autocomplete: 'off' }),
		),
		field(
			t('candidate.mobile'),
			h('input', {
				name: 'mobile',
				type: 'tel',
				required: true,
				pattern: '[0-9]+',
				inputmode: 'numeric',
				autocomplete: 'off',
			}),
		),
	);

async function arrange(data) {
	const { accountId, paperId, applicationId, name, email, mobile } = Object.fromEntries(data);
	const candidate =
		applicationId === NEW
			? { candidate: { name, email, mobile: { code: '86', number: mobile } } }
			: { applicationId };
	if (!(await store.submit('arrange', 'POST', 'exams', { accountId, paperId, ...candidate })))
		return;
	dialogOf('arrange').close();
	store.update({ toast: ['toasts.arranged'] });
}
