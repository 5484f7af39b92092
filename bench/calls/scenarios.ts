import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { ExecuteOptions } from '../../n8nHost/engine';
import { minimumSeconds } from './minimumSeconds';
import {
	HTTP_REQUEST,
	HTTP_REQUEST_VERSION,
	httpRequestParameters,
	httpUploadParameters,
	sequentialNode,
} from './peers';
import type { Inventory, Report } from './sandboxProcess';

export const LATENCY_MS = 100;
const OTHER_CALLS_PER_SECOND = 10;

/** One line of the table. */
export interface Scenario {
	work: string;
	by: string;
	/** How much the sandbox holds before the work starts. */
	inventory: { exams: number; accounts: number };
	parameters(inventory: Inventory): INodeParameters;
	items(inventory: Inventory): IDataObject[];
	/** Executions that start at once and share the items; default 1. */
	executions?: number;
	/** Processes that share the items and know nothing of each other; default 1, the one that measures. */
	processes?: number;
	/** Size of a file that the first item has. */
	fileMegabytes?: number;
	options?: ExecuteOptions;
	/** The sandbox refuses one call with HTTP 429, after this many. */
	refusalAfter?: number;
	/** Processes beside the work that each keep a processor busy. */
	busyProcesses?: number;
	/** Calls a second that another client of the same app makes to the same API. */
	otherCallsPerSecond?: number;
	/** Seconds that the work takes at least, because of the rate limits or the latency. */
	minimum?: number;
	/** How much of the work arrived, and how much there was. */
	done(report: Report, output: IDataObject[]): [number, number];
}

const results = (count: number): Scenario => ({
	work: `${count} results`,
	by: 'this node',
	inventory: { exams: count, accounts: 1 },
	parameters: () => ({
		resource: 'exam',
		operation: 'returnResult',
		examId: '={{ $json.examId }}',
		result: '60.5',
	}),
	items: ({ examIds }) => examIds.map((examId) => ({ examId })),
	minimum: minimumSeconds(count),
	done: (report) => [report.results, count],
});

const httpRequest = {
	nodeType: HTTP_REQUEST,
	typeVersion: HTTP_REQUEST_VERSION,
	onError: 'continueRegularOutput',
} as const;
const withDefaults: Partial<Scenario> = {
	by: 'HTTP Request node, with default settings',
	parameters: ({ url }) => httpRequestParameters(url),
	options: httpRequest,
};
const batched: Partial<Scenario> = {
	by: 'HTTP Request node, batches of 50 per second',
	parameters: ({ url }) => httpRequestParameters(url, { batchSize: 50, batchInterval: 1000 }),
	options: httpRequest,
};
const sequential: Partial<Scenario> = {
	by: 'sequential requests',
	parameters: ({ url }) => ({
		url: `=${url}/open-apis/hire/v1/eco_exams/{{ $json.examId }}/update_result`,
	}),
	options: { nodeType: 'sequentialRequests', nodes: { sequentialRequests: sequentialNode } },
};

/** The minimum is that of an undisturbed run, unless another client takes a part of the limit. */
const disturbed = (how: string, disturbance: Partial<Scenario>): Scenario => ({
	...results(600),
	work: `600 results${how}`,
	...disturbance,
});

const papers = (count: number, accounts: number): Scenario => ({
	work: `${count} papers for ${accounts} accounts`,
	by: 'this node',
	inventory: { exams: 0, accounts },
	parameters: () => ({
		resource: 'examPaper',
		operation: 'replaceAll',
		accountId: '={{ $json.account }}',
		paperSource: 'inputItems',
		paperId: '={{ $json.id }}',
		paperName: '={{ $json.name }}',
	}),
	items: ({ accountIds }) =>
		Array.from({ length: count }, (_, index) => ({
			account: accountIds[index % accountIds.length],
			id: `paper-${index}`,
			name: `Paper ${index}`,
		})),
	minimum: minimumSeconds(accounts) + LATENCY_MS / 1000,
	done: (report) => [report.papers, count],
});

export const MB = 1024 * 1024;

const upload = (megabytes: number): Scenario => ({
	work: `${megabytes} MB uploaded`,
	by: 'this node',
	inventory: { exams: 0, accounts: 1 },
	parameters: () => ({ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data' }),
	items: () => [{}],
	fileMegabytes: megabytes,
	done: ({ uploadedBytes }) => [uploadedBytes / MB, megabytes],
});

export const SCENARIOS: Scenario[] = [
	results(1000),
	{ ...results(1000), ...withDefaults },
	{ ...results(1000), ...batched },
	{ ...results(1000), ...sequential },
	results(2000),
	{ ...results(2000), ...batched },
	disturbed(', one refusal in the middle', { refusalAfter: 120 }),
	disturbed(' on a busy machine', { busyProcesses: 3 }),
	disturbed(' out of two executions at once', { executions: 2 }),
	{
		...results(3000),
		work: '3000 results out of three processes',
		processes: 3,
	},
	disturbed(' with another client on the same app', {
		otherCallsPerSecond: OTHER_CALLS_PER_SECOND,
		minimum: minimumSeconds(600, OTHER_CALLS_PER_SECOND),
	}),
	{
		work: '10000 exams listed',
		by: 'this node',
		inventory: { exams: 10_000, accounts: 1 },
		parameters: () => ({ resource: 'candidateExam', operation: 'getAll', returnAll: true }),
		items: () => [{}],
		// Each page of 100 names the next one, so pages are read one after the other.
		minimum: (100 * LATENCY_MS) / 1000,
		done: (_, output) => [output.length, 10_000],
	},
	papers(3000, 30),
	papers(10_000, 100),
	upload(300),
	{
		...upload(300),
		by: 'HTTP Request node, with default settings',
		parameters: ({ url }) => httpUploadParameters(url),
		options: httpRequest,
	},
];
