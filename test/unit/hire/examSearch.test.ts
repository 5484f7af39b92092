import { searchExams } from '../../../nodes/FeishuHireExam/hire/examSearch';
import { createFeishuStub } from '../../support/feishuStub';

const SEARCH = {
	body: { application_id_list: ['1'] },
	qs: { user_id_type: 'open_id' },
	labels: {},
};

it('sends filters as JSON and pages in the query', async () => {
	const { feishu, calls } = createFeishuStub(() => ({ items: [] }));
	await searchExams(feishu, SEARCH, 20);
	expect(calls).toMatchObject([
		{
			method: 'POST',
			path: '/tests/search',
			body: SEARCH.body,
			qs: { user_id_type: 'open_id', page_size: 20 },
		},
	]);
});

it('gives an exam that comes on two pages once, as it was last, and keeps those without an ID apart', async () => {
	const pages = [
		{
			items: [{ test_id: '1', test_status: 3 }, { score: 1 }],
			has_more: true,
			page_token: 'a',
		},
		{ items: [{ score: 1 }, { test_id: '1', test_status: 5 }], has_more: false },
	];
	const { feishu } = createFeishuStub((_, index) => pages[index] ?? {});
	expect(await searchExams(feishu, SEARCH)).toEqual([
		{ test_id: '1', test_status: 5 },
		{ score: 1 },
		{ score: 1 },
	]);
});
