import { fetchState, sendAction } from './api.js';

/** What the page shows. */
export const store = {
	/** The latest state of the sandbox, from its console API. */
	sandbox: undefined,
	isOnline: true,
	/** What the user opened: keys of entries, lists and secrets. */
	opened: new Set(),
	/** What arrived with the latest poll: keys of facts to highlight. */
	fresh: new Set(),
	/** The message shown for a short time, as key and values of a text. */
	toast: undefined,
	/** The form of the last action when it failed, and the reason when it was refused. */
	refusal: undefined,
	/** The form whose action is in flight. */
	pending: undefined,
	/** Whether the details of the connection were shown before. */
	isConnectionShown: false,
	/** Choices in the form "arrange an exam" that other fields depend on. */
	arranging: {},
	/** How many calls the next fault applies to. */
	faultTimes: 'always',
};

/** The tenants of a store app; none for a self-built app, which has only one. */
export const tenants = () =>
	store.sandbox.app.appType === 'store' ? store.sandbox.app.tenantKeys : [];

const changes = new EventTarget();

/** Names the function that draws the page; it runs after every change. */
export const onChange = (draw) => changes.addEventListener('change', () => draw());

const draw = () => changes.dispatchEvent(new Event('change'));

export function update(changed) {
	Object.assign(store, changed);
	draw();
}

export function toggle(key, isOpen = !store.opened.has(key)) {
	if (isOpen === store.opened.has(key)) return;
	if (isOpen) store.opened.add(key);
	else store.opened.delete(key);
	draw();
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What arrived between two states: keys of facts, each with the toast for it. */
function arrivals(before, now) {
	return new Map([...examArrivals(before, now), ...paperArrivals(before, now)]);
}

function examArrivals(before, now) {
	const found = new Map();
	for (const exam of now.exams) {
		const known = before.exams.find(({ examId }) => examId === exam.examId);
		const values = { name: exam.candidate.name };
		if (exam.arrangement && !known?.arrangement) {
			found.set(`link-${exam.examId}`, [
				exam.arrangement.result === 0 ? 'toasts.link' : 'toasts.notArranged',
				values,
			]);
		}
		if (exam.result && !isSame(exam.result, known?.result)) {
			found.set(`result-${exam.examId}`, ['toasts.result', values]);
		}
	}
	return found;
}

function paperArrivals(before, now) {
	const found = new Map();
	for (const { accountId, accountName, papers } of now.accounts) {
		const known = before.accounts.find((account) => account.accountId === accountId);
		if (papers.length > 0 && !isSame(papers, known?.papers)) {
			found.set(`papers-${accountId}`, ['toasts.papers', { name: accountName }]);
		}
	}
	return found;
}

/** Fetches the state of the sandbox, and draws the page when it has changed. */
class Poller {
	started = 0;

	/** The number of the poll that was answered last, and its answer. */
	latest = 0;

	async poll() {
		this.started += 1;
		const number = this.started;
		let text;
		try {
			text = await fetchState();
		} catch {
			if (store.isOnline) update({ isOnline: false });
			return;
		}
		// Of two polls in flight, the older may be answered later.
		if (number < this.latest || (text === this.text && store.isOnline)) return;
		this.latest = number;
		const isFirst = this.text === undefined;
		this.text = text;
		this.show(JSON.parse(text), isFirst);
	}

	show(sandbox, isFirst) {
		const arrived = isFirst ? new Map() : arrivals(store.sandbox, sandbox);
		const toast = [...arrived.values()].at(-1) ?? (store.isOnline ? undefined : ['toasts.online']);
		update({ sandbox, isOnline: true, ...(toast && { toast, fresh: new Set(arrived.keys()) }) });
	}
}

const poller = new Poller();

export const poll = async () => await poller.poll();

/**
 * Sends the action of a form or a button, then shows what has changed. Gives whether it was carried out; why not is
 * shown at the form.
 */
export async function submit(form, method, path, body) {
	if (store.pending === form) return false;
	update({ pending: form, refusal: undefined });
	try {
		const reason = await sendAction(method, path, body);
		store.refusal = reason && { form, reason };
	} catch {
		store.isOnline = false;
		store.refusal = { form };
	}
	await poll();
	update({ pending: undefined });
	return !store.refusal;
}
