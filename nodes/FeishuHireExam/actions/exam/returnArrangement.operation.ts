import type { INodeProperties } from 'n8n-workflow';

import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { examId } from '../fields';
import type { Operation } from '../operation';

const outcome = {
	displayName: 'Outcome',
	name: 'outcome',
	kind: 'choice',
	type: 'options',
	options: [
		{
			name: 'Arranged',
			value: 'arranged',
			description: 'The candidate can take the exam at the link',
		},
		{
			name: 'Failed',
			value: 'failed',
			description: "The exam could not be arranged. Add 'Message' to tell the recruiter why.",
		},
	],
	default: 'arranged',
	description: 'Whether the exam could be arranged: arranged or failed',
} satisfies Field;

const examUrl = {
	displayName: 'Exam URL',
	name: 'examUrl',
	kind: 'url',
	type: 'string',
	displayOptions: { show: { outcome: ['arranged'] } },
	default: '',
	required: true,
	placeholder: 'e.g. https://exam.example.com/take/7f3a',
	description: 'Link where the candidate takes the exam',
} satisfies Field;

/** Feishu requires a link for an exam that could not be arranged, too; whether an empty one will do is not documented. */
const failureUrl = {
	...examUrl,
	displayOptions: { show: { outcome: ['failed'] } },
	required: false,
	placeholder: 'e.g. https://exam.example.com/help',
	hint: 'Can stay empty, as there is no exam to take',
	description:
		'Link about the failure, such as a help page of your exam system. If empty, no link is sent; fill it in if Feishu asks for one.',
} satisfies Field;

const failureCode = {
	displayName: 'Failure Code',
	name: 'failureCode',
	kind: 'integer',
	type: 'number',
	displayOptions: { show: { outcome: ['failed'] } },
	default: 1,
	required: true,
	description: 'Code of the reason in your exam system: any whole number except 0',
} satisfies Field;

const message = {
	displayName: 'Message',
	name: 'message',
	kind: 'text',
	type: 'string',
	default: '',
	placeholder: 'e.g. The paper is no longer offered',
	description: 'Message about the arrangement that the recruiter sees',
} satisfies Field;

const password = {
	displayName: 'Password',
	name: 'password',
	kind: 'secret',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'Password that the candidate logs in with, if the link asks for one',
} satisfies Field;

const username = {
	displayName: 'Username',
	name: 'username',
	kind: 'text',
	type: 'string',
	default: '',
	placeholder: 'e.g. zhangsan',
	description: 'Name that the candidate logs in with, if the link asks for one',
} satisfies Field;

const properties: INodeProperties[] = [
	examId,
	outcome,
	examUrl,
	failureCode,
	failureUrl,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [message, password, username],
	},
];

const LABELS = {
	exam_id: 'Exam ID',
	result: 'Failure Code',
	msg: 'Message',
	'exam_login_info.exam_url': 'Exam URL',
	'exam_login_info.username': 'Username',
	'exam_login_info.password': 'Password',
};

/** `POST eco_exams/:exam_id/login_info` */
export const returnArrangement: Operation = {
	option: {
		name: 'Return Arrangement',
		action: 'Return exam arrangement to recruiter',
		description:
			'Send the recruiter the link of an exam, or the reason why it could not be arranged',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const id = item.required(examId);
		const arranged = item.choice(outcome, ['arranged', 'failed']) === 'arranged';
		const result = arranged ? 0 : item.required(failureCode);
		if (!arranged && result === 0) {
			throw item.invalid(
				"'Failure Code' must not be 0",
				'For Feishu, 0 means that the exam was arranged.',
			);
		}
		const body = {
			result,
			msg: item.optional(message),
			exam_login_info: {
				exam_url: arranged ? item.required(examUrl) : (item.optional(failureUrl) ?? ''),
				username: item.optional(username),
				password: item.optional(password),
			},
		};

		return {
			orderKey: id,
			run: async (feishu) => {
				await feishu.request({
					method: 'POST',
					path: '/eco_exams/:exam_id/login_info',
					docsPath: 'server-docs/hire-v1/ecological-docking/eco_exam/login_info',
					pathParameters: { exam_id: id },
					body,
					labels: LABELS,
				});
				return [{ success: true, exam_id: id }];
			},
		};
	},
};
