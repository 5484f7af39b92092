import { resolveWebhookDescriptionField } from 'n8n-workflow';

import { webhookDescription } from '../../../nodes/FeishuHireExam/webhook/webhookDescription';

it.each([
	['longConnection', ''],
	['webhook', 'POST'],
	[undefined, 'POST'],
])('spares newer n8n the expression when "delivery" is %s', (delivery, method) => {
	const node = { parameters: delivery ? { delivery } : {} };
	expect(resolveWebhookDescriptionField(node, webhookDescription, 'httpMethod')).toEqual({
		resolved: true,
		value: method,
	});
});
