import { webhookDescription } from '../../nodes/FeishuHireExam/webhook/webhookDescription';
import { workflowWith } from '../support/engine';

it.each([
	['the long connection', { delivery: 'longConnection' }, ''],
	['the webhook', { delivery: 'webhook' }, 'POST'],
	['neither, as in workflows from before there was a choice', {}, 'POST'],
])('has the method of a trigger that selects %s', (_, parameters, method) => {
	const { workflow, node } = workflowWith('feishuHireExamTrigger', parameters);
	const { httpMethod } = webhookDescription;
	expect(
		workflow.expression.getSimpleParameterValue(node, httpMethod, 'internal', {}, undefined, 'GET'),
	).toBe(method);
});
