import type { IBinaryKeyData, IDataObject, INodeParameters } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { execute, storeFile, type ExecuteOptions } from '../../n8nHost/engine';
import { ensureHost } from '../../n8nHost/host';
import { sandboxCredentialData } from '../../n8nHost/provision';
import {
	HTTP_REQUEST,
	HTTP_REQUEST_VERSION,
	httpRequestNode,
	httpRequestParameters,
	httpUploadParameters,
	sequentialNode,
} from './peers';
import { startSandboxProcess, type Inventory, type Report } from './sandboxProcess';

const LATENCY_MS = 100;

/** One line of the table. */
interface Scenario {
	work: string;
	by: string;
	/** How much the sandbox holds before the work starts. */
	inventory: { exams: number; accounts: number };
	parameters(inventory: Inventory): INodeParameters;
	items(inventory: Inventory): IDataObject[];
	files?(): Promise<IBinaryKeyData[]>;
	options?: ExecuteOptions;
	/** Seconds that the work takes at least, because of the rate limits or the latency. */
	minimum?: number;
	/** How much of the work arrived, and how much there was. */
	done(report: Report, output: IDataObject[]): [number, number];
}

/** When the last of this many calls may leave at the earliest, at 50 a second and 1000 a minute. */
const minimumSeconds = (calls: number): number =>
	Math.floor((calls - 1) / 1000) * 60 + Math.floor(((calls - 1) % 1000) / 50);

const ofExams = ({ examIds }: Inventory) => examIds.map((examId) => ({ examId }));

const results = (count: number): Scenario => ({
	work: `${count} results returned`,
	by: 'this node',
	inventory: { exams: count, accounts: 1 },
	parameters: () => ({
		resource: 'exam',
		operation: 'returnResult',
		examId: '={{ $json.examId }}',
		result: '60.5',
	}),
	items: ofExams,
	minimum: minimumSeconds(count),
	done: (report) => [report.results, count],
});

const resultsBy = (count: number, by: string, peer: Partial<Scenario>): Scenario => ({
	...results(count),
	by,
	...peer,
});

const httpRequest = {
	nodeType: HTTP_REQUEST,
	typeVersion: HTTP_REQUEST_VERSION,
	onError: 'continueRegularOutput',
} as const;
const withDefaults = {
	parameters: ({ url }: Inventory) => httpRequestParameters(url),
	options: httpRequest,
};
const batched = {
	parameters: ({ url }: Inventory) =>
		httpRequestParameters(url, { batchSize: 50, batchInterval: 1000 }),
	options: httpRequest,
};
const sequential = {
	parameters: ({ url }: Inventory) => ({
		url: `=${url}/open-apis/hire/v1/eco_exams/{{ $json.examId }}/update_result`,
	}),
	options: { nodeType: 'sequentialRequests', nodes: { sequentialRequests: sequentialNode } },
};

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

const MB = 1024 * 1024;

const upload = (megabytes: number): Scenario => ({
	work: `${megabytes} MB uploaded`,
	by: 'this node',
	inventory: { exams: 0, accounts: 1 },
	parameters: () => ({ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data' }),
	items: () => [{}],
	files: async () => {
		// The same megabyte repeated, so that making the file leaves no memory that the upload could reuse.
		const content = Readable.from(Array<Buffer>(megabytes).fill(Buffer.alloc(MB)));
		return [{ data: await storeFile(content, 'report.pdf') }];
	},
	done: ({ uploadedBytes }) => [uploadedBytes / MB, megabytes],
});

const SCENARIOS: Scenario[] = [
	results(1000),
	resultsBy(1000, 'HTTP Request node, default settings', withDefaults),
	resultsBy(1000, 'HTTP Request node, batches of 50 per second', batched),
	resultsBy(1000, 'sequential requests', sequential),
	results(2000),
	resultsBy(2000, 'HTTP Request node, batches of 50 per second', batched),
	{
		work: '10000 exams listed, 100 a page',
		by: 'this node',
		inventory: { exams: 10_000, accounts: 1 },
		parameters: () => ({ resource: 'candidateExam', operation: 'getAll', returnAll: true }),
		items: () => [{}],
		// Each page names the next one, so pages are read one after the other.
		minimum: (100 * LATENCY_MS) / 1000,
		done: (_, output) => [output.length, 10_000],
	},
	papers(3000, 30),
	papers(10_000, 100),
	upload(300),
	{
		...upload(300),
		by: 'HTTP Request node, default settings',
		parameters: ({ url }) => httpUploadParameters(url),
		options: httpRequest,
	},
];

const megabytes = () => process.memoryUsage().rss / 1024 / 1024;

async function measure(scenario: Scenario): Promise<string> {
	const sandbox = await startSandboxProcess({ latencyMs: LATENCY_MS, ...scenario.inventory });
	const items = scenario.items(sandbox);
	const files = await scenario.files?.();
	global.gc?.();
	const idle = megabytes();
	let peak = idle;
	const sampling = setInterval(() => (peak = Math.max(peak, megabytes())), 50);
	const begun = performance.now();
	const { json } = await execute(sandboxCredentialData(sandbox), scenario.parameters(sandbox), {
		items,
		files,
		...scenario.options,
	});
	const seconds = (performance.now() - begun) / 1000;
	clearInterval(sampling);
	const report = await sandbox.report();
	sandbox.stop();

	const [done, all] = scenario.done(report, json);
	const { minimum } = scenario;
	const rateLimitedPercent = (100 * report.rateLimited) / report.calls;
	return [
		scenario.work,
		scenario.by,
		`${seconds.toFixed(1)} s`,
		minimum === undefined ? '–' : `${minimum.toFixed(1)} s`,
		// Losing work is no way to be faster.
		minimum === undefined || done < all ? '–' : (seconds / minimum).toFixed(2),
		`${all - done}`,
		`${report.rateLimited} (${rateLimitedPercent.toFixed(1)}%)`,
		`${report.tokenRequests}`,
		`${Math.max(0, peak - idle).toFixed(0)} MB`,
	].join(' | ');
}

/** The lines of the table, by their number. */
export const titles = SCENARIOS.map(({ work, by }) => `${work} ${by}`);

/** Does the work of one line in n8n's engine, against the sandbox, and prints the line. */
export async function runScenario(line: number): Promise<void> {
	const scenario = SCENARIOS[line] as Scenario;
	const options = { ...scenario.options };
	if (options.nodeType === HTTP_REQUEST) {
		options.nodes = { [HTTP_REQUEST]: httpRequestNode(await ensureHost()) };
	}
	console.log(`| ${await measure({ ...scenario, options })} |`);
}

export function printHead(): void {
	console.log(
		`Feishu's rate limits: 50 calls a second and 1000 a minute. Latency of each response: ${LATENCY_MS} ms.\n`,
	);
	console.log(
		'| Work | Done by | Time | Theoretical minimum | Ratio | Lost | Rate-limited calls | Token requests | Memory above idle |',
	);
	console.log('|---|---|---|---|---|---|---|---|---|');
}
