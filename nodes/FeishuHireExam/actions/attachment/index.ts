import type { Resource } from '../operation';
import { get } from './get.operation';
import { upload } from './upload.operation';

export const attachment: Resource = {
	name: 'File Attachment',
	description: 'Files in Feishu Hire, such as exam reports',
	operations: { upload, get },
	default: 'upload',
};
