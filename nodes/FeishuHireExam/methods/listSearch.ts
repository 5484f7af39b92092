import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { NAMES_QUERY, findApplication, findApplications } from '../actions/application/detail';
import { simplifyApplication } from '../actions/application/simplifyApplication';
import { feishuRequest } from '../transport/request';

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
		for (const application of await findApplications.call(this, 0, ids, NAMES_QUERY)) {
			if (!application) continue;
			const entry = toEntry(application);
			if (`${entry.name} ${entry.value}`.toLowerCase().includes(text)) results.push(entry);
		}
	} while (pageToken && text && results.length < SCROLLING_LENGTH && pages < MAX_PAGES);

	if (pageToken && text && results.length < SCROLLING_LENGTH) return { results: [...results, CUT] };
	return { results, paginationToken: pageToken };
}
