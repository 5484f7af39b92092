import type { EventDispatcher } from '../events/dispatcher';
import { RefusedError } from '../reasons';
import type { Account, AccountInput, Application, Exam, ExamInput } from './entities';
import { STAGES } from './recruiting';
import type { Tenants } from './tenants';

/** What people do in Feishu Hire: each action changes a tenant, and the app is notified of it. */
export class Platform {
	constructor(
		private readonly tenants: Tenants,
		private readonly events: EventDispatcher,
	) {}

	bindAccount(input: AccountInput = {}): Account {
		const { accountId = '' } = input;
		if (this.tenants.accounts.some((known) => known.accountId === accountId))
			throw new RefusedError('accountExists', { accountId });
		const account = this.tenants.get(input.tenantKey).accounts.bind(input);
		account.isEventPushed = this.events.accountBound(account);
		return account;
	}

	arrangeExam(input: ExamInput): Exam {
		const account = this.tenants.accounts.find(({ accountId }) => accountId === input.accountId);
		const exam = this.tenants.get(account?.tenantKey).arrangeExam(input);
		exam.isEventPushed = this.events.examCreated(exam);
		return exam;
	}

	/** Feishu pushes no event for it. */
	markExam(examId: string, verdict: 'passed' | 'failed'): Exam {
		const exam = this.tenants.exams.find((known) => known.examId === examId);
		return this.tenants.get(exam?.tenantKey).markExam(examId, verdict);
	}

	moveApplication(applicationId: string, stage: keyof typeof STAGES): Application {
		const application = this.application(applicationId);
		const origin = application.stage;
		this.tenants.get(application.tenantKey).applications.move(application, STAGES[stage]);
		this.events.stageChanged(application, origin);
		return application;
	}

	deleteApplication(applicationId: string): Application {
		const application = this.application(applicationId);
		const { applications } = this.tenants.get(application.tenantKey);
		applications.delete((known) => known === application);
		this.events.applicationDeleted(application);
		return application;
	}

	/** Deletes a candidate with all their applications. */
	deleteTalent(talentId: string): Application {
		const application = this.tenants.applications.find((known) => known.talentId === talentId);
		if (!application) throw new RefusedError('talentNotFound', { talentId });
		const { applications } = this.tenants.get(application.tenantKey);
		applications.delete((known) => known.talentId === talentId);
		this.events.talentDeleted(application);
		return application;
	}

	private application(applicationId: string): Application {
		const application = this.tenants.applications.find(
			(known) => known.applicationId === applicationId,
		);
		if (!application) throw new RefusedError('applicationNotFound', { applicationId });
		return application;
	}
}
