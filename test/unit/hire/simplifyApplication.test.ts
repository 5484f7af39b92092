import { simplifyApplication } from '../../../nodes/FeishuHireExam/hire/simplifyApplication';

it('gives ten flat fields, with statuses as texts and times in ISO 8601', () => {
	expect(
		simplifyApplication({
			basic_info: {
				id: '7000000000000000001',
				talent_id: '7000000000000000002',
				stage: { id: '1', zh_name: '笔试', en_name: 'Exam', type: 3 },
				active_status: 1,
				modify_time: '1794218400000',
				owner: { id: 'ou_1' },
			},
			talent: { name: '张三' },
			job: { name: '测试工程师' },
		}),
	).toEqual({
		application_id: '7000000000000000001',
		talent_id: '7000000000000000002',
		talent_name: '张三',
		job_name: '测试工程师',
		stage_name: '笔试',
		stage_type: 3,
		stage_type_text: 'Exam',
		active_status: 1,
		active_status_text: 'Active',
		modify_time: '2026-11-09T10:00:00.000Z',
	});
});

it('has null for what Feishu leaves out, so that every item has the same fields', () => {
	expect(simplifyApplication({ basic_info: { id: '1' } })).toEqual({
		application_id: '1',
		talent_id: null,
		talent_name: null,
		job_name: null,
		stage_name: null,
		stage_type: null,
		stage_type_text: null,
		active_status: null,
		active_status_text: null,
		modify_time: null,
	});
});

it.each([
	['takes the English name of a stage without a Chinese one', { zh_name: '', en_name: 'Exam' }],
	['takes the only name', { en_name: 'Exam' }],
])('%s', (_, stage) => {
	expect(simplifyApplication({ basic_info: { stage } }).stage_name).toBe('Exam');
});

it('has no text for a stage or status that is not documented', () => {
	const basics = { stage: { type: 99 }, active_status: 99 };
	expect(simplifyApplication({ basic_info: basics })).toMatchObject({
		stage_type: 99,
		stage_type_text: null,
		active_status: 99,
		active_status_text: null,
	});
});
