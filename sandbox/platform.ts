import type { Events } from './events';
import { type Account, type AccountInput, type Exam, type ExamInput, RefusedError } from './state';
import type { Tenants } from './tenants';

/** What people do in Feishu Hire: each act changes the state of a tenant, and the app hears of it. */
export function createPlatform(tenants: Tenants, events: Events) {
	const tenant = (tenantKey?: string) => {
		const found = tenants.list().find((known) => tenantKey === undefined || known.tenantKey === tenantKey);
		if (!found) throw new RefusedError(404, `There is no tenant ${tenantKey ?? ''}`);
		return found;
	};

	return {
		bindAccount(input: AccountInput = {}): Account {
			if (tenants.accounts.some(({ accountId }) => accountId === input.accountId)) {
				throw new RefusedError(400, `There is an account ${input.accountId} already`);
			}
			const account = tenant(input.tenantKey).bindAccount(input);
			events.accountCreated(account);
			return account;
		},
		arrangeExam(input: ExamInput): Exam {
			const account = tenants.accounts.find(({ accountId }) => accountId === input.accountId);
			const exam = tenant(account?.tenantKey).arrangeExam(input);
			events.examCreated(exam);
			return exam;
		},
		markExam(examId: string, verdict: 'passed' | 'failed'): Exam {
			const exam = tenants.exams.find((known) => known.examId === examId);
			return tenant(exam?.tenantKey).markExam(examId, verdict);
		},
	};
}

export type Platform = ReturnType<typeof createPlatform>;
