import type { INodeProperties } from 'n8n-workflow';

import { ItemParameters, listLabels } from '../../parameters/itemParameters';
import type { ContentField, Field, RowField } from '../../parameters/kinds';
import { examId } from '../fields';
import type { Operation } from '../operation';

const REPORT_FIELDS: RowField[] = [
	{
		displayName: 'Name',
		name: 'name',
		apiName: 'name',
		kind: 'text',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Exam report.pdf',
		description: 'Name of the report that the recruiter sees',
	},
	{
		displayName: 'URL',
		name: 'url',
		apiName: 'url',
		kind: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://exam.example.com/7f3a.pdf',
		description:
			'Must be a permanent link: recruiters open it days later. The URL of an uploaded attachment expires after 30 minutes.',
	},
	{
		displayName: 'Answer Time',
		name: 'answerTime',
		apiName: 'answer_time',
		kind: 'time',
		type: 'dateTime',
		default: '',
		description:
			"When the candidate finished (date and time, in the workflow's time zone unless it names another)",
	},
];

const DETAIL_FIELDS: RowField[] = [
	{
		displayName: 'ID',
		name: 'id',
		apiName: 'id',
		kind: 'externalId',
		type: 'string',
		default: '',
		placeholder: 'e.g. pj001',
		description: 'ID of the rating in your exam system',
	},
	{
		displayName: 'Name',
		name: 'name',
		apiName: 'name',
		kind: 'text',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Basics',
		description: 'What was rated. Several ratings can have the same name; all are shown.',
	},
	{
		displayName: 'Result',
		name: 'result',
		apiName: 'result',
		kind: 'text',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Excellent',
		description: 'The rating',
	},
];

const result = {
	displayName: 'Result',
	name: 'result',
	kind: 'text',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 60.5',
	description:
		'Result of the whole exam. Feishu recommends a number from 0 to 100. It replaces everything returned for this exam before.',
} satisfies Field;

const details = {
	displayName: 'Details',
	name: 'details',
	kind: 'rows',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Detail',
	default: {},
	description: 'Individual ratings, shown on the exam card of the candidate',
	options: [
		{
			displayName: 'Detail',
			name: 'values',
			values: DETAIL_FIELDS,
		},
	],
} satisfies ContentField;

const detailsJson = {
	displayName: 'Details (JSON)',
	name: 'detailsJson',
	kind: 'json',
	type: 'json',
	default: '[]',
	placeholder: 'e.g. [{ "name": "Basics", "result": "Excellent" }]',
	hint: 'A list of objects with the keys name, result and optional id',
	description:
		"A list of ratings, each with name, result and optional ID. Use it instead of 'Details' when the number of ratings varies.",
} satisfies ContentField;

const reports = {
	displayName: 'Reports',
	name: 'reports',
	kind: 'rows',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Report',
	default: {},
	description: 'Links to reports about the exam',
	options: [
		{
			displayName: 'Report',
			name: 'values',
			values: REPORT_FIELDS,
		},
	],
} satisfies ContentField;

const reportsJson = {
	displayName: 'Reports (JSON)',
	name: 'reportsJson',
	kind: 'json',
	type: 'json',
	default: '[]',
	placeholder: 'e.g. [{ "name": "Report.pdf", "url": "https://exam.example.com/7f3a.pdf" }]',
	hint: 'A list of objects with the keys name, url and optional answerTime',
	description:
		"A list of reports, each with name, URL and optional answerTime (ISO 8601). Use it instead of 'Reports' when the number of reports varies.",
} satisfies ContentField;

const resultTime = {
	displayName: 'Result Time',
	name: 'resultTime',
	kind: 'time',
	type: 'dateTime',
	default: '',
	description:
		"When the exam was scored (date and time, in the workflow's time zone unless it names another)",
} satisfies Field;

const properties: INodeProperties[] = [
	examId,
	result,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [details, detailsJson, reports, reportsJson, resultTime],
	},
];

const LABELS = {
	exam_id: 'Exam ID',
	result: 'Result',
	result_time: 'Result Time',
	...listLabels('report_list', 'Reports', REPORT_FIELDS),
	...listLabels('detail_list', 'Details', DETAIL_FIELDS),
};

/** `POST eco_exams/:exam_id/update_result` */
export const returnResult: Operation = {
	option: {
		name: 'Return Result',
		action: 'Return exam result to recruiter',
		description:
			'Send the score, reports and ratings of a finished exam, replacing what was returned before',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const id = item.required(examId);
		const body = {
			result: item.required(result),
			result_time: item.optional(resultTime),
			report_list: item.rowsOrList(reports, reportsJson, REPORT_FIELDS),
			detail_list: item.rowsOrList(details, detailsJson, DETAIL_FIELDS),
		};

		return {
			orderKey: id,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_exams/:exam_id/update_result',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_exam/update_result',
					pathParameters: { exam_id: id },
					body,
					labels: LABELS,
				});
				return [{ success: true, exam_id: id }];
			},
		};
	},
};
