import { createHash } from 'node:crypto';

import type { Sandbox } from '../../sandbox';
import { requestToken, callHire, useSandbox, type Answer } from '../support/sandbox';
import { TestClock } from '../support/testClock';

const SEEDED = '6949805467799537964';
const sandbox = useSandbox();

async function call(
	path: string,
	init: RequestInit & { duplex?: 'half' } = {},
	of: Sandbox = sandbox(),
) {
	const { body: token } = await requestToken(of);
	const response = await fetch(`${of.url}/open-apis/hire/v1${path}`, {
		...init,
		headers: { Authorization: `Bearer ${token.tenant_access_token}`, ...init.headers },
	});
	return {
		status: response.status,
		body: (await response.json()) as Answer['body'] & { message?: string },
	};
}

const formOf = (
	name: string,
	fileName: string,
	content: string | Uint8Array<ArrayBuffer> | Blob = 'x',
	type = 'application/pdf',
) => {
	const form = new FormData();
	form.append('note', 'ignored');
	form.append(name, new Blob([content], { type }), fileName);
	return form;
};
const upload = async (
	body: string | FormData,
	headers: Record<string, string> = {},
	of?: Sandbox,
) => await call('/attachments', { method: 'POST', body, headers }, of);

/** A form written by hand; its one part has these headers. */
const formText = (...headers: string[]) => `--b\r\n${headers.join('\r\n')}\r\n\r\nx\r\n--b--\r\n`;
const formHeader = { 'Content-Type': 'multipart/form-data; boundary=b' };

describe('attachments, upload', () => {
	it('stores name, type, size and hash, and answers with `message`', async () => {
		const content = Buffer.alloc(3_000_000, '报告');
		const { status, body } = await upload(formOf('content', '张三的笔试结果.pdf', content));
		const attachment = sandbox().state.attachments.at(-1);
		expect([status, body]).toEqual([
			200,
			{
				code: 0,
				message: 'OK',
				data: {
					id: attachment?.attachmentId,
					name: '张三的笔试结果.pdf',
					url: expect.stringContaining(`${sandbox().url}/hire/file/blob/`),
				},
			},
		]);
		expect(attachment).toMatchObject({
			attachmentId: expect.stringMatching(/^7\d{18}$/),
			name: '张三的笔试结果.pdf',
			mime: 'application/pdf',
			size: content.length,
			sha256: createHash('sha256').update(content).digest('hex'),
		});
		const download = await fetch(String(body.data.url));
		expect(download.headers.get('content-type')).toBe('application/pdf');
		expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true);
	});

	it.each<[string, () => [string | FormData, Record<string, string>?]]>([
		['no part `content`', () => [formOf('file', 'a.pdf')]],
		[
			'a part without a file name',
			() => [formText('Content-Disposition: form-data; name="content"'), formHeader],
		],
		[
			'a file without a name',
			() => [
				formText(
					'Content-Disposition: form-data; name="content"',
					'Content-Type: application/octet-stream',
				),
				formHeader,
			],
		],
		[
			'an empty file name',
			() => [formText('Content-Disposition: form-data; name="content"; filename=""'), formHeader],
		],
		[
			'a truncated form',
			() => [
				'--b\r\nContent-Disposition: form-data; name="content"; filename="a"\r\n\r\nx',
				formHeader,
			],
		],
		['no boundary', () => ['x', { 'Content-Type': 'multipart/form-data' }]],
		['JSON', () => ['{"content":"x"}', { 'Content-Type': 'application/json' }]],
	])('refuses %s', async (_, request) => {
		const { status, body } = await upload(...request());
		expect([status, body.code]).toEqual([400, 1002002]);
		expect(sandbox().state.attachments).toHaveLength(1);
	});

	it('accepts up to 300 MB', async () => {
		const limit = 300 * 1024 * 1024;
		const mb = Buffer.alloc(1024 * 1024);
		const [head = '', tail = ''] = formText(
			'Content-Disposition: form-data; name="content"; filename="large.bin"',
		).split('x');
		const large = async (size: number) =>
			await call('/attachments', {
				method: 'POST',
				headers: formHeader,
				duplex: 'half',
				// One megabyte at a time, so that no copy of the whole is made.
				body: new ReadableStream({
					start: (stream) => stream.enqueue(Buffer.from(head)),
					pull(stream) {
						const chunk = mb.subarray(0, size);
						size -= chunk.length;
						if (chunk.length > 0) return stream.enqueue(chunk);
						stream.enqueue(Buffer.from(tail));
						stream.close();
					},
				}),
			});
		expect((await large(limit)).body.code).toBe(0);
		expect(sandbox().state.attachments.at(-1)?.size).toBe(limit);
		const { status, body } = await large(limit + 1);
		expect([status, body.code, body.msg]).toEqual([
			400,
			1002002,
			'param error: content is larger than 300 MB',
		]);
		expect(sandbox().state.attachments).toHaveLength(2);
	});

	it('requires its scope', async () => {
		sandbox().app.scopes = ['hire:exam', 'hire:attachment:readonly'];
		const { status, body } = await upload(formOf('content', 'a.pdf'));
		expect([status, body.code]).toEqual([400, 99991672]);
		expect(body.error.permission_violations?.map(({ subject }) => subject)).toEqual([
			'hire:attachment',
		]);
	});

	it('is stored on disk while the sandbox runs', async () => {
		await upload(formOf('content', 'a.pdf', 'abc'));
		const attachment = sandbox().state.attachments.at(-1);
		const bytes = async () =>
			Buffer.concat(await (attachment?.open().toArray() as Promise<Buffer[]>)).toString();
		expect(await bytes()).toBe('abc');
		await sandbox().close();
		await expect(bytes()).rejects.toThrow('ENOENT');
	});
});

