import { Readable } from 'stream';

import type { FileSource } from '../../../nodes/FeishuHireExam/parameters/inputFile';
import { MultipartFile } from '../../../nodes/FeishuHireExam/transport/multipartFile';

const formOf = (open: () => Promise<FileSource> | FileSource, size: number) => {
	const file = { name: '张三.pdf', mimeType: 'application/pdf', open };
	return new MultipartFile('content', file, size);
};

const bytesOf = (...pieces: string[]) => pieces.map((piece) => Buffer.from(piece));

/** Gives its pieces, and then nothing, for ever. */
const endless = (...pieces: string[]) => {
	const stream = new Readable({ read() {} });
	for (const piece of pieces) stream.push(piece);
	return stream;
};

it('is a form as browsers send it (RFC 7578), of the length it tells', async () => {
	const form = formOf(() => bytesOf('%PDF', '-1.7'), 8);
	const [, boundary] = /^multipart\/form-data; boundary=([\w-]{10,70})$/.exec(form.type) ?? [];
	const text = await new Response(form.stream()).text();
	expect(text).toBe(
		`--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="张三.pdf"\r\n` +
			`Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--${boundary}--\r\n`,
	);
	expect(form.size).toBe(Buffer.byteLength(text));
	expect(form.failure).toBeUndefined();
});

it('reads no more of the file than is asked for', async () => {
	let given = 0;
	const reader = formOf(function* () {
		for (;;) {
			given += 1;
			yield Buffer.from('a');
		}
	}, 8)
		.stream()
		.getReader();
	for (let count = 0; count < 3; count++) await reader.read();
	expect(given).toBe(2);
});

it.each([
	['shorter', ['a'], 'It has 1 bytes, not 2'],
	['longer', ['a', 'bc'], 'It has 3 bytes, not 2'],
])('fails when the file is %s than was told', async (_, pieces, message) => {
	const form = formOf(() => bytesOf(...pieces), 2);
	await expect(new Response(form.stream()).text()).rejects.toThrow();
	expect(form.failure?.message).toBe(message);
});

it('fails when the file cannot be opened', async () => {
	const form = formOf(async () => await Promise.reject(new Error('gone')), 2);
	await expect(new Response(form.stream()).text()).rejects.toThrow();
	expect(form.failure?.message).toBe('gone');
});

describe('close', () => {
	it('lets go of a file that is read no further', async () => {
		const stream = endless('a', 'b');
		const form = formOf(() => stream, 2);
		const reader = form.stream().getReader();
		for (let count = 0; count < 2; count++) await reader.read();
		form.close();
		expect(stream.destroyed).toBe(true);
		await expect(reader.read()).rejects.toThrow();
		expect(form.failure).toBeUndefined();
	});

	it('lets go of a file that is being opened', async () => {
		const stream = endless('a');
		const form = formOf(async () => stream, 1);
		const reader = form.stream().getReader();
		await reader.read();
		const reading = reader.read();
		form.close();
		await expect(reading).rejects.toThrow('The form is closed');
		expect(stream.destroyed).toBe(true);
		expect(form.failure).toBeUndefined();
	});

	it('ends a file in memory with an error too, never with half a form', async () => {
		const form = formOf(() => bytesOf('a', 'b'), 2);
		const reader = form.stream().getReader();
		for (let count = 0; count < 2; count++) await reader.read();
		form.close();
		await expect(reader.read()).rejects.toThrow('The form is closed');
	});
});
