import { fetchState } from './api.js';

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

/** Keeps the store's state of the sandbox up to date. */
export class Poller {
	#store;
	/** The latest state, as it was received. */
	#lastText;
	#pollsStarted = 0;
	/** The number of the poll that gave the latest state. */
	#lastPoll = 0;

	constructor(store) {
		this.#store = store;
	}

	/** Fetches the state once; updates the store only when it changed. */
	async poll() {
		this.#pollsStarted += 1;
		const number = this.#pollsStarted;
		let text;
		try {
			text = await fetchState();
		} catch {
			if (this.#store.isOnline) this.#store.update({ isOnline: false });
			return;
		}
		// Of two polls in flight, the older may be answered later.
		if (number < this.#lastPoll || (text === this.#lastText && this.#store.isOnline)) return;
		this.#lastPoll = number;
		this.#lastText = text;
		this.#show(JSON.parse(text));
	}

	#show(sandbox) {
		const { sandbox: before, isOnline: wasOnline } = this.#store;
		const arrived = before ? arrivals(before, sandbox) : new Map();
		const toast = [...arrived.values()].at(-1) ?? (wasOnline ? undefined : ['toasts.online']);
		this.#store.update({
			sandbox,
			isOnline: true,
			...(toast && { toast, fresh: new Set(arrived.keys()) }),
		});
	}
}
