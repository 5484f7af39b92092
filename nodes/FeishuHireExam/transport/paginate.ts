import type { IDataObject } from 'n8n-workflow';

import { feishuApiError } from './errors';
import { feishuRequest } from './request';
import type { Caller, FeishuCall } from './request';

/** The most that `page_size` may be. */
const PAGE_SIZE = 100;

/**
 * Reads a list page by page, up to `limit` entries (Infinity for all).
 *
 * @throws NodeApiError as `feishuRequest` does, and when Feishu hands out the same page again, so that no loop is endless.
 */
export async function feishuRequestItems(
	this: Caller,
	itemIndex: number,
	call: FeishuCall,
	limit: number,
): Promise<IDataObject[]> {
	const items: IDataObject[] = [];
	const seenTokens = new Set<unknown>();
	let pageToken: IDataObject[string];
	do {
		const page = await feishuRequest.call(this, itemIndex, {
			...call,
			qs: { ...call.qs, page_size: Math.min(PAGE_SIZE, limit), page_token: pageToken },
		});
		if (Array.isArray(page.items)) items.push(...(page.items as IDataObject[]));
		pageToken = page.has_more === true ? page.page_token : undefined;
		if (page.has_more === true && (!pageToken || seenTokens.has(pageToken))) {
			throw feishuApiError(
				this.getNode(),
				{
					message: 'Feishu handed out the same page of the list twice',
					description: 'Reading was stopped, since it would not come to an end. Narrow the filters, or try again.',
				},
				{ itemIndex },
			);
		}
		seenTokens.add(pageToken);
	} while (pageToken && items.length < limit);
	return items.slice(0, limit);
}
