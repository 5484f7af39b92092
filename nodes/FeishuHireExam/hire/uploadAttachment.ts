import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { InputFile } from '../parameters/inputFile';
import { feishuRequest } from '../transport/client';
import { feishuApiError } from '../transport/errors/describe';
import { FileForm } from '../transport/multipartFile';
import { shareLine } from '../transport/uploadLimiter';

/** What Feishu tells of an uploaded file. */
export interface Attachment extends IDataObject {
	id: string;
}

const MAY_BE_UPLOADED =
	'The file may have been uploaded all the same, so it was not sent again. Feishu has no list to look it up in; uploading it once more leaves at worst a file that nobody uses.';

/**
 * `POST attachments`. Makes one more attachment at each call: it must
 * never be repeated on a doubt. The file is read while it is sent, and never whole in memory.
 *
 * @throws NodeApiError as `feishuRequest` does; NodeOperationError when the file is too large, or cannot be read.
 */
export async function uploadFile(
	this: IExecuteFunctions,
	itemIndex: number,
	file: InputFile,
): Promise<Attachment> {
	const size = await file.size();
	let form: FileForm | undefined;
	const send = async () =>
		await feishuRequest.call(this, itemIndex, {
			method: 'POST',
			path: '/attachments',
			page: 'server-docs/hire-v1/attachment/create_attachment',
			form: () => (form = new FileForm('content', file, size)),
			labels: { content: file.name },
			unrepeatable: MAY_BE_UPLOADED,
		});
	const attachment = await shareLine(size, send).catch((error: unknown) => {
		throw form?.failure ? file.unreadable(form.failure) : error;
	});
	if (typeof attachment.id === 'string') return attachment as Attachment;
	throw feishuApiError(
		this.getNode(),
		{
			message: 'Feishu took the file, but did not tell its attachment ID',
			description: MAY_BE_UPLOADED,
		},
		{ itemIndex },
	);
}
