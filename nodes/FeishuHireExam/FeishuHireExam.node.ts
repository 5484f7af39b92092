import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { callOptions } from './actions/callOptions';
import { describeResources } from './actions/describe';
import { resources } from './actions/registry';
import { router } from './actions/router';
import { timeZoneHint } from './actions/timeZoneHint';
import { searchApplications } from './methods/listSearch';

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
		description: 'Return exam links and results to Feishu Hire, sync exam papers and read exams',
		defaults: { name: 'Feishu Hire Exam' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		hints: [timeZoneHint],
		properties: [...describeResources(resources, 'exam'), ...callOptions],
	};

	methods = { listSearch: { searchApplications } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
