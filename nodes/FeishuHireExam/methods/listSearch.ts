import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { findApplication, findApplications, NAMES_QUERY } from '../hire/applicationDetail';
import { applicationList } from '../hire/applicationList';
import { simplifyApplication } from '../hire/simplifyApplication';
import { appKeyOf, credentialField } from '../transport/app';
import { FeishuClient } from '../transport/client';
import { systemClock } from '../transport/clock';
import { ExpiringMap } from '../transport/expiringMap';
import { Session } from '../transport/session';

/** Each application takes a call, of which Feishu allows 10 per second. */
const PAGE_SIZE = 20;
const MAX_PAGES = 5;

/** The editor loads more when its list is scrolled to the end, and one of fewer entries does not scroll. */
const SCROLLING_LENGTH = 10;

/** Choosing it chooses nothing. */
const CUT: INodeListSearchItems = {
	name: `Only the first ${PAGE_SIZE * MAX_PAGES} applications were searched. Enter a full ID to find another one.`,
	value: '',
};

/**
 * Entries by app and ID; undefined for an application that does not exist. Each letter typed starts a search of its
 * own: what was read a moment ago serves again.
 */
const entryCache = new ExpiringMap<{ entry?: INodeListSearchItems }>(systemClock, {
	maxAgeMs: 60_000,
	maxSize: 2_000,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a recruiter knows an application by; without the scopes for names, the candidate's ID. */
function toEntry(application: IDataObject): INodeListSearchItems {
	const { application_id, talent_id, talent_name, job_name, stage_name, active_status } =
		simplifyApplication(application);
	const name = [
		text(talent_name) || `Candidate ${text(talent_id)}`,
		text(job_name),
		text(stage_name),
		active_status === 2 ? 'Inactive' : '',
	];
	return { name: name.filter(Boolean).join(' · '), value: text(application_id) };
}

/** The entries of those that exist. */
async function readEntries(feishu: FeishuClient, ids: string[]): Promise<INodeListSearchItems[]> {
	const appKey = appKeyOf(await feishu.app());
	const cached = new Map(ids.map((id) => [id, entryCache.get(`${appKey} ${id}`)]));
	const missing = ids.filter((id) => !cached.get(id));
	const applications = await findApplications(feishu, missing, NAMES_QUERY);
	for (const [index, id] of missing.entries()) {
		const application = applications[index];
		const read = { entry: application && toEntry(application) };
		entryCache.set(`${appKey} ${id}`, read);
		cached.set(id, read);
	}
	return ids.flatMap((id) => cached.get(id)?.entry ?? []);
}

/** One page of the list, with the token of the next one. */
async function readPage(feishu: FeishuClient, pageToken?: string) {
	const query = { page_size: PAGE_SIZE, page_token: pageToken };
	const page = await feishu.request(applicationList(query, {}));
	return {
		entries: await readEntries(feishu, (page.items ?? []) as string[]),
		nextToken: (page.has_more === true && text(page.page_token)) || undefined,
	};
}

/**
 * Fills the list of an application locator. Feishu lists IDs only and searches for no text, so with `filter` (part of a
 * name or of an ID) the first pages are read and searched here; when that is not all there is, the list says so. A full
 * ID is looked up by itself.
 *
 * @throws NodeApiError as `FeishuClient.request` does; the editor shows its message and description
 */
export async function searchApplications(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const tenantKey = credentialField(this.getNodeParameter('options.tenantKey', ''));
	const feishu = new FeishuClient(new Session(this), { tenantKey });
	const search = filter.trim().toLowerCase();
	if (/^\d{19}$/.test(search)) {
		const application = await findApplication(feishu, search, NAMES_QUERY);
		return { results: application ? [toEntry(application)] : [] };
	}

	const results: INodeListSearchItems[] = [];
	let pageToken = paginationToken;
	let pages = 0;
	do {
		const { entries, nextToken } = await readPage(feishu, pageToken);
		const isFound = ({ name, value }: INodeListSearchItems) =>
			`${name} ${value}`.toLowerCase().includes(search);
		results.push(...entries.filter(isFound));
		pageToken = nextToken;
		pages += 1;
	} while (pageToken && search && results.length < SCROLLING_LENGTH && pages < MAX_PAGES);

	const isCut = pageToken && search && results.length < SCROLLING_LENGTH;
	return isCut ? { results: [...results, CUT] } : { results, paginationToken: pageToken };
}
