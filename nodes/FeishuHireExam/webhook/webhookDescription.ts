import type { INodeParameters, IWebhookDescription } from 'n8n-workflow';

/** Where newer n8n looks for functions that stand for the expressions of a description; older n8n ignores it. */
const RESOLVERS = Symbol.for('n8n.webhookDescriptionResolvers');

/** Without a method there is no webhook. */
const httpMethod = {
	template: '={{ $parameter["delivery"] === "longConnection" ? "" : "POST" }}',
	resolve: ({ delivery }: INodeParameters) => (delivery === 'longConnection' ? '' : 'POST'),
};

/** The function spares n8n an evaluation of the expression on each call. */
export const webhookDescription: IWebhookDescription = {
	name: 'default',
	httpMethod: httpMethod.template,
	responseMode: 'onReceived',
	path: 'webhook',
	ndvHideUrl: '={{ $parameter["delivery"] === "longConnection" }}',
	...{ [RESOLVERS]: { httpMethod } },
};
