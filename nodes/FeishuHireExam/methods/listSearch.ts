import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { NAMES_QUERY, findApplication, findApplications } from '../hire/applicationDetail';
import { simplifyApplication } from '../hire/simplifyApplication';
import { CREDENTIAL, baseUrl, tenantOf } from '../transport/app';
import type { FeishuCredentials } from '../transport/app';
import { feishuRequest } from '../transport/client';

/** Each application takes a call, of which Feishu allows 10 a second. */
const PAGE_SIZE = 20;
const MAX_PAGES = 5;

/** The editor loads more when its list is scrolled to the end, and one of fewer entries does not scroll. */
const SCROLLING_LENGTH = 10;

/** Choosing it chooses nothing. */
const CUT: INodeListSearchItems = {
	name: `${PAGE_SIZE * MAX_PAGES} applications searched, there are more: enter a whole ID to find any`,
	value: '',
};

/** Each letter typed starts a search of its own: what was read a moment ago serves again. */
const KEPT_MS = 60_000;
const kept = new Map<string, { readAt: number; entry?: INodeListSearchItems }>();

/** What a recruiter knows an application by; without the scopes for names, the candidate's ID. */
function toEntry(application: IDataObject): INodeListSearchItems {
	const { application_id, talent_id, talent_name, job_name, stage_name, active_status } =
		simplifyApplication(application);
	const name = [
		talent_name ?? `Candidate ${String(talent_id)}`,
		job_name,
		stage_name,
		active_status === 2 && 'Inactive',
	];
	return { name: name.filter(Boolean).join(' · '), value: String(application_id) };
}

/** The entries of those that exist. */
async function readEntries(
	this: ILoadOptionsFunctions,
	ids: string[],
): Promise<INodeListSearchItems[]> {
	const credentials = await this.getCredentials<FeishuCredentials>(CREDENTIAL);
	const keyOf = (id: string) =>
		`${baseUrl(credentials)} ${credentials.appId} ${tenantOf(credentials)} ${id}`;
	const readAt = Date.now();
	for (const [key, entry] of kept) if (readAt - entry.readAt > KEPT_MS) kept.delete(key);

	const unread = ids.filter((id) => !kept.has(keyOf(id)));
	const applications = await findApplications.call(this, 0, unread, NAMES_QUERY);
	for (const [index, id] of unread.entries()) {
		const application = applications[index];
		kept.set(keyOf(id), { readAt, entry: application && toEntry(application) });
	}
	return ids.flatMap((id) => kept.get(keyOf(id))?.entry ?? []);
}

/**
 * Fills the list of an application locator. Feishu lists IDs only and searches for no text, so with `filter`
 * (part of a name or of an ID) the first pages are read and searched here; when that is not all there is, the
 * list says so. A whole ID is looked up by itself.
 *
 * @throws NodeApiError as `feishuRequest` does; the editor shows its message and description.
 */
export async function searchApplications(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const text = filter.trim().toLowerCase();
	if (/^\d{19}$/.test(text)) {
		const application = await findApplication.call(this, 0, text, NAMES_QUERY);
		return { results: application ? [toEntry(application)] : [] };
	}

	const results: INodeListSearchItems[] = [];
	let pageToken = paginationToken;
	let pages = 0;
	do {
		const page = await feishuRequest.call(this, 0, {
			method: 'GET',
			path: '/applications',
			page: 'ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/list',
			qs: { page_size: PAGE_SIZE, page_token: pageToken },
			labels: {},
		});
		pageToken = page.has_more === true ? String(page.page_token) : undefined;
		pages += 1;
		const ids = (page.items ?? []) as string[];
		for (const entry of await readEntries.call(this, ids)) {
			if (`${entry.name} ${entry.value}`.toLowerCase().includes(text)) results.push(entry);
		}
	} while (pageToken && text && results.length < SCROLLING_LENGTH && pages < MAX_PAGES);

	if (pageToken && text && results.length < SCROLLING_LENGTH) return { results: [...results, CUT] };
	return { results, paginationToken: pageToken };
}
