import type { IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';

import { type EventSettings, isSelected } from '../events/settings';
import { CREDENTIAL, type FeishuCredentials, readApp } from '../transport/app';
import type { HttpRequest } from './endpoint';
import type { Subscriber } from './feed';

type Context = IExecuteFunctions | ITriggerFunctions;

const httpRequestOf =
	({ helpers }: Context): HttpRequest =>
	async (options) =>
		(await helpers.httpRequest(options)) as unknown;

/** What a trigger node brings along to receive the events that its user selected. */
export const nodeSubscriber = (
	context: Context,
	settings: EventSettings,
): Omit<Subscriber, 'isTest' | 'handle' | 'onMend'> => ({
	key: `${context.getWorkflow().id} ${context.getNode().id}`,
	log: context.logger,
	httpRequest: httpRequestOf(context),
	readApp: async () => readApp(await context.getCredentials<FeishuCredentials>(CREDENTIAL, 0)),
	wants: ({ header, event }) => isSelected(header.event_type, event, settings),
});
