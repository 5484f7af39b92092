import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { feishuRequest } from '../../transport/request';
import { USER_ID_TYPES, applicationId, userIdType } from '../fields';
import type { Operation } from '../operation';
import { ItemParameters } from '../../helpers/parameters';

const properties: INodeProperties[] = [
	applicationId,
	{
		displayName: 'Exam Name',
		name: 'examName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Spring campus exam',
		description: 'What the recruiter sees the exam as',
	},
	{
		displayName: 'Score',
		name: 'score',
		type: 'number',
		typeOptions: { numberPrecision: 1 },
		// No 0: a score that was forgotten must not look like a score.
		default: '',
		required: true,
		placeholder: 'e.g. 95.5',
		description: 'Score of the exam, with one decimal at most',
	},
	{
		displayName: 'Operator ID',
		name: 'operatorId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. ou_f476cb099ac9227c9bae09ce46112579',
		description: "User who adds the result, as the kind of ID chosen in 'User ID Type' (Open ID unless chosen)",
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Attachment ID',
				name: 'attachmentId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 6949805467799537964',
				description: 'Report that was uploaded to Feishu Hire before',
			},
			userIdType([
				...USER_ID_TYPES,
				{
					name: 'People Admin ID',
					value: 'people_admin_id',
					description: 'Of the user in Feishu People',
				},
			]),
		],
	},
];

const LABELS = {
	application_id: 'Application ID',
	exam_resource_name: 'Exam Name',
	score: 'Score',
	uuid: 'Attachment ID',
	operator_id: 'Operator ID',
	user_id_type: 'User ID Type',
};

/**
 * `POST exams`, page hire-v1/candidate-management/delivery-process-management/exam/create.
 * Adds one more result at each call: it must never be repeated on a doubt.
 */
export const addResult: Operation = {
	description: updateDisplayOptions(
		{ show: { resource: ['candidateExam'], operation: ['addResult'] } },
		properties,
	),

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const body = {
			application_id: item.required('applicationId', 'id'),
			exam_resource_name: item.required('examName', 'text'),
			score: item.required('score', 'score'),
			uuid: item.optional('additionalFields.attachmentId', 'id'),
			operator_id: item.required('operatorId', 'userId'),
		};
		const qs = { user_id_type: item.optional('additionalFields.userIdType', 'text') };

		return {
			orderKey: body.application_id,
			run: async () => [
				await feishuRequest.call(this, itemIndex, {
					method: 'POST',
					path: '/exams',
					qs,
					body,
					labels: LABELS,
					isUnrepeatable: true,
				}),
			],
		};
	},
};
