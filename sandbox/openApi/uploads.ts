import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { FastClock } from '../clock';
import type { UploadedFile } from '../tenant/entities';
import { FeishuError } from './codes';

/** Source: https://open.feishu.cn/document/ukTMukTMukTM/uIDN1YjLyQTN24iM0UjN/create_attachment */
const MAX_MB = 300;
const LINK_LIFETIME_MS = 30 * 60_000;

/** The oldest are dropped first. */
const LINKS_KEPT = 10_000;

const paramError = (reason: string) => new FeishuError(1002002, { msg: `param error: ${reason}` });

/** The files of a sandbox. Their bytes are streamed to disk, and deleted when the sandbox closes. */
export class Uploads {
	private folder: string | undefined;

	private readonly links = new Map<string, { file: UploadedFile; expiresAt: number }>();

	constructor(private readonly clock: FastClock) {}

	/** Reads the form of a request; returns the file in its part `content`, or undefined without a named one. */
	async receive(request: FastifyRequest): Promise<UploadedFile | undefined> {
		try {
			return await this.readForm(request);
		} catch (error) {
			throw error instanceof FeishuError ? error : paramError((error as Error).message);
		}
	}

	/** The path at which a file can be downloaded for the next 30 minutes. */
	createLink(file: UploadedFile): string {
		const now = this.clock.elapsed();
		for (const [key, { expiresAt }] of this.links) {
			if (expiresAt >= now && this.links.size < LINKS_KEPT) break;
			this.links.delete(key);
		}
		const key = randomBytes(16).toString('hex');
		this.links.set(key, { file, expiresAt: now + LINK_LIFETIME_MS });
		return `/hire/file/blob/${key}/`;
	}

	/** Serves the files that links lead to. */
	registerRoutes(server: FastifyInstance): void {
		server.get<{ Params: { key: string } }>('/hire/file/blob/:key/', ({ params }, reply) => {
			const link = this.links.get(params.key);
			if (!link || link.expiresAt < this.clock.elapsed()) return reply.callNotFound();
			const { name, mime, size, open } = link.file;
			return reply
				.type(mime)
				.header('Content-Length', size)
				.header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
				.send(open());
		});
	}

	close(): void {
		if (this.folder) rmSync(this.folder, { recursive: true, force: true });
	}

	private async readForm(request: FastifyRequest): Promise<UploadedFile | undefined> {
		let content: UploadedFile | undefined;
		for await (const part of request.parts({ limits: { fileSize: MAX_MB * 1024 * 1024 } })) {
			if (part.type !== 'file') continue;
			if (part.fieldname === 'content' && part.filename && !content)
				content = await this.store(part);
			else part.file.resume();
		}
		return content;
	}

	private async store({ file, filename, mimetype }: MultipartFile): Promise<UploadedFile> {
		this.folder ??= mkdtempSync(join(tmpdir(), 'feishu-hire-sandbox-'));
		const path = join(this.folder, randomBytes(16).toString('hex'));
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
}
