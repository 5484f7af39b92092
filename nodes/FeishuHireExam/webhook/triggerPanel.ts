import type { INodeTypeDescription } from 'n8n-workflow';

const steps = (...lines: string[]) =>
	lines.map((line, index) => `<br />${index + 1}. ${line}`).join('');

const CONSOLE =
	"In the developer console, go to 'Events & Callbacks' > 'Event Configuration' of your app";

const PUBLISH =
	"add the events selected here, and publish a version under 'Version Management & Release'. Events arrive from then on.";

/** What to do for the long connection. Feishu accepts the choice only while a client is connected. */
const CHOOSE_LONG_CONNECTION = [
	'Publish this workflow: the node connects to Feishu.',
	`${CONSOLE}, choose <b>'Receive events through persistent connection'</b> and save. Then ${PUBLISH}`,
];

/** What to do for the webhook. */
const enterUrl = (url: 'test' | 'production', first: string) => [
	first,
	`${CONSOLE}, enter the <b>${url} URL</b> as 'Request URL'. Then ${PUBLISH}`,
];

/** What the panel says about how to receive events. */
export const triggerPanel: INodeTypeDescription['triggerPanel'] = {
	header: '',
	executionsHelp: {
		inactive: [
			'Feishu sends all events of an app over the long connection, or to one URL.',
			`<b>Long connection</b>${steps(...CHOOSE_LONG_CONNECTION)}`,
			`<b>Webhook</b>${steps(...enterUrl('production', 'Publish this workflow.'))}`,
			`<b>To test a webhook first</b>${steps(
				...enterUrl('test', "Click 'Execute step' here, so that the test URL responds."),
				'After the test, enter the <b>production URL</b> instead: the test URL responds only to a test, so events sent to it later are lost.',
			)}`,
			"To test the long connection, click 'Execute step' and arrange an exam in Feishu Hire. A published workflow gets the event, too. Connect only one n8n instance to an app: a second one would take events away.",
		].join('<br /><br />'),
		active: [
			"Your workflow runs automatically on each event. See 'Executions' for past runs.",
			`<b>Not receiving events over the long connection?</b>${steps(...CHOOSE_LONG_CONNECTION)}`,
			`<b>Not receiving events at the webhook?</b>${steps(...enterUrl('production', 'Publish this workflow.'))}`,
		].join('<br /><br />'),
	},
	activationHint:
		"Once you publish the workflow, tell Feishu how to send events, as selected in 'Receive Events By': choose the long connection in the developer console, or enter the production URL there.",
};
