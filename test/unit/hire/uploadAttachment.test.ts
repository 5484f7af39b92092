import { NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

import { uploadAttachment } from '../../../nodes/FeishuHireExam/hire/uploadAttachment';
import type { InputFile } from '../../../nodes/FeishuHireExam/parameters/inputFile';
import type { FeishuCall } from '../../../nodes/FeishuHireExam/transport/send';
import { uploadLimiter } from '../../../nodes/FeishuHireExam/transport/uploadLimiter';
import { createFeishuStub, rejection } from '../../support/feishuStub';
import { TestClock } from '../../support/testClock';

const MB = 1024 * 1024;

const fileOf = (size: number, open: InputFile['open'] = () => [Buffer.alloc(size)]): InputFile => ({
	name: '张三.pdf',
	mimeType: 'application/pdf',
	size: async () => await Promise.resolve(size),
	open,
	unreadable: ({ message }) => new NodeOperationError({} as INode, `Unreadable: ${message}`),
});

/** Reads the form to its end, as the HTTP client does. */
const send = async ({ form }: FeishuCall) => await new Response(form?.().stream()).text();

beforeEach(() => uploadLimiter.reset());

it('sends the file as a form that is made anew each time it is sent, and gives what Feishu returns', async () => {
	const { feishu } = createFeishuStub(async (call) => {
		expect(await send(call)).toContain('filename="张三.pdf"');
		expect(call.form?.()).not.toBe(call.form?.());
		return { id: '7', name: '张三.pdf' };
	});
	expect(await uploadAttachment(feishu, fileOf(8))).toEqual({ id: '7', name: '张三.pdf' });
});

it('says in every error after which nobody knows that the file may have been uploaded', async () => {
	const { feishu, calls } = createFeishuStub(() => ({ id: '7' }));
	await uploadAttachment(feishu, fileOf(8));
	expect(calls[0]?.nonIdempotent).toMatch(/^The file may have been uploaded/);
});

it('says that a file could not be read, rather than what became of the call', async () => {
	const { feishu } = createFeishuStub(async (call) => {
		await send(call).catch(() => undefined);
		throw rejection('Could not reach https://open.feishu.cn');
	});
	const lost = fileOf(8, async () => await Promise.reject(new Error('gone')));
	await expect(uploadAttachment(feishu, lost)).rejects.toThrow('Unreadable: gone');
});

it.each([
	['throws the error of the call', rejection('The app lacks a scope'), 'The app lacks a scope'],
	[
		'throws when Feishu returns no ID',
		{},
		'Feishu accepted the file, but returned no attachment ID',
	],
])('%s', async (_, outcome, message) => {
	const { feishu } = createFeishuStub(async () =>
		outcome instanceof Error ? await Promise.reject(outcome) : outcome,
	);
	await expect(uploadAttachment(feishu, fileOf(8))).rejects.toThrow(message);
});

it('sends nothing of a file that is too large', async () => {
	const { feishu, calls } = createFeishuStub(() => ({ id: '7' }));
	const size = async () => await Promise.reject(new Error('too large'));
	await expect(uploadAttachment(feishu, { ...fileOf(8), size })).rejects.toThrow('too large');
	expect(calls).toEqual([]);
});

it('sends large files to one base URL one after the other, and to another one meanwhile', async () => {
	const clock = new TestClock();
	let inFlight = 0;
	const upload = async (baseUrl: string) => {
		const { feishu } = createFeishuStub(async () => {
			inFlight += 1;
			await clock.sleep(1_000);
			inFlight -= 1;
			return { id: '7' };
		}, baseUrl);
		return await uploadAttachment(
			feishu,
			fileOf(100 * MB, () => []),
		);
	};
	const urls = ['https://one.example.com', 'https://one.example.com', 'https://two.example.com'];
	const all = Promise.all(urls.map(upload));
	await clock.advance(500);
	expect(inFlight).toBe(2);
	await clock.advance(1_000);
	expect(inFlight).toBe(1);
	await clock.advance(500);
	expect(await all).toHaveLength(3);
});
