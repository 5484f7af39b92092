import { InvalidValue } from '../../nodes/FeishuHireExam/parameters/values/invalidValue';

/** What a reader says is wrong with a value. */
export function complaintAbout(read: () => unknown): string {
	try {
		return `none: it gives ${JSON.stringify(read())}`;
	} catch (error) {
		if (error instanceof InvalidValue) return error.message;
		throw error;
	}
}
