import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { EventDeduplicator } from './events/deduplication/eventDeduplicator';
import { toEventItem } from './events/eventItem';
import { eventCollections, events, simplify } from './events/properties';
import { readSettings } from './events/settings';
import { tellBegun } from './longConnection/execution';
import { combineBursts, delivery, readDelivery } from './longConnection/properties';
import { LongConnectionReceiver } from './longConnection/receiver';
import { ItemParameters, triggerParameters } from './parameters/itemParameters';
import { CREDENTIAL } from './transport/app';
import type { FeishuCredentials } from './transport/app';
import { storeAppTicket } from './transport/auth/appTicket';
import { systemClock } from './transport/clock';
import { CredentialCache } from './webhook/credentialCache';
import { canVerify, readDeliveryKeys } from './webhook/deliveryKeys';
import { triggerPanel } from './webhook/triggerPanel';
import { verifyDelivery } from './webhook/verifyDelivery';
import type { Delivery, Verdict } from './webhook/verifyDelivery';
import { webhookDescription } from './webhook/webhookDescription';

/** These serve all nodes of the process. */
const deduplicator = new EventDeduplicator(systemClock);
const credentialCache = new CredentialCache(systemClock);
const longConnectionReceiver = new LongConnectionReceiver(systemClock, deduplicator);

const properties = [delivery, events, simplify, combineBursts, ...eventCollections];

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
		version: 2,
		subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
		// In the nodes panel it stands for the action node, too.
		description:
			'Return exam links and results, sync exam papers and read exams, or start a workflow when an exam is arranged or an account is bound',
		eventTriggerDescription: 'Waiting for Feishu to send an event',
		activationMessage:
			"Now tell Feishu how to send events. In the developer console, under 'Events & Callbacks' > 'Event Configuration': choose 'Receive events through persistent connection', or enter the production URL of the trigger as 'Request URL', as you selected in the trigger. Add its events, then publish a version of the app.",
		defaults: { name: 'Feishu Hire Exam Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		webhooks: [webhookDescription],
		triggerPanel,
		properties,
	};

	webhookMethods = {
		default: {
			/** Feishu cannot be asked which URL it sends to. */
			async checkExists(): Promise<boolean> {
				return false;
			},

			/** The URL is entered by hand in Feishu's console; what can be checked is that events will be verified. */
			async create(this: IHookFunctions): Promise<boolean> {
				readSettings(triggerParameters(this, properties));
				const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL);
				if (canVerify(readDeliveryKeys(credentials))) return true;
				throw new NodeOperationError(
					this.getNode(),
					'The credential has neither an Encrypt Key nor a Verification Token',
					{
						description:
							"Without one of them anybody could send forged events. Copy them from 'Events & Callbacks' > 'Encryption Strategy' of the app in the developer console into the credential.",
					},
				);
			},

			async delete(): Promise<boolean> {
				return true;
			},
		},
	};

	/** Of a node with a webhook, there is nothing to hold open. */
	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const parameters = triggerParameters(this, properties);
		const { isLongConnection, combinesBursts } = readDelivery(parameters);
		if (!isLongConnection) return {};
		return await longConnectionReceiver.listen(this, readSettings(parameters), combinesBursts);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { rawBody } = this.getRequestObject() as { rawBody?: Buffer };
		const delivery: Delivery = {
			headers: this.getHeaderData(),
			// n8n reads no raw body of a form.
			rawBody: rawBody ?? Buffer.alloc(0),
			receivedAt: systemClock.now(),
		};
		const { credentials, verdict } = await credentialCache.verifyWith(this, (read) =>
			verifyDelivery(delivery, {
				...readDeliveryKeys(read),
				readSettings: () => readSettings(triggerParameters(this, properties)),
			}),
		);

		switch (verdict.kind) {
			case 'challenge':
				return { webhookResponse: { challenge: verdict.challenge } };
			case 'ignored':
				return { webhookResponse: {} };
			case 'refused':
				this.logger.warn(`Feishu Hire Exam Trigger refused a delivery: ${verdict.reason}`);
				return answerStatus.call(this, verdict.status);
			case 'ticket':
				if (credentials.appType === 'store') {
					await storeAppTicket.call(this, credentials, verdict.ticket);
				}
				return { webhookResponse: {} };
			case 'event':
				return await startExecution.call(this, verdict);
		}
	}

	/**
	 * Every event passes here before the rest of the workflow runs. A test of the long connection in the editor begins
	 * here, too.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getMode() === 'manual') {
			const parameters = new ItemParameters(this, properties, 0);
			if (readDelivery(parameters).isLongConnection) {
				return [await longConnectionReceiver.receiveOne(this, readSettings(parameters))];
			}
		}
		// In queue mode another process claimed the events: then it takes a second and more to find repeats.
		const isQuick = deduplicator.hasClaimed(this);
		if (!isQuick) tellBegun(this);
		const items = await deduplicator.dropDuplicates(this);
		// Later events are not claimed before, as the deduplicator would wait for them.
		if (isQuick) tellBegun(this);
		return [items];
	}
}

/** What is used of Express's response. */
interface Response {
	statusCode: number;
	status(code: number): { end(): void };
	once(event: 'close', listener: () => void): void;
}

/** Answers a status and nothing else. */
function answerStatus(this: IWebhookFunctions, status: number): IWebhookResponseData {
	const response = this.getResponseObject() as Response;
	response.status(status).end();
	return { noWebhookResponse: true };
}

type EventVerdict = Extract<Verdict, { kind: 'event' }>;

async function startExecution(
	this: IWebhookFunctions,
	{ header, event, settings }: EventVerdict,
): Promise<IWebhookResponseData> {
	switch (await deduplicator.claimEvent(this, header)) {
		case 'duplicate':
			return { webhookResponse: {} };
		case 'unsettled':
			return answerStatus.call(this, 503);
		case 'claimed': {
			const response = this.getResponseObject() as Response;
			response.once('close', () => {
				// n8n answers so when it could not start the execution. Feishu sends the event again.
				if (response.statusCode >= 500) deduplicator.releaseEvent(this, header);
			});
			return {
				workflowData: [this.helpers.returnJsonArray(toEventItem(header, event, settings))],
			};
		}
	}
}
