import { readFileSync } from 'fs';
import type { IDataObject, INodeParameters, INodePropertyOptions } from 'n8n-workflow';
import { join } from 'path';

import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import type { Account, Application, Exam, Sandbox } from '../../sandbox';
import { execute, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { inMemory } from '../support/files';
import { createPollHost } from '../support/pollHost';
import { startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';
import { startWebhookHost } from '../support/webhookHost';

const PAGE = readFileSync(join(__dirname, '../../docs/outputs.md'), 'utf8');

/** The example below each heading. */
const EXAMPLES = new Map(
	[...PAGE.matchAll(/^### (.+?) · .+\n+```json\n([^`]+)```/gm)].map(([, title = '', json = '']) => [
		title,
		JSON.parse(json) as unknown,
	]),
);

const EVENTS = new FeishuHireExamTrigger().description.properties.find(
	({ name }) => name === 'events',
)?.options as INodePropertyOptions[];

/** Names of all fields with the kind of their values, however deep. */
function formOf(value: unknown): unknown {
	if (Array.isArray(value)) return value.slice(0, 1).map(formOf);
	if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, formOf(inner)]));
}

describe('docs/outputs.md', () => {
	let sandbox: Sandbox;
	let account: Account;
	let exam: Exam;
	let application: Application;
	let other: Application;
	beforeEach(async () => {
		sandbox = await startTestSandbox();
		account = sandbox.bindAccount();
		account.papers.push({ id: 'p1', name: 'Paper' });
		exam = sandbox.arrangeExam({ accountId: account.accountId, paperId: 'p1' });
		[application, other] = sandbox.state.applications as [Application, Application];
	});
	afterEach(async () => await sandbox.close());

	const run = async (title: string, parameters: INodeParameters, options?: ExecuteOptions) => {
		const [resource = '', operation = ''] = title.split('.');
		const { json, error } = await execute(
			sandboxCredentials(sandbox),
			{ resource, operation, ...parameters },
			options,
		);
		expect(error).toBeUndefined();
		return json[0];
	};

	const field = { fieldKey: 'token', nameZhCn: '密钥', nameEnUs: 'Token' };
	const withFields = async (operation: string, parameters: INodeParameters) => {
		const all = {
			fieldSource: 'fields',
			accountFields: { values: [field, { ...field, fieldKey: 'token_2' }] },
		};
		const first = await run('accountField.replaceAll', all);
		return operation === 'replaceAll' ? first : await run(`accountField.${operation}`, parameters);
	};
	const papers = () => ({
		accountId: account.accountId,
		paperSource: 'inputItems',
		paperId: 'p1',
		paperName: 'Paper',
	});
	const upload = async () =>
		await run(
			'attachment.upload',
			{ binaryPropertyName: 'data' },
			{ files: [{ data: inMemory('a', 'a.pdf') }] },
		);
	const finish = async () => {
		await run('exam.returnArrangement', {
			examId: exam.examId,
			outcome: 'arranged',
			examUrl: 'https://exam.example.com/',
		});
		return await run('exam.returnResult', {
			examId: exam.examId,
			result: '95.5',
			additionalFields: {
				resultTime: '2026-11-20T12:00:00+08:00',
				reports: { values: [{ name: 'a.pdf', url: 'https://exam.example.com/a.pdf' }] },
			},
		});
	};

	const OPERATIONS: Record<string, () => Promise<IDataObject | undefined>> = {
		'accountField.delete': async () =>
			await withFields('delete', { fieldSource: 'list', fieldKeys: 'token' }),
		'accountField.replaceAll': async () => await withFields('replaceAll', {}),
		'accountField.update': async () =>
			await withFields('update', { fieldSource: 'fields', accountFields: { values: [field] } }),
		'application.get': async () =>
			await run('application.get', { applicationId: application.applicationId }),
		'application.getAll': async () =>
			await run('application.getAll', { returnAll: false, limit: 1 }),
		'attachment.get': async () => {
			const uploaded = await upload();
			return await run('attachment.get', { attachmentId: uploaded?.id as string });
		},
		'attachment.upload': upload,
		'candidateExam.addResult': async () =>
			await run('candidateExam.addResult', {
				applicationId: application.applicationId,
				examName: 'Paper',
				score: 95.5,
				operatorId: 'ou_f476cb099ac9227c9bae09ce46112579',
			}),
		'candidateExam.getAll': async () => {
			await finish();
			return await run('candidateExam.getAll', { returnAll: true });
		},
		'exam.returnArrangement': async () =>
			await run('exam.returnArrangement', {
				examId: exam.examId,
				outcome: 'arranged',
				examUrl: 'https://exam.example.com/',
			}),
		'exam.returnResult': finish,
		'examPaper.delete': async () =>
			await run('examPaper.delete', {
				accountId: account.accountId,
				paperSource: 'list',
				paperIds: 'p1',
			}),
		'examPaper.replaceAll': async () => await run('examPaper.replaceAll', papers()),
		'examPaper.update': async () => await run('examPaper.update', papers()),
	};

	const operations = Object.entries(resources).flatMap(([resource, { name, operations: all }]) =>
		Object.entries(all).map(([operation, { option }]) => [
			`${name}: ${option.name}`,
			`${resource}.${operation}`,
		]),
	);

	it.each(operations)('shows the output of %s', async (title = '', operation = '') => {
		const output = await OPERATIONS[operation]?.();
		expect(output).toBeDefined();
		expect(formOf(EXAMPLES.get(title))).toEqual(formOf(output));
	});

	it.each(EVENTS)('shows the output of the event $name', async ({ name, value }) => {
		const host = await startWebhookHost(sandboxCredentials(sandbox), {
			events: [value],
			simplify: true,
		});
		try {
			await sandbox.setRequestUrl(host.url);
			const bound = sandbox.bindAccount({ customFieldList: [{ key: 'token', value: 'example' }] });
			bound.papers.push({ id: 'p1', name: 'Paper' });
			sandbox.arrangeExam({ accountId: bound.accountId, paperId: 'p1' });
			sandbox.moveApplication(application.applicationId, 'interview');
			sandbox.deleteApplication(application.applicationId);
			sandbox.deleteTalent(other.talentId);
			await until(() => host.started.length > 0);
			expect(formOf(EXAMPLES.get(`On ${name}`))).toEqual(formOf(host.started[0]));
		} finally {
			await host.close();
		}
	});

	it('shows the output of the status trigger', async () => {
		const host = createPollHost(sandboxCredentials(sandbox), { events: ['answered'] });
		await host.activate();
		await finish();
		const [change] = await host.poll();
		expect(formOf(EXAMPLES.get('On Status Change'))).toEqual(formOf(change));
	});
});
