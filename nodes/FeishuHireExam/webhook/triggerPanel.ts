import type { INodeTypeDescription } from 'n8n-workflow';

const steps = (...lines: string[]) =>
	lines.map((line, index) => `<br />${index + 1}. ${line}`).join('');

/** What to do in Feishu's developer console. */
const enterUrl = (url: 'test' | 'production') => [
	`In the developer console, go to 'Events & Callbacks' > 'Event Configuration' of your app, enter the <b>${url} URL</b> as 'Request URL', and add the events selected here.`,
	"Under 'Version Management & Release', publish a version of the app. Events arrive from then on.",
];

/** What the panel says about how to receive events. */
export const triggerPanel: INodeTypeDescription['triggerPanel'] = {
	header: '',
	executionsHelp: {
		inactive: [
			'Feishu sends all events of an app to one URL.',
			`<b>While building</b>${steps("Click 'Execute step' here, so that the test URL responds.", ...enterUrl('test'), 'Arrange an exam in Feishu Hire.')}`,
			`<b>In production</b>${steps('Publish this workflow.', ...enterUrl('production'))}`,
		].join('<br /><br />'),
		active: [
			"Your workflow runs automatically on each event that Feishu sends to the <b>production URL</b>. See 'Executions' for past runs.",
			`<b>Not receiving events?</b>${steps(...enterUrl('production'))}`,
			"To test a change, click 'Execute step' and temporarily enter the <b>test URL</b> in the developer console.",
		].join('<br /><br />'),
	},
	activationHint:
		'Once you publish the workflow, enter its production URL in the developer console. Feishu accepts one URL per app.',
};
