import type { IBinaryData } from 'n8n-workflow';

export { storeFile as inStorage } from '../../n8nHost/engine';

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
