import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import type { Operation } from '../operation';

/** Feishu's numbers for the kinds of attachment. */
const TYPES = { general: 3, resume: 1, workSample: 2 } as const;

/** Less than tier 4: 20 a second. */
const LIMITS = { perSecond: 20, perMinute: 20 * 60 };

const attachmentId = {
	displayName: 'Attachment ID',
	name: 'attachmentId',
	kind: 'id',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 6949805467799537964',
	description: "ID that 'Upload' returned, or the ID of a candidate's file in Feishu Hire",
} satisfies Field;

const attachmentType = {
	displayName: 'Attachment Type',
	name: 'attachmentType',
	kind: 'choice',
	type: 'options',
	options: [
		{
			name: 'General',
			value: 'general',
			description: 'Uploaded by an app, such as an exam report',
		},
		{ name: 'Resume', value: 'resume', description: 'A resume of the candidate' },
		{ name: 'Work Sample', value: 'workSample', description: 'A work sample of the candidate' },
	],
	default: 'general',
	description:
		'Type of the attachment: general, resume or workSample. Feishu finds an ID only under its own type.',
} satisfies Field;

const properties: INodeProperties[] = [attachmentId, attachmentType];

const LABELS = { attachment_id: 'Attachment ID', type: 'Attachment Type' };

/** `GET attachments/:attachment_id` */
export const get: Operation = {
	option: {
		name: 'Get',
		action: 'Get attachment',
		description:
			'Get the name, type and creation time of a file, with a download URL that is valid for 30 minutes',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const pathParameters = { attachment_id: item.required(attachmentId) };
		const qs = { type: TYPES[item.choice(attachmentType, ['general', 'resume', 'workSample'])] };

		return {
			run: async (feishu) => {
				const data = await feishu.request({
					method: 'GET',
					path: '/attachments/:attachment_id',
					docsPath: 'server-docs/hire-v1/attachment/get',
					pathParameters,
					qs,
					labels: LABELS,
					limits: LIMITS,
				});
				return [(data.attachment ?? data) as IDataObject];
			},
		};
	},
};
