import type { IBinaryKeyData, IDataObject, INodeParameters } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { ensureHost } from '../n8nHost/host';
import {
	execute,
	registerNodeType,
	sandboxCredentials,
	type ExecuteOptions,
} from '../test/support/engine';
import { inStorage } from '../test/support/files';
import {
	HTTP_REQUEST,
	HTTP_REQUEST_VERSION,
	httpRequestNode,
	httpRequestParameters,
	httpUploadParameters,
	oneAfterAnother,
} from './peers';
import { startSandboxProcess, type Report, type Stock } from './sandboxProcess';

const LATENCY_MS = 100;

/** One line of the table. */
interface Scenario {
	work: string;
	by: string;
	stock: { exams: number; accounts: number };
	parameters(stock: Stock): INodeParameters;
	items(stock: Stock): IDataObject[];
	files?(): Promise<IBinaryKeyData[]>;
	options?: ExecuteOptions;
	/** Seconds that the limits alone would take, where they are what counts. */
	limit?: number;
	/** How much of the work arrived, out of how much. */
	done(report: Report, output: IDataObject[]): [number, number];
}

/** The soonest that the last of so many calls may leave at 50 a second and 1000 a minute. */
const callsLimit = (calls: number): number =>
	Math.floor((calls - 1) / 1000) * 60 + Math.floor(((calls - 1) % 1000) / 50);

const ofExams = ({ examIds }: Stock) => examIds.map((examId) => ({ examId }));

const results = (count: number): Scenario => ({
	work: `${count} results returned`,
	by: 'this node',
	stock: { exams: count, accounts: 1 },
	parameters: () => ({
		resource: 'exam',
		operation: 'returnResult',
		examId: '={{ $json.examId }}',
		result: '60.5',
	}),
	items: ofExams,
	limit: callsLimit(count),
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
const asItComes = {
	parameters: ({ url }: Stock) => httpRequestParameters(url),
	options: httpRequest,
};
const handTuned = {
	parameters: ({ url }: Stock) =>
		httpRequestParameters(url, { batchSize: 50, batchInterval: 1000 }),
	options: httpRequest,
};
const sequential = {
	parameters: ({ url }: Stock) => ({
		url: `=${url}/open-apis/hire/v1/eco_exams/{{ $json.examId }}/update_result`,
	}),
	options: { nodeType: 'oneAfterAnother' },
};

const papers = (count: number, accounts: number): Scenario => ({
	work: `${count} papers for ${accounts} accounts`,
	by: 'this node',
	stock: { exams: 0, accounts },
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
	limit: callsLimit(accounts) + LATENCY_MS / 1000,
	done: (report) => [report.papers, count],
});

const MB = 1024 * 1024;

const upload = (megabytes: number): Scenario => ({
	work: `${megabytes} MB uploaded`,
	by: 'this node',
	stock: { exams: 0, accounts: 1 },
	parameters: () => ({ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data' }),
	items: () => [{}],
	files: async () => {
		// The same megabyte again and again, so that making the file leaves no memory that the upload could take up.
		const content = Readable.from(Array<Buffer>(megabytes).fill(Buffer.alloc(MB)));
		return [{ data: await inStorage(content, 'report.pdf') }];
	},
	done: ({ uploadedBytes }) => [uploadedBytes / MB, megabytes],
});

const SCENARIOS: Scenario[] = [
	results(1000),
	resultsBy(1000, 'HTTP Request node as it comes', asItComes),
	resultsBy(1000, 'HTTP Request node, 50 a second by hand', handTuned),
	resultsBy(1000, 'one after another', sequential),
	results(2000),
	resultsBy(2000, 'HTTP Request node, 50 a second by hand', handTuned),
	{
		work: '10000 exams listed, 100 a page',
		by: 'this node',
		stock: { exams: 10_000, accounts: 1 },
		parameters: () => ({ resource: 'candidateExam', operation: 'getAll', returnAll: true }),
		items: () => [{}],
		// A page names the next one, so pages come one after the other.
		limit: (100 * LATENCY_MS) / 1000,
		done: (_, output) => [output.length, 10_000],
	},
	papers(3000, 30),
	papers(10_000, 100),
	upload(300),
	{
		...upload(300),
		by: 'HTTP Request node as it comes',
		parameters: ({ url }) => httpUploadParameters(url),
		options: httpRequest,
	},
];

const megabytes = () => process.memoryUsage().rss / 1024 / 1024;

async function measure(scenario: Scenario): Promise<string> {
	const sandbox = await startSandboxProcess({ latencyMs: LATENCY_MS, ...scenario.stock });
	const items = scenario.items(sandbox);
	const files = await scenario.files?.();
	global.gc?.();
	const idle = megabytes();
	let peak = idle;
	const sampling = setInterval(() => (peak = Math.max(peak, megabytes())), 50);
	const begun = performance.now();
	const { json } = await execute(sandboxCredentials(sandbox), scenario.parameters(sandbox), {
		items,
		files,
		...scenario.options,
	});
	const seconds = (performance.now() - begun) / 1000;
	clearInterval(sampling);
	const report = await sandbox.report();
	sandbox.stop();

	const [done, all] = scenario.done(report, json);
	const { limit } = scenario;
	const turnedAway = (100 * report.turnedAway) / report.calls;
	return [
		scenario.work,
		scenario.by,
		`${seconds.toFixed(1)} s`,
		limit === undefined ? '–' : `${limit.toFixed(1)} s`,
		// Who loses work is not done sooner.
		limit === undefined || done < all ? '–' : (seconds / limit).toFixed(2),
		`${all - done}`,
		`${report.turnedAway} (${turnedAway.toFixed(1)}%)`,
		`${report.tokenRequests}`,
		`${Math.max(0, peak - idle).toFixed(0)} MB`,
	].join(' | ');
}

/** What the table holds, by the number of its line. */
export const titles = SCENARIOS.map(({ work, by }) => `${work} ${by}`);

/** Does the work of one line, in n8n's engine against the sandbox, and prints it. */
export async function bench(line: number): Promise<void> {
	const scenario = SCENARIOS[line] as Scenario;
	registerNodeType('oneAfterAnother', oneAfterAnother);
	if (scenario.options?.nodeType === HTTP_REQUEST) {
		registerNodeType(HTTP_REQUEST, httpRequestNode(await ensureHost()));
	}
	console.log(`| ${await measure(scenario)} |`);
}

export function printHead(): void {
	console.log(
		`Feishu's limits: 50 calls a second and 1000 a minute; ${LATENCY_MS} ms for each answer.\n`,
	);
	console.log(
		'| Work | By | Time | The limits alone | Ratio | Lost | Turned away | Token requests | Memory above idle |',
	);
	console.log('|---|---|---|---|---|---|---|---|---|');
}
