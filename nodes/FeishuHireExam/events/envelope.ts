export type JsonObject = Record<string, unknown>;

/** What Feishu says about an event, without the token, and an ID of our own for this delivery of it. */
export interface EventHeader {
	event_id: string;
	delivery_id: string;
	event_type: string;
	create_time: string;
	app_id: string;
	tenant_key: string;
}

/** The outside of an event, with the token that proves who wrote it. */
export interface Envelope {
	token: string;
	header: Omit<EventHeader, 'delivery_id'>;
}

/** Levels of objects and lists in an event: Feishu's have five. Deeper ones overflow the stack of whoever walks them. */
const MAX_DEPTH = 50;

export const isJsonObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is text, otherwise empty text. */
export const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The object that a text holds in JSON; undefined when it holds none. */
export function parseJsonObject(json: string): JsonObject | undefined {
	try {
		const value: unknown = JSON.parse(json);
		return isJsonObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

const isDeeperThan = (levels: number, value: unknown): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member)));

/** The event itself; undefined when there is none, or one that is nested too deeply. */
export const readEvent = ({ event }: JsonObject): JsonObject | undefined =>
	isJsonObject(event) && !isDeeperThan(MAX_DEPTH, event) ? event : undefined;

/** Schema 1.0: the type stands in the event, and the time is in seconds with decimals. */
function readLegacyEnvelope(body: JsonObject): Envelope {
	const event = isJsonObject(body.event) ? body.event : {};
	return {
		token: toText(body.token),
		header: {
			event_id: toText(body.uuid),
			event_type: toText(event.type),
			create_time: String(Math.trunc(Number(body.ts) * 1000)),
			app_id: toText(event.app_id),
			tenant_key: toText(event.tenant_key),
		},
	};
}

/**
 * Reads either of Feishu's two envelopes into the header of the newer one (page "Event subscription overview").
 * What is missing, or no text, is empty.
 */
export function readEnvelope(body: JsonObject): Envelope {
	if (body.type === 'event_callback') return readLegacyEnvelope(body);
	const header = isJsonObject(body.header) ? body.header : {};
	return {
		token: toText(header.token),
		header: {
			event_id: toText(header.event_id),
			event_type: toText(header.event_type),
			create_time: toText(header.create_time),
			app_id: toText(header.app_id),
			tenant_key: toText(header.tenant_key),
		},
	};
}
