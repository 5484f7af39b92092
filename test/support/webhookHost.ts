import fastify from 'fastify';
import { HookContext, WebhookContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeParameters,
	IWebhookFunctions,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node.js';
import { TestCredentialsHelper } from './credentials';
import { additionalDataFor, workflowWith } from './engine';

const trigger = new FeishuHireExamTrigger();

export interface WebhookHost {
	url: string;
	/** `json` of each execution that was started. */
	started: IDataObject[];
	/** The next execution is not started, but answered with a 500, as when n8n's database is busy. */
	failNext(): void;
	close(): Promise<void>;
}

/** A workflow with the trigger node alone, as the editor adds it. */
function workflowOf(parameters: INodeParameters) {
	const { workflow, node } = workflowWith('feishuHireExamTrigger', parameters);
	node.typeVersion = trigger.description.version as number;
	return { workflow, node };
}

const webhookDataOf = (workflow: Workflow, node: INode) => ({
	httpMethod: 'POST' as const,
	node: node.name,
	path: 'webhook',
	webhookDescription: trigger.description.webhooks?.[0] as never,
	workflowId: workflow.id,
	workflowExecuteAdditionalData: additionalDataFor(new TestCredentialsHelper({})),
});

/** Runs the trigger node's activation as n8n does; rejects when the node refuses. */
export async function activate(
	credentials: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
): Promise<boolean> {
	const { workflow, node } = workflowOf(parameters);
	const context = new HookContext(
		workflow,
		node,
		additionalDataFor(new TestCredentialsHelper(credentials)),
		'trigger',
		'activate',
		webhookDataOf(workflow, node),
	);
	return await trigger.webhookMethods.default.create.call(context);
}

/** n8n knows each credential by an ID of its own. */
let hosts = 0;

/** The trigger node in n8n's webhook context, behind real HTTP. */
export async function startWebhookHost(
	credentials: ICredentialDataDecryptedObject | TestCredentialsHelper,
	parameters: INodeParameters,
	mode: WorkflowExecuteMode = 'webhook',
): Promise<WebhookHost> {
	const { workflow, node } = workflowOf(parameters);
	hosts += 1;
	node.credentials = { feishuAppApi: { id: `host-${hosts}`, name: 'Feishu App' } };
	const started: IDataObject[] = [];
	let isFailing = false;
	const server = fastify({ bodyLimit: 16 * 1024 * 1024 });
	server.removeAllContentTypeParsers();
	server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
	server.post('/webhook', async (request, reply) => {
		const additionalData = additionalDataFor(
			credentials instanceof TestCredentialsHelper
				? credentials
				: new TestCredentialsHelper(credentials),
		);
		Object.assign(additionalData, {
			httpRequest: { headers: request.headers, rawBody: request.body },
			httpResponse: {
				get statusCode() {
					return reply.statusCode;
				},
				once: (event: string, listener: () => void) => reply.raw.once(event, listener),
				status(code: number) {
					reply.code(code);
					return this;
				},
				end: () => reply.send(),
			},
		});
		const context: IWebhookFunctions = new WebhookContext(
			workflow,
			node,
			additionalData,
			mode,
			webhookDataOf(workflow, node),
			[],
			null,
		);
		const { noWebhookResponse, webhookResponse, workflowData } =
			await trigger.webhook.call(context);
		if (isFailing) {
			isFailing = false;
			return await reply.code(500).send({ message: 'Workflow could not be started!' });
		}
		started.push(...(workflowData ?? []).flat().map(({ json }) => json));
		if (!noWebhookResponse)
			await reply.send(webhookResponse ?? { message: 'Workflow was started' });
	});
	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	return {
		url: `${url}/webhook`,
		started,
		failNext: () => {
			isFailing = true;
		},
		close: async () => await server.close(),
	};
}
