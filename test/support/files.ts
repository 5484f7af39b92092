import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';
import type { Readable } from 'stream';

import { httpHelpers } from './engine';

/** A file as n8n holds it in memory. */
export const inMemory = (
	content: Buffer | string,
	fileName?: string,
	mimeType = 'application/pdf',
): IBinaryData => ({
	data: Buffer.from(content).toString('base64'),
	mimeType,
	fileName,
});

/** A file in n8n's storage on disk, where n8n keeps all files unless told otherwise. */
export async function inStorage(
	content: Buffer | Readable,
	fileName: string,
	mimeType = 'application/pdf',
): Promise<IBinaryData> {
	await Container.get(BinaryDataService).init();
	return await httpHelpers().prepareBinaryData(content, fileName, mimeType);
}
