/**
 * A time as a message shows it: `2026-11-21 10:00:00 (Asia/Shanghai)`; in UTC if the zone is not known.
 *
 * @param milliseconds since 1970
 * @param zone of the workflow, where the user types times
 */
export function localTime(milliseconds: number, zone: string): string {
	try {
		// Sweden writes dates as ISO 8601 does.
		const format = new Intl.DateTimeFormat('sv-SE', {
			timeZone: zone,
			dateStyle: 'short',
			timeStyle: 'medium',
		});
		return `${format.format(milliseconds)} (${zone})`;
	} catch {
		return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} (UTC)`;
	}
}

/** The zone of the workflow that a call is made for; UTC when none is at hand, as in the test of a credential. */
export function zoneOf(caller: object): string {
	const { getTimezone } = caller as { getTimezone?: () => string };
	return getTimezone?.call(caller) ?? 'UTC';
}
