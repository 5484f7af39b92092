import { h } from './dom.js';
import { dateTime, t } from './language.js';
import { button, card, copyable, disclosure, facts, refusalAt, tag } from './parts.js';
import { store } from './store.js';

const KEY = 'connection-details';

/** In the URL of a trigger that is tested in n8n's editor, and in that of a published one. */
const TEST_PATH = '/webhook-test/';
const PRODUCTION_PATH = '/webhook/';

const saveRequestUrl = (form, url) => store.submit(form, 'PUT', 'request-url', { url });

/** What to enter in n8n, how events are received now, and the two ways to receive them. */
export function connection({ app, requestUrl, longConnection }) {
	const isConnected = isReceiving({ requestUrl, longConnection });
	store.openAtFirst(KEY, !isConnected);
	const isStoreApp = store.tenants.length > 0;
	return card(
		{
			id: 'connection',
			title: t('connection.title'),
			aside: isConnected
				? tag(t('connection.connected'), 'good')
				: tag(t('connection.notConnected'), 'warn'),
		},
		delivery(requestUrl, longConnection, isStoreApp),
		requestUrl?.includes(TEST_PATH) && testUrlNote(requestUrl),
		disclosure(KEY, [t('connection.summary')], () => [
			credential(app),
			longConnectionPart(longConnection, isStoreApp),
			requestUrlForm(),
			ticket(),
		]),
		disclosure('test-trigger', [t('testTrigger.title')], () => testSteps(isStoreApp)),
	);
}

/** Whether the app has a way to receive events; without one, none is pushed. */
export const isSubscribed = ({ requestUrl, longConnection }) =>
	requestUrl !== null || longConnection.isUsed;

/** Whether events can get to the workflow. */
export const isReceiving = ({ requestUrl, longConnection }) =>
	requestUrl !== null || (longConnection.isUsed && longConnection.clients.length > 0);

function credential({ appId, appSecret, verificationToken, encryptKey }) {
	// The names of the credential's fields, which n8n and Feishu's developer console show in English only.
	const rows = {
		'Base URL': location.origin,
		'App ID': appId,
		'App Secret': appSecret,
		'Verification Token': verificationToken,
		'Encrypt Key': encryptKey,
	};
	return h(
		'div',
		{},
		h('h4', {}, t('connection.credential')),
		h('p', { class: 'hint' }, t('connection.credentialHint')),
		facts(
			['Platform', h('span', { class: 'value' }, 'Custom')],
			store.tenants.length > 0 && ['App Type', h('span', { class: 'value' }, 'Store')],
			...store.tenants.map((tenantKey) => [
				'Tenant Key',
				copyable(tenantKey, 'Tenant Key'),
				tenantKey,
			]),
			...Object.entries(rows).map(([name, value]) => [
				name,
				value ? copyable(value, name) : t('notSet'),
			]),
		),
	);
}

/** How events are received now, and which clients are connected. */
function delivery(requestUrl, { isUsed, clients }, isStoreApp) {
	const way = isUsed ? 'longConnection' : requestUrl === null ? 'none' : 'url';
	return facts(
		[t('connection.way'), t(`connection.ways.${way}`)],
		requestUrl !== null && [
			t('connection.url'),
			[
				h('span', { class: 'value' }, requestUrl),
				button(t('connection.remove'), () => store.submit('request-url', 'DELETE', 'request-url'), {
					class: 'small',
				}),
			],
		],
		(clients.length > 0 || !isStoreApp) && [
			t('longConnection.clients'),
			clients.length > 0
				? h('ul', {}, clients.map(clientRow))
				: h('span', { class: isUsed ? 'bad' : 'soft' }, t('longConnection.noClient')),
		],
	);
}

const clientRow = ({ deviceId, connectedAt }) =>
	h(
		'li',
		{ key: deviceId },
		t('longConnection.client', { id: deviceId }),
		' · ',
		h('span', { class: 'soft' }, t('longConnection.since', { time: dateTime(connectedAt) })),
	);

/** A test URL responds only while the trigger is tested in the editor. */
const testUrlNote = (requestUrl) =>
	h(
		'div',
		{ class: 'with-copy' },
		h('p', { class: 'note' }, t('connection.testUrl')),
		button(
			t('connection.toProduction'),
			() => saveRequestUrl('production-url', requestUrl.replace(TEST_PATH, PRODUCTION_PATH)),
			{ class: 'small' },
		),
		refusalAt('production-url'),
	);

/** How to test a trigger in the editor. */
const testSteps = (isStoreApp) => [
	h(
		'ol',
		{ class: 'numbered' },
		['open', 'listen', 'enter', 'act', 'back'].map((step) =>
			h('li', { key: step }, t(`testTrigger.${step}`)),
		),
	),
	!isStoreApp && h('p', { class: 'hint' }, t('testTrigger.longConnection')),
];

function requestUrlForm() {
	const isChecking = store.pending === 'request-url';
	return h(
		'div',
		{},
		h('h4', {}, t('connection.webhook')),
		h('p', { class: 'hint' }, t('connection.urlHint')),
		h(
			'form',
			{ class: 'inline', onsubmit: saveUrl },
			h(
				'label',
				{ class: 'field grow' },
				h('span', {}, t('connection.url')),
				h('input', {
					name: 'url',
					type: 'url',
					required: true,
					placeholder: 'http://127.0.0.1:5678/webhook/…',
					autocomplete: 'off',
				}),
			),
			h(
				'button',
				{ 'aria-disabled': String(isChecking) },
				t(isChecking ? 'connection.checking' : 'connection.save'),
			),
		),
		refusalAt('request-url'),
	);
}

/** The switch to the long connection, which takes the place of the request URL. */
const longConnectionPart = ({ isUsed }, isStoreApp) =>
	h(
		'div',
		{},
		h('h4', {}, t('longConnection.title')),
		...(isStoreApp
			? [h('p', { class: 'hint' }, t('reasons.notForStoreApps'))]
			: [
					h('p', { class: 'hint', id: 'long-connection-about' }, t('longConnection.hint')),
					h(
						'div',
						{ class: 'setting' },
						h('p', { class: 'grow name', id: 'long-connection' }, t('longConnection.use')),
						h('button', {
							type: 'button',
							class: 'switch',
							role: 'switch',
							'aria-checked': String(isUsed),
							'aria-labelledby': 'long-connection',
							'aria-describedby': 'long-connection-about',
							onclick: () =>
								store.submit('long-connection', isUsed ? 'DELETE' : 'PUT', 'long-connection'),
						}),
					),
					refusalAt('long-connection'),
				]),
	);

/** Pushes a ticket at once, which Feishu does each hour. */
const ticket = () =>
	store.tenants.length > 0 &&
	h(
		'div',
		{},
		h('h4', {}, t('ticket.title')),
		h('p', { class: 'hint' }, t('ticket.hint')),
		h('div', { class: 'buttons' }, button(t('ticket.push'), pushTicket)),
		refusalAt('ticket'),
	);

async function pushTicket() {
	if (await store.submit('ticket', 'POST', 'ticket')) store.update({ toast: ['toasts.ticket'] });
}

async function saveUrl(event) {
	event.preventDefault();
	const form = event.target;
	if (!(await saveRequestUrl('request-url', form.elements.url.value.trim()))) return;
	form.reset();
	store.update({ toast: ['toasts.connected'] });
}
