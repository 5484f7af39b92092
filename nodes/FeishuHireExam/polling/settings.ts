import type { IPollFunctions } from 'n8n-workflow';

import { triggerParameters } from '../parameters/itemParameters';
import { CREDENTIAL, baseUrl, tenantOf } from '../transport/app';
import type { FeishuCredentials } from '../transport/app';
import { STATUS_EVENTS } from './changes';
import type { Settings } from './changes';
import { LATE_AFTER_MINUTES, statusProperties } from './properties';

/** Identifies the app, and with a store app the tenant, whose exams a credential lists. */
const appOf = (credentials: FeishuCredentials): string =>
	`${baseUrl(credentials)} ${credentials.appId.trim()} ${tenantOf(credentials)}`.trim();

/**
 * Reads what the user set.
 *
 * @throws NodeOperationError when a value is missing or invalid.
 */
export async function readSettings(
	this: IPollFunctions,
): Promise<Settings & { simplify: boolean }> {
	const parameters = triggerParameters(this, statusProperties);
	const selected = [parameters.raw('events')].flat();
	const events = STATUS_EVENTS.filter((event) => selected.includes(event));
	if (events.length === 0) {
		throw parameters.invalid(
			"'Trigger On' is empty",
			'Choose at least one event to start the workflow on.',
		);
	}
	const daysBack = parameters.required('daysBack', 'count');
	const lateAfterMinutes =
		parameters.optional('minutesToArrange', 'positive') ?? LATE_AFTER_MINUTES;
	const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL);
	return {
		app: appOf(credentials),
		events,
		daysBack,
		lateAfterMinutes,
		simplify: parameters.raw('simplify') === true,
	};
}
