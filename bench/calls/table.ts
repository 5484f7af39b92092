import { defaultLimits } from '../../sandbox/openApi/rateLimiter';
import type { Figures } from './figures';
import { LATENCY_MS, type Scenario } from './scenarios';

const NONE = '–';

/** The title of each column, and what it shows. */
const COLUMNS: Array<[title: string, cell: (scenario: Scenario, figures: Figures) => string]> = [
	['Work', ({ work }) => work],
	['Done by', ({ by }) => by],
	['Time', (_, { seconds }) => `${seconds.toFixed(1)} s`],
	['Theoretical minimum', ({ minimum }) => (minimum ? `${minimum.toFixed(1)} s` : NONE)],
	// Losing work is no way to be faster.
	[
		'Ratio',
		({ minimum }, { seconds, lost }) =>
			minimum && lost === 0 ? (seconds / minimum).toFixed(2) : NONE,
	],
	['Lost', (_, { lost }) => String(lost)],
	[
		'Rate-limited calls',
		(_, { rateLimited, rateLimitedPercent }) =>
			`${rateLimited} (${rateLimitedPercent.toFixed(1)}%)`,
	],
	['Token requests', (_, { tokenRequests }) => String(tokenRequests)],
	['Memory above idle', (_, { megabytes }) => `${megabytes.toFixed(0)} MB`],
	[
		'Cost of the refusal',
		({ refusalAfter }, { extraSeconds, extraRateLimited }) =>
			refusalAfter ? `${extraSeconds.toFixed(1)} s, ${extraRateLimited} more refused` : NONE,
	],
	[
		"Other client's rate-limited calls",
		({ otherCallsPerSecond }, { otherRateLimitedPercent }) =>
			otherCallsPerSecond ? `${otherRateLimitedPercent.toFixed(1)}%` : NONE,
	],
];

export function printHead(runs: number): void {
	const { perSecond, perMinute } = defaultLimits();
	console.log(
		`Feishu's rate limits: ${perSecond} calls a second and ${perMinute} a minute. Latency of each response: ${LATENCY_MS} ms. ${runs === 1 ? 'One run.' : `Each figure is the worst of ${runs} runs.`}\n`,
	);
	console.log(`| ${COLUMNS.map(([title]) => title).join(' | ')} |`);
	console.log(`|${'---|'.repeat(COLUMNS.length)}`);
}

export function printLine(scenario: Scenario, figures: Figures): void {
	console.log(`| ${COLUMNS.map(([, cell]) => cell(scenario, figures)).join(' | ')} |`);
}
