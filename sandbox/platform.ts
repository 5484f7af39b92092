import type { Events } from './events';
import type { Account, AccountInput, Exam, ExamInput, State } from './state';

/** What people do in Feishu Hire: each act changes the state, and the app hears of it. */
export function createPlatform(state: State, events: Events) {
	return {
		bindAccount(input?: AccountInput): Account {
			const account = state.bindAccount(input);
			events.accountCreated(account);
			return account;
		},
		arrangeExam(input: ExamInput): Exam {
			const exam = state.arrangeExam(input);
			events.examCreated(exam);
			return exam;
		},
		markExam: (examId: string, verdict: 'passed' | 'failed'): Exam => state.markExam(examId, verdict),
	};
}

export type Platform = ReturnType<typeof createPlatform>;
