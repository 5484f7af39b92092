import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { resources } from './actions/registry';
import { router } from './actions/router';
import { searchApplications } from './methods/listSearch';
import { callOptions } from './transport/options';

export class FeishuHireExam implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Feishu Hire Exam',
		name: 'feishuHireExam',
		icon: {
			light: 'file:../../icons/feishuHireExam.svg',
			dark: 'file:../../icons/feishuHireExam.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Return exam links and results to Feishu Hire, keep paper lists in step, read exams',
		defaults: { name: 'Feishu Hire Exam' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Account Field',
						value: 'accountField',
						description: 'What customers fill in when they add an exam account',
					},
					{
						name: 'Application',
						value: 'application',
						description: 'What candidates have applied for, and how far they are',
					},
					{
						name: 'Attachment',
						value: 'attachment',
						description: 'Files in Feishu Hire, such as reports of results',
					},
					{
						name: 'Candidate Exam',
						value: 'candidateExam',
						description: 'Exams as recruiters see them',
					},
					{
						name: 'Exam',
						value: 'exam',
						description: 'Exams that your exam system holds',
					},
					{
						name: 'Exam Paper',
						value: 'examPaper',
						description: 'Papers that recruiters can choose from',
					},
				],
				default: 'exam',
			},
			...Object.values(resources).flatMap(({ description }) => description),
			...callOptions,
		],
	};

	methods = { listSearch: { searchApplications } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
