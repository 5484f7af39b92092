import { Container } from '@n8n/di';
import { createHash } from 'crypto';
import { once } from 'events';
import { rmSync } from 'fs';
import { createServer, type IncomingMessage } from 'http';
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData, IBinaryKeyData, IDataObject, INodeParameters } from 'n8n-workflow';
import type { AddressInfo } from 'net';
import { Readable } from 'stream';

import { startSandbox, type FaultKind, type Sandbox } from '../../sandbox';
import { TestCredentialsHelper } from '../support/credentials';
import { execute, httpHelpers, sandboxCredentials, type ExecuteOptions } from '../support/engine';
import { inMemory, inStorage } from '../support/files';
import { startOddServer } from '../support/oddServer';
import { testClock } from '../support/testClock';
import { apiCalls, startTestSandbox } from '../support/testSandbox';
import { until } from '../support/until';

let sandbox: Sandbox;
let helper: TestCredentialsHelper;
beforeEach(async () => {
	testClock.runFreely();
	sandbox = await startTestSandbox();
	helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
});
afterEach(async () => await sandbox.close());
afterAll(() => rmSync(process.env.N8N_USER_FOLDER ?? '', { recursive: true, force: true }));

const uploads = () => apiCalls(sandbox).filter(({ path }) => path.endsWith('/attachments'));
/** Those beside the one that is there from the start. */
const attachments = () => sandbox.state.attachments.slice(1);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const NAME = '张三的笔试结果.pdf';
const REPORT = Buffer.from('报告 '.repeat(50_000));

