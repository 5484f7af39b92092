import type { NodeHint } from 'n8n-workflow';

/** A time of day without an offset behind it, as the date picker writes it. */
const LOCAL_TIME = String.raw`/"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"/`;

/** Shown where a time was entered while the workflow has the time zone that n8n has unless it was set up otherwise. */
export const timeZoneHint: NodeHint = {
	type: 'info',
	message:
		"Times entered here are in the time zone of this workflow: America/New_York, n8n's default. To change it, open <b>Workflow Settings > Timezone</b>.",
	displayCondition: `={{ $now.zoneName === 'America/New_York' && ${LOCAL_TIME}.test(JSON.stringify($parameter)) }}`,
	whenToDisplay: 'always',
	location: 'ndv',
};
