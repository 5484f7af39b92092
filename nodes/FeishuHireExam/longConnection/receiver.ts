import { NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';

import type { EventDeduplicator } from '../events/deduplication/eventDeduplicator';
import { toEventItem } from '../events/eventItem';
import type { EventSettings } from '../events/settings';
import type { Clock } from '../transport/clock';
import { settle } from '../transport/concurrency';
import type { ErrorText } from '../transport/errors/codes';
import { startExecution } from './execution';
import type { ReceivedEvent } from './feed';
import { Gatherer } from './gatherer';
import { LongConnections } from './hub';
import { receiveInTest } from './manualTest';
import { nodeSubscriber } from './nodeSubscriber';

/** n8n activates these workflows by itself: nobody is there to read an error. */
const UNATTENDED = ['init', 'leadershipChange'];

/** The editor shows nothing but the message when a workflow cannot be published: there the advice is part of it. */
const publishingError = (node: INode, { message, description }: ErrorText) =>
	new NodeOperationError(node, `${message}. ${description}`);

/** Receives events over the long connection, for all trigger nodes of a process. */
export class LongConnectionReceiver {
	private readonly connections: LongConnections;

	constructor(
		private readonly clock: Clock,
		private readonly deduplicator: EventDeduplicator,
	) {
		this.connections = new LongConnections(clock);
	}

	/**
	 * Starts executions for the node's events until its workflow is unpublished. What passes by itself is waited for;
	 * what the user has to mend becomes a failed execution, if nobody is there who reads an error.
	 *
	 * @throws NodeOperationError for what the user has to mend, when the workflow is published.
	 */
	async listen(
		context: ITriggerFunctions,
		settings: EventSettings,
		combines: boolean,
	): Promise<ITriggerResponse> {
		const errorOf = (text: ErrorText) =>
			new NodeOperationError(context.getNode(), text.message, text);
		// Absent in older n8n. There the log alone tells, see `Connection`.
		const report = (text: ErrorText) => context.saveFailedExecution?.(errorOf(text));

		const gatherer = new Gatherer({
			clock: this.clock,
			combines,
			start: async (events) => await this.start(context, events, settings),
		});
		const subscription = this.connections.join({
			...nodeSubscriber(context, settings),
			isTest: false,
			handle: async (event) => await gatherer.add(event),
			onMend: report,
		});
		const attempt = await subscription.firstAttempt;
		if (attempt.kind === 'mend') {
			if (!UNATTENDED.includes(context.getActivationMode())) {
				await subscription.leave();
				throw publishingError(context.getNode(), attempt.text);
			}
			report(attempt.text);
		}
		return {
			closeFunction: async () => {
				gatherer.flush();
				await subscription.leave();
			},
		};
	}

	/**
	 * Waits for one event, as a test in the editor does; returns nothing when the user stops it.
	 *
	 * @throws NodeOperationError for what the user has to mend.
	 */
	async receiveOne(
		context: IExecuteFunctions,
		settings: EventSettings,
	): Promise<INodeExecutionData[]> {
		const outcome = await receiveInTest(
			this.connections,
			nodeSubscriber(context, settings),
			context.getExecutionCancelSignal(),
		);
		if (outcome.kind === 'stopped') return [];
		if (outcome.kind === 'mend') {
			throw new NodeOperationError(context.getNode(), outcome.text.message, outcome.text);
		}
		const { header, event } = outcome.event;
		return context.helpers.returnJsonArray(toEventItem(header, event, settings));
	}

	/** Closes all connections, and forgets everything. */
	async reset(): Promise<void> {
		await this.connections.reset();
	}

	/** Only the events of this execution are claimed, since the deduplicator waits for all that are. */
	private async start(
		context: ITriggerFunctions,
		events: ReceivedEvent[],
		settings: EventSettings,
	): Promise<void> {
		const claims = await Promise.all(
			events.map(async ({ header }) => await this.deduplicator.claimEvent(context, header)),
		);
		const claimed = events.filter((_, index) => claims[index] !== 'duplicate');
		if (claimed.length === 0) return;
		const items = context.helpers.returnJsonArray(
			claimed.map(({ header, event }) => toEventItem(header, event, settings)),
		);
		const started = await settle(async () => await startExecution(context, items));
		if (!started.error) return;
		for (const { header } of claimed) this.deduplicator.releaseEvent(context, header);
		throw started.error;
	}
}
