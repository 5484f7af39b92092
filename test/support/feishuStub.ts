import type { IDataObject, INode } from 'n8n-workflow';

import type { FeishuClient } from '../../nodes/FeishuHireExam/transport/client';
import {
	type ErrorFacts,
	feishuApiError,
} from '../../nodes/FeishuHireExam/transport/errors/describe';
import type { FeishuCall } from '../../nodes/FeishuHireExam/transport/send';

const NODE = { name: 'Feishu Hire Exam', type: 'feishuHireExam' } as INode;

/** An error as the client throws it. */
export const rejection = (message: string, facts: Partial<ErrorFacts> = {}) =>
	feishuApiError(NODE, { message, description: '' }, { itemIndex: 0, ...facts });

/** Stands in for the client of the Open API: hands each call to `answer`, and keeps the calls. */
export function createFeishuStub(
	answer: (call: FeishuCall, index: number) => IDataObject | Promise<IDataObject>,
	baseUrl = 'https://open.feishu.cn',
) {
	const calls: FeishuCall[] = [];
	const feishu = {
		app: async () => await Promise.resolve({ baseUrl }),
		request: async (call: FeishuCall) => await answer(call, calls.push(call) - 1),
		error: (text: { message: string }) => rejection(text.message),
	} as Partial<Record<keyof FeishuClient, unknown>> as FeishuClient;
	return { feishu, calls };
}
