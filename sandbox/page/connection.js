import { h } from './dom.js';
import { dateTime, t } from './language.js';
import { button, card, copyable, disclosure, facts, refusalAt, tag } from './parts.js';
import { store } from './store.js';

const KEY = 'connection-details';

/** What to enter in n8n, and the two ways to receive events. */
export function connection({ app, requestUrl, longConnection }) {
	const isConnected = isReceiving({ requestUrl, longConnection });
	store.openAtFirst(KEY, !isConnected);
	return card(
		{
			id: 'connection',
			title: t('connection.title'),
			aside: isConnected
				? tag(t('connection.connected'), 'good')
				: tag(t('connection.notConnected'), 'warn'),
		},
		disclosure(KEY, [t('connection.summary')], () => [
			credential(app),
			requestUrlForm(requestUrl, longConnection),
			longConnectionPart(longConnection),
			ticket(),
		]),
	);
}

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

function requestUrlForm(requestUrl, { isUsed }) {
	const isChecking = store.pending === 'request-url';
	return h(
		'div',
		{},
		h('h4', {}, t('connection.url')),
		h('p', { class: 'hint' }, t('connection.urlHint')),
		requestUrl === null
			? !isUsed && h('p', { class: 'note' }, t('connection.noUrl'))
			: h(
					'ul',
					{ class: 'rows' },
					h(
						'li',
						{},
						h('span', { class: 'grow value' }, requestUrl),
						button(
							t('connection.remove'),
							() => store.submit('request-url', 'DELETE', 'request-url'),
							{ class: 'small' },
						),
					),
				),
		h(
			'form',
			{ class: 'inline', onsubmit: saveUrl },
			h(
				'label',
				{ class: 'field grow' },
				h('span', {}, t('connection.newUrl')),
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

/** The switch to the long connection, which takes the place of the request URL, and the clients that are connected. */
const longConnectionPart = ({ isUsed, clients }) =>
	h(
		'div',
		{},
		h('h4', {}, t('longConnection.title')),
		...(store.tenants.length > 0
			? [h('p', { class: 'hint' }, t('reasons.notForStoreApps'))]
			: [
					h('p', { class: 'hint', id: 'long-connection-about' }, t('longConnection.hint')),
					h(
						'ul',
						{ class: 'rows' },
						h(
							'li',
							{ key: 'switch' },
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
						clients.map(clientRow),
					),
					clients.length === 0 &&
						h('p', { class: isUsed ? 'note' : 'soft' }, t('longConnection.noClient')),
					refusalAt('long-connection'),
				]),
	);

const clientRow = ({ deviceId, connectedAt }) =>
	h(
		'li',
		{ key: deviceId },
		h(
			'div',
			{ class: 'grow' },
			h('p', { class: 'name' }, t('longConnection.client', { id: deviceId })),
			h('p', { class: 'soft' }, t('longConnection.since', { time: dateTime(connectedAt) })),
		),
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
	if (
		!(await store.submit('request-url', 'PUT', 'request-url', {
			url: form.elements.url.value.trim(),
		}))
	)
		return;
	form.reset();
	store.update({ toast: ['toasts.connected'] });
}
