import { randomUUID } from 'crypto';

/** The bytes of a file, piece by piece; `destroy` lets go of it before its end. */
type FileSource = (AsyncIterable<Uint8Array> | Iterable<Uint8Array>) & { destroy?(): unknown };

/** A file that is read from its start each time it is opened. */
interface ReadableFile {
	name: string;
	mimeType: string;
	open(): Promise<FileSource> | FileSource;
}

/**
 * A form (`multipart/form-data`) with one file in it. It is a Blob that does not hold its bytes: n8n's HTTP client
 * takes type and length from it, and reads it no faster than it sends. To be read once.
 */
export class MultipartFile extends Blob {
	override readonly size: number;

	/** Why the file could not be read. */
	failure?: Error;

	private readonly head: Buffer;

	private readonly tail: Buffer;

	private source?: FileSource;

	private isClosed = false;

	constructor(
		field: string,
		private readonly file: ReadableFile,
		private readonly fileSize: number,
	) {
		const boundary = randomUUID();
		super([], { type: `multipart/form-data; boundary=${boundary}` });
		this.head = Buffer.from(
			[
				`--${boundary}`,
				`Content-Disposition: form-data; name="${field}"; filename="${file.name}"`,
				`Content-Type: ${file.mimeType}`,
				'\r\n',
			].join('\r\n'),
		);
		this.tail = Buffer.from(`\r\n--${boundary}--\r\n`);
		this.size = this.head.length + fileSize + this.tail.length;
	}

	override stream(): ReadableStream {
		const parts = this.parts();
		return new ReadableStream(
			{
				pull: async (controller) => {
					try {
						const part = await parts.next();
						if (part.done) controller.close();
						else controller.enqueue(part.value);
					} catch (error) {
						if (!this.isClosed) this.failure = error as Error;
						controller.error(error);
					}
				},
			},
			{ highWaterMark: 0 },
		);
	}

	/** Lets go of the file. What is still being sent ends with an error: Feishu may answer before it has read all. */
	close(): void {
		this.isClosed = true;
		this.source?.destroy?.();
	}

	private async *parts(): AsyncGenerator<Uint8Array> {
		let length = 0;
		yield this.head;
		this.source = await this.file.open();
		for await (const chunk of this.source) {
			if (this.isClosed) throw new Error('The form is closed');
			length += chunk.length;
			yield chunk;
		}
		// The length was announced already.
		if (length !== this.fileSize) throw new Error(`It has ${length} bytes, not ${this.fileSize}`);
		yield this.tail;
	}
}
