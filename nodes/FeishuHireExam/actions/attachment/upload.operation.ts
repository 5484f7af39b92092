import type { INodeProperties } from 'n8n-workflow';

import { uploadAttachment } from '../../hire/uploadAttachment';
import { readInputFile } from '../../parameters/inputFile';
import { ItemParameters } from '../../parameters/itemParameters';
import type { ContentField, Field } from '../../parameters/kinds';
import type { Operation } from '../operation';

const file = {
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	kind: 'binary',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the input binary field containing the file to be uploaded',
	description:
		"Name of the binary field of the input item that contains the file (up to 300 MB). A tool of an AI agent receives no files: enter an expression instead, such as $('Form').first().binary.data.",
} satisfies ContentField;

const fileName = {
	displayName: 'File Name',
	name: 'fileName',
	kind: 'text',
	type: 'string',
	default: '',
	placeholder: 'e.g. report.pdf',
	description:
		'Name of the file in Feishu Hire, with its extension. If empty, the file keeps its current name.',
} satisfies Field;

const properties: INodeProperties[] = [
	file,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [fileName],
	},
];

/**
 * `POST attachments`.
 * Returns `id`, `name`, and `url`, which is valid for 30 minutes.
 */
export const upload: Operation = {
	option: {
		name: 'Upload',
		action: 'Upload attachment',
		description:
			'Upload a file of up to 300 MB to Feishu Hire. Returns its attachment ID and a URL that is valid for 30 minutes.',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const input = readInputFile.call(this, item, file, fileName);

		return { run: async (feishu) => [await uploadAttachment(feishu, input)] };
	},
};
