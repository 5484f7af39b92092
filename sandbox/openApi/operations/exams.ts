import { text } from './fields';
import { type Operation, userIdType } from './operation';

interface ExamBody {
	application_id: string;
	exam_resource_name: string;
	score: number;
	uuid?: string;
	operator_id: string;
}

/** 添加笔试结果: https://open.feishu.cn/document/server-docs/hire-v1/candidate-management/delivery-process-management/exam/create */
export const createExam: Operation = {
	name: 'createExam',
	path: '/exams',
	scopes: ['hire:exam'],
	successMsg: 'success',
	query: {
		type: 'object',
		properties: { user_id_type: userIdType('open_id', 'union_id', 'user_id', 'people_admin_id') },
	},
	body: {
		type: 'object',
		required: ['application_id', 'exam_resource_name', 'score', 'operator_id'],
		properties: {
			application_id: text,
			exam_resource_name: text,
			score: { type: 'number' },
			uuid: text,
			operator_id: text,
		},
	},
	handle({ body }, tenant) {
		const { application_id, exam_resource_name, score, uuid, operator_id } = body as ExamBody;
		const added = tenant.addResult({
			applicationId: application_id,
			paperName: exam_resource_name,
			score,
			attachmentId: uuid,
			operatorId: operator_id,
		});
		return {
			exam_id: added.testId,
			application_id,
			exam_resource_name,
			score,
			uuid,
			operator_id,
			operate_time: String(added.createdAt),
		};
	},
};
