import type { IDataObject } from 'n8n-workflow';

import { requestAllItems } from '../../../nodes/FeishuHireExam/transport/pagination';
import type { FeishuCall } from '../../../nodes/FeishuHireExam/transport/send';
import { createFeishuStub } from '../../support/feishuStub';

const CALL: FeishuCall = {
	method: 'GET',
	path: '/applications',
	docsPath: '',
	qs: { stage_id: '1' },
	labels: {},
};

/** Reads a list that Feishu answers with these pages. */
async function readList(pages: IDataObject[], limit = Infinity) {
	const { feishu, calls } = createFeishuStub((_, index) => pages[index] ?? {});
	const items = await requestAllItems(feishu, CALL, limit, (item) => item.id);
	return { items, queries: calls.map(({ qs }) => qs) };
}

const itemsOf = (...ids: string[]) => ids.map((id) => ({ id }));

it('reads page by page in the order of Feishu, with the filters of the call', async () => {
	const { items, queries } = await readList([
		{ items: itemsOf('1', '2'), has_more: true, page_token: 'a' },
		{ items: itemsOf('3'), has_more: true, page_token: 'b' },
		{ items: itemsOf('4'), has_more: false, page_token: 'b' },
	]);
	expect(items).toEqual(itemsOf('1', '2', '3', '4'));
	expect(queries).toEqual([
		{ stage_id: '1', page_size: 100, page_token: undefined },
		{ stage_id: '1', page_size: 100, page_token: 'a' },
		{ stage_id: '1', page_size: 100, page_token: 'b' },
	]);
});

it.each<[string, IDataObject]>([
	['no list at all', {}],
	['an empty list', { items: [], has_more: false }],
	['a list that is null', { items: null, has_more: false }],
])('gives nothing for %s', async (_, page) => {
	expect((await readList([page])).items).toEqual([]);
});

it('reads no further than up to the limit, and asks for no more than that', async () => {
	const { items, queries } = await readList(
		[
			{ items: itemsOf('1', '2', '3'), has_more: true, page_token: 'a' },
			{ items: itemsOf('4', '5', '6'), has_more: true, page_token: 'b' },
		],
		5,
	);
	expect(items).toEqual(itemsOf('1', '2', '3', '4', '5'));
	expect(queries.map((qs) => qs?.page_size)).toEqual([5, 5]);
});

it('gives an entry that moved to a later page once, as it was there, and counts it once', async () => {
	const pages = [
		{ items: [{ id: '1', status: 1 }, { id: '2' }], has_more: true, page_token: 'a' },
		{ items: [{ id: '1', status: 5 }], has_more: true, page_token: 'b' },
		{ items: itemsOf('3'), has_more: false },
	];
	expect((await readList(pages, 3)).items).toEqual([
		{ id: '1', status: 5 },
		{ id: '2' },
		{ id: '3' },
	]);
});

it('goes on after a page that is empty', async () => {
	const { items } = await readList([
		{ items: [], has_more: true, page_token: 'a' },
		{ items: itemsOf('1'), has_more: false },
	]);
	expect(items).toEqual(itemsOf('1'));
});

it.each<[string, string[]]>([
	['the same page again', ['a', 'a']],
	['an earlier page again', ['a', 'b', 'a']],
	['more to come, but no token for it', ['']],
])('stops with an error when Feishu returns %s', async (_, tokens) => {
	const pages = tokens.map((token, index) => ({
		items: itemsOf(String(index)),
		has_more: true,
		page_token: token,
	}));
	await expect(readList(pages)).rejects.toThrow('Feishu returned the same page of the list twice');
});
