import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import type { FeishuCredentials } from './transport/platform';
import { passOnce } from './trigger/once';
import { receive } from './trigger/receive';

export class FeishuHireExamTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Feishu Hire Exam Trigger',
		name: 'feishuHireExamTrigger',
		icon: {
			light: 'file:../../icons/feishuHireExam.svg',
			dark: 'file:../../icons/feishuHireExam.dark.svg',
		},
		group: ['trigger'],
		version: [1],
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when a recruiter arranges an exam or a customer binds an account',
		eventTriggerDescription: 'Waiting for Feishu to send an event to the test URL',
		activationMessage:
			"Now enter the production URL of the trigger in the developer console, under 'Events & Callbacks' > 'Request URL', add its events there, and publish a version of the app.",
		defaults: { name: 'Feishu Hire Exam Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					"Feishu sends events to one URL per app.<br /><br /><b>While you build:</b> click 'Execute step', enter the <b>test URL</b> in the developer console under 'Events & Callbacks' > 'Request URL', and arrange an exam.<br /><br /><b>For real use:</b> publish the workflow and enter the <b>production URL</b> there instead.",
				active:
					"The workflow runs on its own on each event that Feishu sends to the <b>production URL</b>. See 'Executions' for what happened.<br /><br />To try a change, click 'Execute step' and enter the <b>test URL</b> in the developer console for the time being.",
			},
			activationHint:
				'Once the workflow is published, enter its production URL in the developer console. Feishu takes one URL per app.',
		},
		properties: [
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				options: [
					{
						name: 'Account Bound',
						value: 'accountBound',
						description: 'A customer added an exam account in Feishu Hire. Needs the scope hire:exam:readonly.',
					},
					{
						name: 'Exam Created',
						value: 'examCreated',
						description:
							'A recruiter arranged an exam for a candidate. Needs the scope hire:exam or hire:exam:readonly.',
					},
				],
				default: ['examCreated'],
				required: true,
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description: 'Whether to return a simplified version of the response instead of the raw data',
			},
		],
	};

	webhookMethods = {
		default: {
			/** Feishu cannot be asked which URL it sends to. */
			async checkExists(): Promise<boolean> {
				return false;
			},

			/** The URL is entered by hand in Feishu's console; what can be checked is that events will be. */
			async create(this: IHookFunctions): Promise<boolean> {
				const { verificationToken, encryptKey } =
					await this.getCredentials<FeishuCredentials>('feishuAppApi');
				if (!verificationToken && !encryptKey) {
					throw new NodeOperationError(
						this.getNode(),
						'The credential has neither an Encrypt Key nor a Verification Token',
						{
							description:
								"Without one of them anybody could send forged events. Copy them from 'Events & Callbacks' > 'Encryption Strategy' of the app in the developer console into the credential.",
						},
					);
				}
				return true;
			},

			async delete(): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const credentials = await this.getCredentials<FeishuCredentials>('feishuAppApi');
		const verdict = receive(
			{
				headers: this.getHeaderData(),
				rawBody: this.getRequestObject().rawBody,
				receivedAt: Date.now(),
			},
			{
				appId: credentials.appId.trim(),
				verificationToken: credentials.verificationToken,
				encryptKey: credentials.encryptKey,
				events: this.getNodeParameter('events') as string[],
			},
		);

		switch (verdict.kind) {
			case 'challenge':
				return { webhookResponse: { challenge: verdict.challenge } };
			case 'ignored':
				return { webhookResponse: {} };
			case 'refused':
				this.logger.warn(`Feishu Hire Exam Trigger refused a delivery: ${verdict.reason}`);
				this.getResponseObject().status(verdict.status).end();
				return { noWebhookResponse: true };
			case 'event': {
				const { header, event } = verdict;
				const json = this.getNodeParameter('simplify') ? { ...event, header } : { header, event };
				return { workflowData: [this.helpers.returnJsonArray(json as unknown as IDataObject)] };
			}
		}
	}

	/** Every event that `webhook` takes comes through here before the flow goes on. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await passOnce.call(this)];
	}
}