const upload = async (
	files: Array<IBinaryData | undefined>,
	{ parameters, ...options }: ExecuteOptions & { parameters?: INodeParameters } = {},
) =>
	await execute(
		helper,
		{ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data', ...parameters },
		{ items: files.map(() => ({})), files: files.map((data) => data && { data }), ...options },
	);

describe('attachment / upload', () => {
	it.each([
		['in memory', async () => inMemory(REPORT, NAME)],
		['in storage', async () => await inStorage(REPORT, NAME)],
		[
			'in the storage of an older n8n, without its size',
			async () => ({ ...(await inStorage(REPORT, NAME)), bytes: undefined }),
		],
	])('sends a file %s as multipart/form-data', async (_, makeFile) => {
		const { json, error } = await upload([await makeFile()]);
		expect(error).toBeUndefined();
		expect(uploads()).toMatchObject([
			{
				method: 'POST',
				path: '/open-apis/hire/v1/attachments',
				query: {},
				headers: {
					'content-type': expect.stringMatching(/^multipart\/form-data; boundary=[\w-]+$/),
					'content-length': expect.stringMatching(/^\d+$/),
				},
			},
		]);
		expect(uploads()[0]?.headers).not.toHaveProperty('transfer-encoding');
		const [attachment] = attachments();
		expect(attachment).toMatchObject({
			name: NAME,
			mime: 'application/pdf',
			size: REPORT.length,
			sha256: sha256(REPORT),
		});
		expect(json).toEqual([
			{
				id: attachment?.attachmentId,
				name: NAME,
				url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
			},
		]);
		const download = await fetch(String(json[0]?.url));
		expect(Buffer.from(await download.arrayBuffer()).equals(REPORT)).toBe(true);
	});

	it('sends a file from the field that an expression names, under another name', async () => {
		const { error } = await upload([inMemory('a', 'b.pdf')], {
			parameters: {
				binaryPropertyName: '={{ Object.keys($binary)[0] }}',
				additionalFields: { fileName: '={{ $binary.data.fileName.replace("b", "报告") }}' },
			},
		});
		expect(error).toBeUndefined();
		expect(attachments()).toMatchObject([{ name: '报告.pdf', size: 1 }]);
	});

	it('with continue on fail, uploads the other files when one fails', async () => {
		const { outputs } = await upload(
			[inMemory('one', 'one.pdf'), undefined, inMemory('three', 'three.pdf')],
			{
				onError: 'continueRegularOutput',
			},
		);
		expect(outputs[0]).toMatchObject([
			{ json: { name: 'one.pdf' }, pairedItem: { item: 0 } },
			{
				json: { error: expect.stringMatching(/^'Input Data Field Name' is "data"/) },
				pairedItem: { item: 1 },
			},
			{ json: { name: 'three.pdf' }, pairedItem: { item: 2 } },
		]);
		expect(
			attachments()
				.map(({ name }) => name)
				.sort(),
		).toEqual(['one.pdf', 'three.pdf']);
	});

	it.each<[FaultKind]>([
		['rateLimited'],
		['rateLimitedNoHeaders'],
		['deadToken400'],
		['deadToken200'],
	])('retries with the whole file after %s', async (kind) => {
		const large = Buffer.alloc(20_000_000, '试');
		sandbox.faults.add({ kind, path: 'attachments' });
		const { error } = await upload([await inStorage(large, NAME)]);
		expect(error).toBeUndefined();
		expect(uploads().map(({ fault }) => fault)).toEqual([kind, undefined]);
		expect(attachments()).toMatchObject([{ size: large.length, sha256: sha256(large) }]);
	});

	it.each<[FaultKind, number]>([
		['errorBefore', 0],
		['errorAfter', 1],
		['resetBefore', 0],
		['resetAfter', 1],
		['html', 0],
		['truncated', 1],
		['empty', 1],
	])(
		'does not retry an upload after %s, and warns that it may have been processed',
		async (kind, uploaded) => {
			sandbox.faults.add({ kind, path: 'attachments' });
			const { error } = await upload([inMemory('a', 'a.pdf')]);
			expect(error?.description).toMatch(
				/^The file may have been uploaded, so it was not sent again/,
			);
			expect(uploads()).toHaveLength(1);
			expect(attachments()).toHaveLength(uploaded);
		},
	);

	describe('timeouts', () => {
		// The time in which the HTTP client waits for an answer is real, so that of the sandbox must be.
		beforeEach(async () => {
			await sandbox.close();
			sandbox = await startSandbox();
			helper = new TestCredentialsHelper(sandboxCredentials(sandbox));
		});

		it('does not retry an upload after a timeout', async () => {
			sandbox.faults.add({ kind: 'slow', path: 'attachments', delayMs: 3_600_000 });
			const { error } = await upload([inMemory('a', 'a.pdf')], {
				parameters: { options: { timeout: 1_000 } },
			});
			expect(error?.description).toMatch(/may have been uploaded.*No answer arrived in time/);
			expect(attachments()).toHaveLength(1);
		});

		it('adds time for a large file to the timeout', async () => {
			sandbox.faults.add({ kind: 'slow', path: 'attachments', delayMs: 1_000 });
			const { error } = await upload([inMemory(Buffer.alloc(5_000_000), 'a.pdf')], {
				parameters: { options: { timeout: 500 } },
			});
			expect(error).toBeUndefined();
		});
	});

	it('explains what Feishu rejects about a file', async () => {
		const server = await startOddServer(
			400,
			'{"code":1002002,"message":"size is wrong","error":{"field_violations":[{"field":"content","description":"too large"}]}}',
		);
		helper.stored.customBaseUrl = server.url;
		const refused = await upload([inMemory('a', 'a.pdf')]);
		await server.close();
		expect(refused.error?.message).toBe('Feishu rejected a value of this call');
		expect(refused.error?.description).toMatch(
			/'a\.pdf': too large\. Code 1002002 \(size is wrong\)/,
		);
	});

	it.each([
		['a file that n8n has deleted', 10, /not found.*Nothing was uploaded\./i],
		[
			'a file that n8n has deleted, of unknown length,',
			undefined,
			/not found.*Nothing was uploaded\./i,
		],
		[
			'a file that is shorter than n8n tells',
			11,
			/It has 10 bytes, not 11\. Nothing was uploaded\./,
		],
	])('explains %s', async (_, bytes, words) => {
		const file = await inStorage(Buffer.from('0123456789'), 'a.pdf');
		const path = httpHelpers().getBinaryPath(String(file.id));
		if (bytes !== 11) for (const name of [path, `${path}.metadata`]) rmSync(name);
		const { error } = await upload([{ ...file, bytes }]);
		expect(error?.message).toBe(`The file "a.pdf" in 'Input Data Field Name' could not be read`);
		expect(error?.description).toMatch(words);
		expect(error?.context.itemIndex).toBe(0);
		expect(attachments()).toEqual([]);
	});

	it('stops sending and closes the file once there is a response', async () => {
		const opened = jest.spyOn(Container.get(BinaryDataService), 'getAsStream');
		const answer = '{"code":1002002,"message":"param error"}';
		let received: IncomingMessage | undefined;
		const server = createServer((request, response) => {
			if (request.url?.includes('/auth/')) {
				response.end('{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}');
				return;
			}
			received = request;
			// Without an end, so that the connection stays open for the rest of the file.
			response.writeHead(400, { 'Content-Length': answer.length }).write(answer);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		helper.stored.customBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const { error } = await upload([await inStorage(Buffer.alloc(50_000_000), 'a.pdf')]);
		expect(error?.message).toBe('Feishu rejected a value of this call');
		const [file] = await Promise.all(
			opened.mock.results.map(({ value }) => value as Promise<Readable>),
		);
		await until(() => file?.destroyed === true);
		received?.resume();
		await until(() => received?.destroyed === true);
		expect(received?.complete).toBe(false);
		server.close();
	});

	describe('concurrency', () => {
		const MB = 1_000_000;
		let open = 0;
		/** Gives the answers to the uploads that have arrived. */
		const held: Array<() => void> = [];
		const server = createServer((request, response) => {
			if (request.url?.includes('/auth/')) {
				response.end('{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}');
				return;
			}
			open += 1;
			response.on('close', () => (open -= 1));
			request.resume().on('end', () => {
				held.push(() => response.end('{"code":0,"msg":"ok","data":{"id":"1"}}'));
			});
		});
		beforeEach(async () => {
			open = 0;
			held.splice(0);
			if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
			helper.stored.customBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		});
		afterAll(() => server.close());

		it.each([
			['large files two at a time, within the time that each is given', 5, 3 * MB, 2],
			['small ones side by side', 20, MB / 100, 20],
		])('sends %s', async (_, count, size, atATime) => {
			testClock.reset();
			const uploading = upload(
				Array.from({ length: count }, () => inMemory(Buffer.alloc(size), 'a.pdf')),
			);
			for (let left = count; left > 0; left -= atATime) {
				const expected = Math.min(atATime, left);
				while (held.length < expected) await testClock.advance(100);
				await testClock.advance(10_000);
				expect([open, held.length]).toEqual([expected, expected]);
				for (const answer of held.splice(0)) answer();
			}
			testClock.runFreely();
			const { json, error } = await uploading;
			expect(error).toBeUndefined();
			expect(json).toHaveLength(count);
		});

		it('ends an upload when the user stops the execution', async () => {
			const stop = new AbortController();
			const running = upload([inMemory('a', 'a.pdf')], { stop: stop.signal }).catch(
				() => undefined,
			);
			await until(() => open === 1);
			stop.abort();
			await running;
			await until(() => open === 0);
		});
	});

	it('streams a file without holding it in memory', async () => {
		const mb = 1024 * 1024;
		const file = await inStorage(
			Readable.from(
				(function* () {
					for (let count = 0; count < 200; count++) yield Buffer.alloc(mb, count);
				})(),
			),
			'large.pdf',
		);
		const held = () => process.memoryUsage().arrayBuffers / mb;
		const idle = held();
		let peak = idle;
		const sampling = setInterval(() => (peak = Math.max(peak, held())), 5);
		const { error } = await upload([file]);
		clearInterval(sampling);
		expect(error).toBeUndefined();
		expect(attachments()).toMatchObject([{ size: 200 * mb }]);
		expect(peak - idle).toBeLessThan(100);
	});
});

describe('invalid files are rejected before any call', () => {
	const good = { data: inMemory('a', 'a.pdf') };
	const addResult: INodeParameters = {
		resource: 'candidateExam',
		operation: 'addResult',
		applicationId: '6891565253964859661',
		examName: '笔试试卷',
		score: 95.5,
		operatorId: 'ou_1',
		additionalFields: {
			reportBinaryPropertyName: 'data',
			attachmentId: '={{ $json.attachmentId }}',
		},
	};
	const uploadFile: INodeParameters = {
		resource: 'attachment',
		operation: 'upload',
		binaryPropertyName: '={{ $json.field ?? "data" }}',
		additionalFields: { fileName: '={{ $json.name }}' },
	};
	const large = { ...inMemory('a', 'a.pdf'), id: 'filesystem-v2:x', bytes: 300 * 1024 * 1024 + 1 };

	/** What is wrong; the parameters; the second item and its files; what the message and the advice must say. */
	it.each<[string, INodeParameters, IDataObject, IBinaryKeyData | undefined, RegExp, RegExp?]>([
		[
			'no file at all',
			uploadFile,
			{},
			undefined,
			/'Input Data Field Name' is "data", but the item has no file/,
			/The item has no binary data/,
		],
		[
			'an unknown field',
			uploadFile,
			{ field: 'report' },
			good,
			/'Input Data Field Name' is "report"/,
			/Binary fields of the item: data\./,
		],
		[
			'the name of a prototype property',
			uploadFile,
			{ field: 'constructor' },
			good,
			/'Input Data Field Name' is "constructor"/,
		],
		['no field', uploadFile, { field: '' }, good, /'Input Data Field Name' is empty/],
		['a number for a field', uploadFile, { field: 1 }, good, /'Input Data Field Name' is "1"/],
		[
			'an empty file',
			uploadFile,
			{},
			{ data: inMemory('', 'a.pdf') },
			/The file "a\.pdf" in 'Input Data Field Name' is empty/,
		],
		[
			'a file that is too large',
			uploadFile,
			{},
			{ data: large },
			/"a\.pdf" in 'Input Data Field Name' is 301 MB; Feishu accepts up to 300 MB/,
		],
		[
			'a file without a name',
			uploadFile,
			{},
			{ data: inMemory('a') },
			/The file in 'Input Data Field Name' has no name/,
			/Fill in 'File Name'/,
		],
		[
			'a name that Feishu would truncate',
			uploadFile,
			{ name: '2026/report.pdf' },
			good,
			/The name of the file in .* contains a slash/,
		],
		[
			'a name that would break the form',
			uploadFile,
			{ name: 'a"\r\n.pdf' },
			good,
			/double quote or a line break/,
		],
		[
			'a report in an unknown field',
			addResult,
			{},
			undefined,
			/'Report Field Name' is "data", but the item has no file/,
		],
		[
			'a report without a name',
			addResult,
			{},
			{ data: inMemory('a') },
			/The file in 'Report Field Name' has no name/,
			/'File Attachment' > 'Upload'/,
		],
		[
			'two reports',
			addResult,
			{ attachmentId: '6949805467799537964' },
			good,
			/'Attachment ID' and 'Report Field Name' are both filled in/,
		],
	])('%s', async (_, parameters, bad, files, message, advice = /./) => {
		const { error, json } = await execute(helper, parameters, {
			items: [{}, bad],
			files: [good, files],
		});
		expect(error?.message).toMatch(message);
		expect(error?.description ?? '-').toMatch(advice);
		expect(error?.context.itemIndex).toBe(1);
		expect(json).toEqual([]);
		expect(sandbox.calls).toEqual([]);
	});

	it('a file of unknown size that is too large', async () => {
		const file = await inStorage(Buffer.alloc(0), 'a.pdf');
		const { error } = await upload([{ ...file, bytes: undefined }]);
		expect(error?.message).toMatch(/"a\.pdf" in 'Input Data Field Name' is empty/);
		expect(sandbox.calls).toEqual([]);
	});
});

describe('attachment / get', () => {
	const get = async (parameters: INodeParameters = {}, options: ExecuteOptions = {}) =>
		await execute(
			helper,
			{
				resource: 'attachment',
				operation: 'get',
				attachmentId: '6949805467799537964',
				...parameters,
			},
			options,
		);

	it("gets a general attachment by default, and outputs Feishu's response", async () => {
		const { json, error } = await get();
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toMatchObject([
			{
				method: 'GET',
				path: '/open-apis/hire/v1/attachments/6949805467799537964',
				query: { type: '3' },
				rawBody: '',
			},
		]);
		expect(json).toEqual([
			{
				id: '6949805467799537964',
				url: expect.stringMatching(/^http/),
				name: '张三的笔试结果.txt',
				mime: 'text/plain; charset=utf-8',
				create_time: expect.any(Number),
			},
		]);
	});

	it.each([
		['resume', '1'],
		['workSample', '2'],
	])(
		'gets a %s, and explains that one of another type is unknown',
		async (attachmentType, type) => {
			const { error } = await get({ attachmentType });
			expect(apiCalls(sandbox)).toMatchObject([{ query: { type } }]);
			expect(error?.message).toBe('Feishu rejected a value of this call');
			expect(error?.description).toMatch(
				/^Check 'Attachment ID' first\. Feishu answers like this to an unknown ID, .*Code 1002002/,
			);
		},
	);

	it('is retried after a service error, as it is idempotent', async () => {
		sandbox.faults.add({ kind: 'errorBefore' });
		const { error } = await get();
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox).map(({ status }) => status)).toEqual([500, 200]);
	});

	it('keeps within 20 calls a second', async () => {
		const { json, error } = await get({}, { items: Array.from({ length: 60 }, () => ({})) });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(60);
		// On a busy machine calls bunch up on their way; with the ceiling of the other APIs, at least 30 would be rate-limited.
		expect(apiCalls(sandbox).filter(({ status }) => status === 429).length).toBeLessThan(30);
	});

	it.each([
		[
			'an ID that lost its digits',
			{ attachmentId: 6949805467799537964 },
			/'Attachment ID' is the number/,
		],
		[
			'an unknown type',
			{ attachmentType: '4' },
			/'Attachment Type' must be one of general, resume, workSample/,
		],
	])('rejects %s', async (_, parameters, message) => {
		const { error } = await get(parameters);
		expect(error?.message).toMatch(message);
		expect(sandbox.calls).toEqual([]);
	});
});

describe('candidateExam / addResult with a report', () => {
	const addResult = async (parameters: INodeParameters = {}, options: ExecuteOptions = {}) =>
		await execute(
			helper,
			{
				resource: 'candidateExam',
				operation: 'addResult',
				applicationId: '6891565253964859661',
				examName: '笔试试卷',
				score: 95.5,
				operatorId: 'ou_1',
				additionalFields: { reportBinaryPropertyName: 'report' },
				...parameters,
			},
			{ files: [{ report: inMemory(REPORT, NAME) }], ...options },
		);

	it('uploads it, then adds the result with it', async () => {
		const { json, error } = await addResult();
		expect(error).toBeUndefined();
		const [attachment] = attachments();
		expect(attachment).toMatchObject({ name: NAME, sha256: sha256(REPORT) });
		expect(apiCalls(sandbox).map(({ path }) => path)).toEqual([
			'/open-apis/hire/v1/attachments',
			'/open-apis/hire/v1/exams',
		]);
		expect(apiCalls(sandbox)[1]?.rawBody).toBe(
			`{"application_id":"6891565253964859661","exam_resource_name":"笔试试卷","score":95.5,"uuid":"${attachment?.attachmentId}","operator_id":"ou_1"}`,
		);
		expect(json).toMatchObject([{ score: 95.5, uuid: attachment?.attachmentId }]);
		expect(sandbox.state.manualResults).toMatchObject([{ attachmentId: attachment?.attachmentId }]);
	});

	it('adds a result without a report when the expression gives no field', async () => {
		const { json, error } = await addResult({
			additionalFields: { reportBinaryPropertyName: '={{ $binary.photo ? "photo" : "" }}' },
		});
		expect(error).toBeUndefined();
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(json[0]).not.toHaveProperty('uuid');
	});

	it('names the uploaded attachment when the result is rejected, and accepts its ID afterwards', async () => {
		const { outputs } = await addResult(
			{ applicationId: '={{ $json.applicationId }}' },
			{
				items: [{ applicationId: '1' }, { applicationId: '6891565253964859661' }],
				files: [{ report: inMemory('one', 'one.pdf') }, { report: inMemory('two', 'two.pdf') }],
				onError: 'continueRegularOutput',
			},
		);
		const refused = attachments().find(({ name }) => name === 'one.pdf');
		const attachmentId = refused?.attachmentId ?? '';
		expect(outputs[0]).toMatchObject([
			{
				json: {
					error: 'Feishu rejected a value of this call',
					details: {
						description: expect.stringContaining(
							`The report was uploaded as attachment ${attachmentId}. `,
						),
						code: 1002002,
						attachmentId,
					},
				},
				pairedItem: { item: 0 },
			},
			{ json: { score: 95.5 }, pairedItem: { item: 1 } },
		]);

		const { error } = await addResult({ additionalFields: { attachmentId } });
		expect(error).toBeUndefined();
		expect(attachments()).toHaveLength(2);
		expect(sandbox.state.manualResults.at(-1)).toMatchObject({ attachmentId });
	});

	it.each<[FaultKind]>([['errorAfter'], ['resetBefore'], ['truncated']])(
		'retries neither upload nor result after %s of the result, and the error says so',
		async (kind) => {
			sandbox.faults.add({ kind, path: '/exams' });
			const { error } = await addResult();
			const [attachment] = attachments();
			expect(error?.description).toMatch(
				new RegExp(`attachment ${attachment?.attachmentId}\\. .*The result may have been added`),
			);
			expect(apiCalls(sandbox)).toHaveLength(2);
		},
	);

	it('adds nothing when the upload failed', async () => {
		sandbox.faults.add({ kind: 'errorAfter', path: 'attachments' });
		const { error } = await addResult();
		expect(error?.description).toMatch(/^The file may have been uploaded/);
		expect(apiCalls(sandbox)).toHaveLength(1);
		expect(sandbox.state.manualResults).toEqual([]);
	});

	it('adds nothing when Feishu returns no attachment ID', async () => {
		const server = await startOddServer(200, '{"code":0,"message":"OK","data":{}}');
		helper.stored.customBaseUrl = server.url;
		const { error } = await addResult();
		await server.close();
		expect(error?.message).toBe('Feishu accepted the file, but returned no attachment ID');
	});
});
