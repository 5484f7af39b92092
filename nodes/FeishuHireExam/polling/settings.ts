import type { IPollFunctions } from 'n8n-workflow';

import { triggerParameters } from '../parameters/itemParameters';
import { appKeyOf } from '../transport/app';
import type { FeishuClient } from '../transport/client';
import { STATUS_EVENTS } from './changes';
import type { Settings } from './changes';
import {
	LATE_AFTER_MINUTES,
	daysBack,
	events,
	minutesToArrange,
	simplify,
	statusProperties,
} from './properties';

/**
 * Reads what the user set.
 *
 * @throws NodeOperationError when a value is missing, unknown or invalid; NodeApiError when a credential field is missing
 */
export async function readSettings(
	this: IPollFunctions,
	feishu: FeishuClient,
): Promise<Settings & { simplify: boolean }> {
	const parameters = triggerParameters(this, statusProperties);
	const selected = parameters.choices(events, STATUS_EVENTS);
	if (selected.length === 0) {
		throw parameters.invalid(
			"'Trigger On' is empty",
			'Choose at least one event to start the workflow on.',
		);
	}
	return {
		app: appKeyOf(await feishu.app()),
		// A change reports its events in the order of an exam's life, whatever the order of the list.
		events: STATUS_EVENTS.filter((event) => selected.includes(event)),
		daysBack: parameters.required(daysBack),
		lateAfterMinutes: parameters.optional(minutesToArrange) ?? LATE_AFTER_MINUTES,
		simplify: parameters.required(simplify),
	};
}
