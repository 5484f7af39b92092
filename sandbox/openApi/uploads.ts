import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Clock } from '../clock';
import { FeishuError } from './codes';

/** Source: https://open.feishu.cn/document/ukTMukTMukTM/uIDN1YjLyQTN24iM0UjN/create_attachment */
const MAX_MB = 300;
const LINK_MS = 30 * 60_000;

/** A file that somebody uploaded. */
export interface UploadedFile {
	name: string;
	mime: string;
	/** Bytes. */
	size: number;
	/** Of the bytes, hexadecimal. */
	sha256: string;
	open(): Readable;
}

const paramError = (reason: string) => new FeishuError(1002002, { msg: `param error: ${reason}` });

/** The files of a sandbox. Their bytes are written to disk while they come in, and deleted when the sandbox closes. */
export function createUploads(clock: Clock) {
	let folder: string | undefined;
	const links = new Map<string, { file: UploadedFile; until: number }>();

	async function keep({ file, filename, mimetype }: MultipartFile): Promise<UploadedFile> {
		folder ??= mkdtempSync(join(tmpdir(), 'feishu-hire-sandbox-'));
		const path = join(folder, randomBytes(16).toString('hex'));
		const hash = createHash('sha256');
		let size = 0;
		await pipeline(
			file,
			async function* (chunks: AsyncIterable<Buffer>) {
				for await (const chunk of chunks) {
					hash.update(chunk);
					size += chunk.length;
					yield chunk;
				}
			},
			createWriteStream(path),
		);
		if (file.truncated) throw paramError(`content is larger than ${MAX_MB} MB`);
		return {
			name: filename,
			mime: mimetype,
			size,
			sha256: hash.digest('hex'),
			open: () => createReadStream(path),
		};
	}

	async function readForm(request: FastifyRequest): Promise<UploadedFile | undefined> {
		let kept: UploadedFile | undefined;
		for await (const part of request.parts({ limits: { fileSize: MAX_MB * 1024 * 1024 } })) {
			if (part.type !== 'file') continue;
			if (part.fieldname === 'content' && part.filename && !kept) kept = await keep(part);
			else part.file.resume();
		}
		return kept;
	}

	return {
		/** Reads the form of a request, and gives the file in its part `content`, if there is one with a name. */
		receive: async (request: FastifyRequest) =>
			await readForm(request).catch((error: Error) => {
				throw error instanceof FeishuError ? error : paramError(error.message);
			}),
		/** The path at which a file can be downloaded for the next 30 minutes. */
		link(file: UploadedFile): string {
			const key = randomBytes(16).toString('hex');
			links.set(key, { file, until: clock.elapsed() + LINK_MS });
			return `/hire/file/blob/${key}/`;
		},
		/** Serves what the links lead to. */
		async routes(server: FastifyInstance) {
			server.get<{ Params: { key: string } }>('/hire/file/blob/:key/', ({ params }, reply) => {
				const link = links.get(params.key);
				if (!link || link.until < clock.elapsed()) return reply.callNotFound();
				const { name, mime, size, open } = link.file;
				return reply
					.type(mime)
					.header('Content-Length', size)
					.header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
					.send(open());
			});
		},
		close() {
			if (folder) rmSync(folder, { recursive: true, force: true });
		},
	};
}

export type Uploads = ReturnType<typeof createUploads>;
