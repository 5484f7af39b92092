import type { Events } from '../events/dispatcher';
import { STAGES } from './recruiting';
import {
	type Account,
	type AccountInput,
	type Application,
	type Exam,
	type ExamInput,
	RefusedError,
} from './tenant';
import type { Tenants } from './tenants';

/** What people do in Feishu Hire: each act changes the state of a tenant, and the app hears of it. */
export function createPlatform(tenants: Tenants, events: Events) {
	const tenant = (tenantKey?: string) => {
		const found = tenants
			.list()
			.find((known) => tenantKey === undefined || known.tenantKey === tenantKey);
		if (!found) throw new RefusedError(404, `There is no tenant ${tenantKey ?? ''}`);
		return found;
	};

	const find = (isMeant: (application: Application) => boolean) => {
		const application = tenants.applications.find(isMeant);
		if (!application) throw new RefusedError(404, 'There is no such application');
		return application;
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
		moveApplication(applicationId: string, stage: keyof typeof STAGES): Application {
			const application = find((known) => known.applicationId === applicationId);
			const origin = application.stage;
			tenant(application.tenantKey).moveApplication(application, STAGES[stage]);
			events.stageChanged(application, origin);
			return application;
		},
		deleteApplication(applicationId: string): Application {
			const application = find((known) => known.applicationId === applicationId);
			tenant(application.tenantKey).deleteApplications((known) => known === application);
			events.applicationDeleted(application);
			return application;
		},
		deleteTalent(talentId: string): Application {
			const application = find((known) => known.talentId === talentId);
			tenant(application.tenantKey).deleteApplications((known) => known.talentId === talentId);
			events.talentDeleted(application);
			return application;
		},
	};
}

export type Platform = ReturnType<typeof createPlatform>;
