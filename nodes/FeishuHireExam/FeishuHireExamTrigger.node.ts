import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { admit, passOnce } from './events/claimEvent';
import { filterProperty, readFilters } from './events/filters';
import { CREDENTIAL } from './transport/app';
import type { FeishuCredentials } from './transport/app';
import { storeAppTicket } from './transport/auth/appTicket';
import { judge } from './webhook/credentialCache';
import { receive } from './webhook/verifyDelivery';

const steps = (...lines: string[]) =>
	lines.map((line, index) => `<br />${index + 1}. ${line}`).join('');

/** What is to be done in Feishu's developer console. */
const enterUrl = (url: 'test' | 'production') => [
	`In the developer console open 'Events & Callbacks' > 'Event Configuration' of the app, enter the <b>${url} URL</b> as 'Request URL', and add the events chosen here.`,
	"Under 'Version Management & Release' publish a version of the app. Events come from then on.",
];

export class FeishuHireExamTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Feishu Hire Exam Trigger',
		name: 'feishuHireExamTrigger',
		icon: {
			light: 'file:../../icons/feishuHireExam.svg',
			dark: 'file:../../icons/feishuHireExam.dark.svg',
		},
		group: ['trigger'],
		// For a webhook of version 1 n8n evaluates an expression on each call, as the first Webhook node needs it.
		version: [1, 2],
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when a recruiter arranges an exam, a customer binds an account, or an application moves or is deleted',
		eventTriggerDescription: 'Waiting for Feishu to send an event to the test URL',
		activationMessage:
			"Now tell Feishu where to send events. In the developer console, under 'Events & Callbacks' > 'Event Configuration': enter the production URL of the trigger as 'Request URL', add its events, then publish a version of the app.",
		defaults: { name: 'Feishu Hire Exam Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive: [
					'Feishu sends all events of an app to one URL.',
					`<b>While you build</b>${steps("Click 'Execute step' here, so that the test URL answers.", ...enterUrl('test'), 'Arrange an exam in Feishu Hire.')}`,
					`<b>For real use</b>${steps('Publish this workflow.', ...enterUrl('production'))}`,
				].join('<br /><br />'),
				active: [
					"The workflow runs on its own on each event that Feishu sends to the <b>production URL</b>. See 'Executions' for what happened.",
					`<b>If nothing comes</b>${steps(...enterUrl('production'))}`,
					"To try a change, click 'Execute step', and enter the <b>test URL</b> in the developer console for the time being.",
				].join('<br /><br />'),
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
						description:
							'A customer added an exam account in Feishu Hire. Needs the scope hire:exam:readonly.',
					},
					{
						name: 'Application Deleted',
						value: 'applicationDeleted',
						description:
							'Applications were deleted, so what your system holds of them can go. Needs the scope hire:application:readonly.',
					},
					{
						name: 'Application Stage Changed',
						value: 'applicationStageChanged',
						description:
							"A recruiter moved a candidate's application to another stage. Needs the scope hire:application:readonly.",
					},
					{
						name: 'Exam Created',
						value: 'examCreated',
						description:
							'A recruiter arranged an exam for a candidate. Needs the scope hire:exam or hire:exam:readonly.',
					},
					{
						name: 'Talent Deleted',
						value: 'talentDeleted',
						description:
							'A candidate was deleted, so what your system holds of them can go. Needs the scope hire:talent:readonly.',
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
				description:
					'Whether to return a simplified version of the response instead of the raw data',
			},
			filterProperty,
		],
		// What customers enter for an account, such as the key to an exam system.
		sensitiveOutputFields: ['custom_field_list[*].value', 'event.custom_field_list[*].value'],
	};

	webhookMethods = {
		default: {
			/** Feishu cannot be asked which URL it sends to. */
			async checkExists(): Promise<boolean> {
				return false;
			},

			/** The URL is entered by hand in Feishu's console; what can be checked is that events will be. */
			async create(this: IHookFunctions): Promise<boolean> {
				readFilters.call(this);
				const { verificationToken, encryptKey } =
					await this.getCredentials<FeishuCredentials>(CREDENTIAL);
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
		const delivery = {
			headers: this.getHeaderData(),
			// n8n reads no raw body of a form.
			rawBody: (this.getRequestObject().rawBody as Buffer | undefined) ?? Buffer.alloc(0),
			receivedAt: Date.now(),
		};
		const events = this.getNodeParameter('events') as string[];
		const filters = readFilters.call(this);
		const { credentials, verdict } = await judge.call(
			this,
			({ appId, verificationToken, encryptKey }) =>
				receive(delivery, { appId: appId.trim(), verificationToken, encryptKey, events, filters }),
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
			case 'ticket':
				if (credentials.appType === 'store')
					await storeAppTicket.call(this, credentials, verdict.ticket);
				return { webhookResponse: {} };
			case 'event': {
				const { header, event } = verdict;
				const admission = await admit.call(this, header);
				if (admission === 'repeat') return { webhookResponse: {} };
				if (admission === 'unsettled') {
					this.getResponseObject().status(503).end();
					return { noWebhookResponse: true };
				}
				const json = this.getNodeParameter('simplify') ? { ...event, header } : { header, event };
				return { workflowData: [this.helpers.returnJsonArray(json)] };
			}
		}
	}

	/** Every event that `webhook` takes comes through here before the flow goes on. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await passOnce.call(this)];
	}
}
