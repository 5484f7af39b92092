import type { Resource } from '../operation';
import { get } from './get.operation';
import { upload } from './upload.operation';

export const attachment: Resource = {
	operations: { get, upload },
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['attachment'] } },
			options: [
				{
					name: 'Get',
					value: 'get',
					action: 'Get attachment',
					description: 'Read name, kind and time of a file by its attachment ID, with a URL to download it that works for 30 minutes',
				},
				{
					name: 'Upload',
					value: 'upload',
					action: 'Upload attachment',
					description: 'Send a file of up to 300 MB to Feishu Hire, and get its attachment ID and a URL that works for 30 minutes',
				},
			],
			default: 'upload',
		},
		...get.description,
		...upload.description,
	],
};
