import { FeishuError } from '../codes';
import { integer, text, time } from './fields';
import type { Operation } from './operation';

const EXAM_SCOPES = ['hire:exam', 'hire:exam:readonly'];

interface LoginInfoBody {
	result?: number;
	msg?: string;
	exam_login_info: { exam_url: string; username?: string; password?: string };
}

/** 回传笔试安排结果: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_exam/login_info */
export const loginInfo: Operation = {
	name: 'loginInfo',
	path: '/eco_exams/:exam_id/login_info',
	scopes: EXAM_SCOPES,
	successMsg: 'SUCCESS',
	body: {
		type: 'object',
		required: ['exam_login_info'],
		properties: {
			result: integer,
			msg: text,
			exam_login_info: {
				type: 'object',
				required: ['exam_url'],
				properties: { exam_url: text, username: text, password: text },
			},
		},
	},
	handle({ params, body }, tenant) {
		const { result = 0, msg = '', exam_login_info: login } = body as LoginInfoBody;
		// The schema requires a link even when nothing was arranged; only a success needs a real one.
		if (result === 0 && !login.exam_url)
			throw new FeishuError(1002002, { msg: 'param error: exam_url is empty' });
		tenant.returnArrangement(params.exam_id ?? '', {
			result,
			message: msg,
			examUrl: login.exam_url,
			username: login.username,
			password: login.password,
		});
		return {};
	},
};

interface UpdateResultBody {
	result: string;
	result_time?: string;
	report_list?: Array<{ name: string; url: string; answer_time?: string }>;
	detail_list?: Array<{ id?: string; name: string; result: string }>;
}

/** 回传笔试结果: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_exam/update_result */
export const updateResult: Operation = {
	name: 'updateResult',
	path: '/eco_exams/:exam_id/update_result',
	scopes: EXAM_SCOPES,
	successMsg: 'SUCCESS',
	body: {
		type: 'object',
		required: ['result'],
		properties: {
			result: text,
			result_time: text,
			report_list: {
				type: 'array',
				items: {
					type: 'object',
					required: ['name', 'url'],
					properties: { name: text, url: text, answer_time: text },
				},
			},
			detail_list: {
				type: 'array',
				items: {
					type: 'object',
					required: ['name', 'result'],
					properties: { id: text, name: text, result: text },
				},
			},
		},
	},
	handle({ params, body }, tenant) {
		const { result, result_time, report_list = [], detail_list = [] } = body as UpdateResultBody;
		tenant.returnResult(params.exam_id ?? '', {
			result,
			resultTime: time(result_time),
			reports: report_list.map(({ name, url, answer_time }) => ({
				name,
				url,
				answerTime: time(answer_time),
			})),
			details: detail_list.map(({ id, name, result: verdict }) => ({ id, name, result: verdict })),
		});
		return {};
	},
};
