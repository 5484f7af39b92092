import type { INodeProperties } from 'n8n-workflow';

import { toBoolean } from './values/flag';
import { toExternalId, toId, toUserId } from './values/id';
import { strip } from './values/invalidValue';
import { toIds, toTexts } from './values/list';
import { toInteger, toScore } from './values/number';
import { toSecret, toText } from './values/text';
import { toMilliseconds } from './values/time';
import { toUrl } from './values/url';

/** Feishu cuts IDs and names of papers after so many characters silently. */
const MAX_PAPER_TEXT = 255;

const toPaperId = (value: unknown) => toExternalId(value, MAX_PAPER_TEXT);
const toChoice = (value: unknown) => strip(toText(value));

/** How each kind of value is read, wherever it is entered; the result is what Feishu gets. */
export const READERS = {
	id: (value: unknown) => toId(value),
	ids: (value: unknown) => toIds(value, toId),
	userId: (value: unknown) => toUserId(value),
	paperId: toPaperId,
	paperIds: (value: unknown) => toTexts(value, toPaperId),
	externalId: (value: unknown) => toExternalId(value),
	externalIds: (value: unknown) => toTexts(value, toExternalId),
	text: (value: unknown) => toText(value),
	paperName: (value: unknown) => toText(value, MAX_PAPER_TEXT),
	secret: (value: unknown) => toSecret(value),
	choice: toChoice,
	choices: (value: unknown) => toTexts(value, toChoice),
	flag: (value: unknown) => toBoolean(value),
	url: (value: unknown) => toUrl(value),
	score: (value: unknown) => toScore(value),
	integer: (value: unknown) => toInteger(value),
	count: (value: unknown) => toInteger(value, 0),
	positive: (value: unknown) => toInteger(value, 1),
	perSecond: (value: unknown) => toInteger(value, 1, 50),
	perMinute: (value: unknown) => toInteger(value, 1, 1000),
	time: (value: unknown, timezone: string) => toMilliseconds(value, timezone),
};

export type Kind = keyof typeof READERS;
export type ValueOf<K extends Kind> = ReturnType<(typeof READERS)[K]>;

/** A field that users fill in, with the kind of its value. n8n ignores the kind. */
export interface Field<K extends Kind = Kind> extends INodeProperties {
	kind: K;
}

/** A field that holds rows, a list of rows as JSON, or the name of a binary field. */
export interface ContentField extends INodeProperties {
	kind: 'rows' | 'json' | 'binary';
}

/** A field of a row. */
export interface RowField extends Field {
	/** Its name at Feishu, with a dot where Feishu has it in an object: `name.zh_cn`. */
	apiName: string;
}
