import type { SandboxApp } from '../app';
import type { Clock } from '../clock';
import { RefusedError } from '../reasons';
import type { Account, Application, Attachment, Exam, ManualResult } from './entities';
import { Tenant } from './tenant';

/** The tenants that have the app. The lists are those of all tenants. */
export class Tenants {
	private readonly known = new Map<string, Tenant>();

	constructor(
		private readonly app: SandboxApp,
		private readonly clock: Clock,
	) {}

	list(): Tenant[] {
		const { appType, tenantKey, tenantKeys } = this.app;
		return (appType === 'store' ? tenantKeys : [tenantKey]).map((key) => {
			const tenant = this.known.get(key) ?? new Tenant(key, this.known.size === 0, this.clock);
			this.known.set(key, tenant);
			return tenant;
		});
	}

	find(tenantKey: string): Tenant | undefined {
		return this.list().find((tenant) => tenant.tenantKey === tenantKey);
	}

	/** The tenant with this key, or the first one. */
	get(tenantKey?: string): Tenant {
		const tenant = tenantKey === undefined ? this.list()[0] : this.find(tenantKey);
		if (!tenant) throw new RefusedError('tenantNotFound', { tenantKey: tenantKey ?? '' });
		return tenant;
	}

	get accounts(): Account[] {
		return this.all(({ accounts }) => accounts.list);
	}

	get exams(): Exam[] {
		return this.all(({ exams }) => exams);
	}

	get applications(): Application[] {
		return this.all(({ applications }) => applications.list);
	}

	get manualResults(): ManualResult[] {
		return this.all(({ manualResults }) => manualResults);
	}

	get attachments(): Attachment[] {
		return this.all(({ attachments }) => attachments);
	}

	/** The lists of all tenants, one after the other; the list itself where there is one tenant. */
	private all<T>(listOf: (tenant: Tenant) => T[]): T[] {
		const [first, ...others] = this.list();
		return first && others.length === 0 ? listOf(first) : this.list().flatMap(listOf);
	}
}
