import type { IncomingMessage, ServerResponse } from 'node:http';

import { startRecordingServer } from './recordingServer';
import type { TestNode } from './workflows';

/** What the last node of a workflow calls: it counts how often the workflow ran for an event. */
export class RunRecorder {
	/** The executions that called, by event. */
	private readonly executions = new Map<string, Set<string>>();

	/** Executions whose process died while they waited for the response. */
	readonly interrupted = new Set<string>();

	private readonly held = new Set<ServerResponse>();

	private isHolding = false;

	private server?: Awaited<ReturnType<typeof startRecordingServer>>;

	async start(): Promise<this> {
		this.server = await startRecordingServer((request, response) => this.answer(request, response));
		return this;
	}

	async close(): Promise<void> {
		await this.server?.close();
	}

	/**
	 * A node that calls, once for each item.
	 *
	 * @param event the expression for what names the event in an item
	 */
	caller(event: string): TestNode {
		return {
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `=${this.server?.url}/?event={{ ${event} }}&execution={{ $execution.id }}`,
			},
		};
	}

	/** The executions that ran for an event. */
	executionsOf(eventId: string): Set<string> {
		return this.executions.get(eventId) ?? new Set();
	}

	/** What became of a series of events. */
	runsOf(eventIds: string[]): Runs {
		const times = (id: string) => this.executionsOf(id).size;
		return {
			ranOnce: eventIds.filter((id) => times(id) === 1).length,
			ranTwice: eventIds.filter((id) => times(id) > 1),
			neverRan: eventIds.filter((id) => times(id) === 0),
		};
	}

	get heldCount(): number {
		return this.held.size;
	}

	/** Lets calls wait from now on. */
	hold(): void {
		this.isHolding = true;
	}

	release(): void {
		this.isHolding = false;
		for (const response of this.held) response.end();
	}

	private answer(request: IncomingMessage, response: ServerResponse): void {
		const { searchParams } = new URL(request.url ?? '', 'http://localhost');
		const eventId = searchParams.get('event') ?? '';
		const execution = searchParams.get('execution') ?? '';
		this.executions.set(eventId, this.executionsOf(eventId).add(execution));
		response.once('close', () => {
			this.held.delete(response);
			if (!response.writableFinished) this.interrupted.add(execution);
		});
		if (this.isHolding) this.held.add(response);
		else response.end();
	}
}

export interface Runs {
	ranOnce: number;
	ranTwice: string[];
	neverRan: string[];
}

export const allOnce = (eventIds: string[]): Runs => ({
	ranOnce: eventIds.length,
	ranTwice: [],
	neverRan: [],
});
