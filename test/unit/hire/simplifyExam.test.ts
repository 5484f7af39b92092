import { simplifyExam, statusText } from '../../../nodes/FeishuHireExam/hire/simplifyExam';

it('gives ten flat fields, with the status as text and times in ISO 8601', () => {
	expect(
		simplifyExam({
			test_id: '7000000000000000001',
			application_id: '7000000000000000002',
			talent_id: '7000000000000000003',
			test_paper_id: 'p1',
			test_paper_name: '笔试试卷',
			test_status: 5,
			score: 0,
			test_schedule: { start_time: '1794218400000' },
			test_complete_time: '1794222000000',
			report_url_list: ['https://exam.example.com/report/1'],
		}),
	).toEqual({
		test_id: '7000000000000000001',
		application_id: '7000000000000000002',
		talent_id: '7000000000000000003',
		test_paper_name: '笔试试卷',
		test_status: 5,
		test_status_text: 'Passed',
		score: 0,
		start_time: '2026-11-09T10:00:00.000Z',
		test_complete_time: '2026-11-09T11:00:00.000Z',
		report_url_list: ['https://exam.example.com/report/1'],
	});
});

it('has null and an empty list for what an exam does not have yet', () => {
	expect(simplifyExam({ test_id: '1', test_status: 1, test_complete_time: '0' })).toMatchObject({
		score: null,
		start_time: null,
		test_complete_time: null,
		report_url_list: [],
	});
});

it.each([
	[1, 'Not Arranged'],
	['7', 'Arrangement Failed'],
	[8, null],
	[undefined, null],
	['constructor', null],
])('has for status %p the text %p', (status, text) => {
	expect(statusText(status)).toBe(text);
});
