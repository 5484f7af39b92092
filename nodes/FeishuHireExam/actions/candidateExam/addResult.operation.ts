import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { uploadAttachment } from '../../hire/uploadAttachment';
import { readInputFile } from '../../parameters/inputFile';
import { ItemParameters, labelOf } from '../../parameters/itemParameters';
import type { ContentField, Field } from '../../parameters/kinds';
import type { FeishuClient } from '../../transport/client';
import { USER_ID_TYPES, applicationId, readUserIdType, userIdTypeField } from '../fields';
import type { Operation } from '../operation';

const userIdType = userIdTypeField([
	...USER_ID_TYPES,
	{
		name: 'People Admin ID',
		value: 'people_admin_id',
		description: 'ID of the user in Feishu People',
	},
]);

const examName = {
	displayName: 'Exam Name',
	name: 'examName',
	kind: 'text',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. Spring campus exam',
	description: 'Name of the exam that the recruiter sees',
} satisfies Field;

const score = {
	displayName: 'Score',
	name: 'score',
	kind: 'score',
	type: 'number',
	typeOptions: { numberPrecision: 1 },
	// Not 0, which an item without a score would send.
	default: '',
	required: true,
	placeholder: 'e.g. 95.5',
	description: 'Score of the exam, with at most one decimal',
} satisfies Field;

const operatorId = {
	displayName: 'Operator ID',
	name: 'operatorId',
	kind: 'userId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ou_f476cb099ac9227c9bae09ce46112579',
	description:
		"User who adds the result, as an ID of the type chosen in 'User ID Type' (Open ID by default)",
} satisfies Field;

const attachmentId = {
	displayName: 'Attachment ID',
	name: 'attachmentId',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6949805467799537964',
	description:
		"ID of a report already uploaded to Feishu Hire, for example with 'File Attachment' > 'Upload'",
} satisfies Field;

const reportFile = {
	displayName: 'Report Field Name',
	name: 'reportBinaryPropertyName',
	kind: 'binary',
	type: 'string',
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the input binary field containing the report',
	description:
		"Name of the binary field of the input item that contains the report (up to 300 MB). It is uploaded, then added with the result. Use it instead of 'Attachment ID'.",
} satisfies ContentField;

const properties: INodeProperties[] = [
	{
		displayName: 'Each call adds another result, even if the application already has the same one',
		name: 'addNotice',
		type: 'notice',
		default: '',
	},
	applicationId,
	examName,
	score,
	operatorId,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [attachmentId, reportFile, userIdType],
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

const MAY_BE_ADDED =
	"The result may have been added, so it was not sent again. Check with 'Candidate Exam' > 'Get Many' first.";

/**
 * `POST exams`.
 * Adds one more result at each call, so it is not retried when its outcome is unknown. A report of the item is uploaded
 * first; when the result cannot be added then, the error names the attachment, so that nobody uploads it twice.
 */
export const addResult: Operation = {
	option: {
		name: 'Add Result',
		action: 'Add exam result to application',
		description:
			'Add the score of an exam taken elsewhere, with an optional report. Each call adds another result.',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const body = {
			application_id: item.required(applicationId),
			exam_resource_name: item.required(examName),
			score: item.required(score),
			uuid: item.optional(attachmentId),
			operator_id: item.required(operatorId),
		};
		const qs = { user_id_type: readUserIdType(item, userIdType) };
		const report = item.isBlank(reportFile)
			? undefined
			: readInputFile.call(this, item, reportFile);
		if (report && body.uuid) {
			throw item.invalid(
				`${labelOf(attachmentId)} and ${labelOf(reportFile)} are both filled in`,
				'Remove one of them: a result has only one report.',
			);
		}

		const add = async (feishu: FeishuClient, uuid = body.uuid) =>
			await feishu.request({
				method: 'POST',
				path: '/exams',
				docsPath:
					'server-docs/hire-v1/candidate-management/delivery-process-management/exam/create',
				qs,
				body: { ...body, uuid },
				labels: LABELS,
				nonIdempotent: MAY_BE_ADDED,
			});

		return {
			orderKey: body.application_id,
			run: async (feishu) => {
				if (!report) return [await add(feishu)];
				const { id } = await uploadAttachment(feishu, report);
				try {
					return [await add(feishu, id)];
				} catch (error) {
					throw withAttachment(error, id);
				}
			},
		};
	},
};

/** Adds to an error that the report was uploaded already, and how to use it in another try. */
function withAttachment(error: unknown, attachmentId: string): unknown {
	if (error instanceof NodeApiError) {
		error.description = `The report was uploaded as attachment ${attachmentId}. To add the result again, enter this ID in 'Attachment ID' instead of uploading the file again. ${error.description ?? ''}`;
		error.context.data = { ...(error.context.data as IDataObject), attachmentId };
	}
	return error;
}
