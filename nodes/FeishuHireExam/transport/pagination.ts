import type { IDataObject } from 'n8n-workflow';

import type { FeishuClient } from './client';
import type { FeishuCall } from './send';

/** The most that `page_size` may be. */
const PAGE_SIZE = 100;

/**
 * Reads a list page by page, up to `limit` entries (Infinity for all). What moves within the list meanwhile may come on
 * two pages: of entries that `idOf` gives the same for, the later one counts.
 *
 * @throws NodeApiError as `FeishuClient.request` does, and when Feishu returns the same page again, so that no loop is
 * endless.
 */
export async function requestAllItems(
	feishu: FeishuClient,
	call: FeishuCall,
	limit: number,
	idOf: (item: IDataObject) => unknown,
): Promise<IDataObject[]> {
	const items = new Map<unknown, IDataObject>();
	const seenTokens = new Set<unknown>();
	let pageToken: IDataObject[string];
	do {
		const page = await feishu.request({
			...call,
			qs: { ...call.qs, page_size: Math.min(PAGE_SIZE, limit), page_token: pageToken },
		});
		const entries = Array.isArray(page.items) ? (page.items as IDataObject[]) : [];
		for (const item of entries) items.set(idOf(item), item);
		pageToken = page.has_more === true ? page.page_token : undefined;
		if (page.has_more === true && (!pageToken || seenTokens.has(pageToken))) {
			throw feishu.error({
				message: 'Feishu returned the same page of the list twice',
				description:
					'Reading was stopped, since it would not end. Narrow the filters, or try again.',
			});
		}
		seenTokens.add(pageToken);
	} while (pageToken && items.size < limit);
	return [...items.values()].slice(0, limit);
}
