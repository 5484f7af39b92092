import type { SandboxApp } from '../app';
import { listTests } from '../openApi/operations/tests';
import { State } from './tenant';

/** The tenants that have the app, each with a state of its own; the lists are those of all tenants. */
export class Tenants {
	private readonly states = new Map<string, State>();

	constructor(private readonly app: SandboxApp) {}

	list(): State[] {
		const { appType, tenantKey, tenantKeys } = this.app;
		return (appType === 'store' ? tenantKeys : [tenantKey]).map((key) => {
			const state = this.states.get(key) ?? new State(key, this.states.size === 0);
			this.states.set(key, state);
			return state;
		});
	}

	find(tenantKey: string): State | undefined {
		return this.list().find((tenant) => tenant.tenantKey === tenantKey);
	}

	/** The lists of all tenants, one after the other; the list itself where there is one tenant. */
	private all<T>(listOf: (tenant: State) => T[]): T[] {
		const [first, ...others] = this.list();
		return first && others.length === 0 ? listOf(first) : this.list().flatMap(listOf);
	}

	get accounts() {
		return this.all(({ accounts }) => accounts);
	}

	get exams() {
		return this.all(({ exams }) => exams);
	}

	get applications() {
		return this.all(({ applications }) => applications);
	}

	get manualResults() {
		return this.all(({ manualResults }) => manualResults);
	}

	get attachments() {
		return this.all(({ attachments }) => attachments);
	}

	/** Of exam accounts. */
	get customFields() {
		return this.list().flatMap(({ customFields }) => customFields[2].list);
	}

	/** As 获取笔试列表 shows them. */
	get tests() {
		return this.list().flatMap(listTests);
	}
}
