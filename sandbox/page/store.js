import { sendAction } from './api.js';
import { Poller } from './poller.js';

/** What the page shows, and the actions that change it. */
class Store {
	/** The latest state of the sandbox, from its console API. */
	sandbox = undefined;
	isOnline = true;
	/** What the user opened: keys of entries, lists and secrets. */
	opened = new Set();
	/** What arrived with the latest poll: keys of facts to highlight. */
	fresh = new Set();
	/** The message shown for a short time, as key and values of a text. */
	toast = undefined;
	/** The form of the last action when it failed, and the reason when it was refused. */
	refusal = undefined;
	/** The form whose action is in flight. */
	pending = undefined;
	/** Choices in the form "arrange an exam" that other fields depend on. */
	arranging = {};
	/** The exam that the form "take exam" is about. */
	taking = undefined;
	/** How many calls the next fault applies to. */
	faultTimes = 'always';

	#poller = new Poller(this);
	/** What `openAtFirst` has decided about: keys of entries. */
	#decided = new Set();
	#draw = () => {};

	/** The tenants of a store app; none for a self-built app, which has only one. */
	get tenants() {
		const { app } = this.sandbox;
		return app.appType === 'store' ? app.tenantKeys : [];
	}

	/** Names the function that draws the page; it runs after every change. */
	onChange(draw) {
		this.#draw = draw;
	}

	update(changes) {
		Object.assign(this, changes);
		this.#draw();
	}

	toggle(key, isOpen = !this.opened.has(key)) {
		if (isOpen === this.opened.has(key)) return;
		if (isOpen) this.opened.add(key);
		else this.opened.delete(key);
		this.#draw();
	}

	/** Decides whether an entry is open when it is drawn first; afterwards it is as the user leaves it. */
	openAtFirst(key, isOpen) {
		if (isOpen && !this.#decided.has(key)) this.opened.add(key);
		this.#decided.add(key);
	}

	/** Fetches the state of the sandbox once. */
	poll() {
		return this.#poller.poll();
	}

	/**
	 * Sends the action of a form or a button, then shows what has changed. Gives whether it was carried out; why not is
	 * shown at the form.
	 */
	async submit(form, method, path, body, timeoutMs) {
		if (this.pending === form) return false;
		this.update({ pending: form, refusal: undefined });
		try {
			const reason = await sendAction(method, path, body, timeoutMs);
			this.refusal = reason && { form, reason };
		} catch {
			this.isOnline = false;
			this.refusal = { form };
		}
		await this.poll();
		this.update({ pending: undefined });
		return !this.refusal;
	}
}

export const store = new Store();
