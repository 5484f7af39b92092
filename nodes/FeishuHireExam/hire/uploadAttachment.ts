import type { IDataObject } from 'n8n-workflow';

import type { InputFile } from '../parameters/inputFile';
import type { FeishuClient } from '../transport/client';
import { MultipartFile } from '../transport/multipartFile';
import { uploadLimiter } from '../transport/uploadLimiter';

/** An uploaded file, as Feishu returns it. */
export interface Attachment extends IDataObject {
	id: string;
}

const MAY_BE_UPLOADED =
	'The file may have been uploaded, so it was not sent again. Feishu has no list of attachments to check; uploading the file again leaves at most one unused attachment.';

/**
 * `POST attachments` (page hire-v1/attachment/create_attachment). Makes one more attachment at each call, so
 * it is not retried when its outcome is unknown. The file is read while it is sent, and never held in memory as a whole.
 *
 * @throws NodeApiError as `FeishuClient.request` does; NodeOperationError when the file is too large, or cannot be read
 */
export async function uploadAttachment(feishu: FeishuClient, file: InputFile): Promise<Attachment> {
	const size = await file.size();
	let form: MultipartFile | undefined;
	const upload = async () =>
		await feishu.request({
			method: 'POST',
			path: '/attachments',
			docsPath: 'server-docs/hire-v1/attachment/create_attachment',
			form: () => (form = new MultipartFile('content', file, size)),
			labels: { content: file.name },
			nonIdempotent: MAY_BE_UPLOADED,
		});
	try {
		const { baseUrl } = await feishu.app();
		const attachment = await uploadLimiter.run(baseUrl, size, upload);
		if (typeof attachment.id === 'string') return attachment as Attachment;
	} catch (error) {
		throw form?.failure ? file.unreadable(form.failure) : error;
	}
	throw feishu.error({
		message: 'Feishu accepted the file, but returned no attachment ID',
		description: MAY_BE_UPLOADED,
	});
}