describe('attachments, get', () => {
	it('gives all details of a general attachment', async () => {
		sandbox().app.scopes = ['hire:attachment:readonly'];
		const { body } = await call(`/attachments/${SEEDED}?type=3`);
		expect(body).toEqual({
			code: 0,
			msg: 'ok',
			data: {
				attachment: {
					id: SEEDED,
					url: expect.stringContaining(sandbox().url),
					name: '张三的笔试结果.txt',
					mime: 'text/plain; charset=utf-8',
					create_time: sandbox().state.attachments[0]?.createdAt,
				},
			},
		});
	});

	it.each([
		['an unknown ID', '1?type=3', 1002002],
		['a general attachment as a resume', `${SEEDED}?type=1`, 1002002],
		['a general attachment without a type, which means a resume', SEEDED, 1002002],
		['an unknown type', `${SEEDED}?type=4`, 99992402],
		['a type as text', `${SEEDED}?type=general`, 99992402],
	])('refuses %s', async (_, path, code) => {
		const { status, body } = await call(`/attachments/${path}`);
		expect([status, body.code]).toEqual([400, code]);
	});

	it('is limited to 20 calls a second', async () => {
		const answers = await Promise.all(
			Array.from({ length: 21 }, async () => await call(`/attachments/${SEEDED}?type=3`)),
		);
		expect(answers.filter(({ body }) => body.code === 99991400)).toHaveLength(1);
	});
});

describe('the URL of a file', () => {
	const clock = new TestClock();
	const fast = useSandbox({ clock, clockSpeed: 60 });

	it('works for 30 minutes', async () => {
		const { body } = await upload(formOf('content', 'a.pdf'), {}, fast());
		const status = async () => (await fetch(String(body.data.url))).status;
		expect(await status()).toBe(200);
		// 30 minutes are 30 seconds here.
		await clock.advance(30_000);
		expect(await status()).toBe(200);
		await clock.advance(1);
		expect(await status()).toBe(404);
	});
});

describe('a result with a report', () => {
	const result = {
		application_id: '6891565253964859661',
		exam_resource_name: 'n',
		score: 1,
		operator_id: 'ou_1',
	};

	it('accepts an uploaded attachment, and refuses an unknown one', async () => {
		const known = await callHire(sandbox(), '/exams', { ...result, uuid: SEEDED });
		expect(known.body.data.uuid).toBe(SEEDED);
		const unknown = await callHire(sandbox(), '/exams', { ...result, uuid: '1' });
		expect([unknown.status, unknown.body.code]).toEqual([400, 1002002]);
		expect(sandbox().state.manualResults).toHaveLength(1);
	});
});
