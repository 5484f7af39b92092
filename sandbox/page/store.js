import { ask, readState } from './api.js';

/** What the page shows. */
export const store = {
	/** The sandbox's state as the console API gave it last. */
	sandbox: undefined,
	isOnline: true,
	/** What the person opened: keys of entries, lists and secrets. */
	opened: new Set(),
	/** What came in with the latest look: keys of facts to draw the eye to. */
	fresh: new Set(),
	/** The latest piece of news, as key and values of a text. */
	news: undefined,
	/** The refusal of the last wish, and the form it belongs to. */
	refusal: undefined,
	/** The form whose wish is under way. */
	pending: undefined,
	/** Choices in the form "arrange an exam" that decide what else it asks. */
	arranging: {},
	/** How many calls the next fault shall hit. */
	faultTimes: 'always',
};

/** The tenants of a store app; none for a self-built app, which knows but one. */
export const tenants = () =>
	store.sandbox.app.appType === 'store' ? store.sandbox.app.tenantKeys : [];

let draw = () => {};

/** Names the function that draws the page; it runs after every change. */
export const onChange = (drawPage) => {
	draw = drawPage;
};

export function update(changes) {
	Object.assign(store, changes);
	draw();
}

export function toggle(key, isOpen = !store.opened.has(key)) {
	if (isOpen === store.opened.has(key)) return;
	if (isOpen) store.opened.add(key);
	else store.opened.delete(key);
	draw();
}

/** What arrived between two states: facts by key, each with the text that tells it. */
function arrivals(before, now) {
	const found = new Map();
	for (const exam of now.exams) {
		const known = before.exams.find(({ examId }) => examId === exam.examId);
		const values = { name: exam.candidate.name };
		if (exam.arrangement && !known?.arrangement) {
			found.set(`link-${exam.examId}`, [
				exam.arrangement.result === 0 ? 'newsLink' : 'newsNotArranged',
				values,
			]);
		}
		if (exam.result && exam.result.receivedAt !== known?.result?.receivedAt) {
			found.set(`result-${exam.examId}`, ['newsResult', values]);
		}
	}
	for (const { accountId, accountName, papers } of now.accounts) {
		const known = before.accounts.find((account) => account.accountId === accountId);
		if (papers.length > 0 && JSON.stringify(papers) !== JSON.stringify(known?.papers)) {
			found.set(`papers-${accountId}`, ['newsPapers', { name: accountName }]);
		}
	}
	return found;
}

let lastText;
let looks = 0;
let lastLook = 0;

/** Looks at the sandbox once; draws only when something changed. */
export async function refresh() {
	looks += 1;
	const look = looks;
	let text;
	try {
		text = await readState();
	} catch {
		if (store.isOnline) update({ isOnline: false });
		return;
	}
	// Of two looks at the same time, the older may come back later.
	if (look < lastLook || (text === lastText && store.isOnline)) return;
	lastLook = look;
	const wasOnline = store.isOnline;
	const sandbox = JSON.parse(text);
	const arrived = lastText === undefined ? new Map() : arrivals(store.sandbox, sandbox);
	const news = [...arrived.values()].at(-1) ?? (wasOnline ? undefined : ['newsOnline']);
	lastText = text;
	update({ sandbox, isOnline: true, ...(news && { news, fresh: new Set(arrived.keys()) }) });
}

/**
 * Does what the person asked for in a form (or at a button), then shows what came of it.
 * Gives whether it was done; a refusal is shown at the form.
 */
export async function wish(form, method, path, body) {
	if (store.pending === form) return false;
	update({ pending: form, refusal: undefined });
	try {
		const message = await ask(method, path, body);
		store.refusal = message && { form, message };
	} catch {
		store.isOnline = false;
		store.refusal = { form };
	}
	await refresh();
	update({ pending: undefined });
	return !store.refusal;
}
