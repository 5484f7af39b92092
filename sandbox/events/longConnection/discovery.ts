import { randomUUID } from 'node:crypto';

import type { SandboxApp } from '../../app';
import type { LongConnectionFaults } from './faults';
import type { LongConnectionSettings } from './settings';
import type { ConnectionTickets } from './tickets';

/** Below the base URL. */
export const DISCOVERY_PATH = '/callback/ws/endpoint';

/** Where the URL that a client gets leads. */
export const CONNECTION_PATH = '/ws/v2';

/** Feishu's id for the service that sends events; each frame has it. */
export const SERVICE_ID = 33_554_678;

/** Feishu's id for its clients of this kind. */
const FRONTIER_PRODUCT_ID = '493';

/**
 * The codes of discovery, which come with HTTP 200. What a store app gets is not documented.
 * Source: https://github.com/larksuite/oapi-sdk-go/blob/v3_main/ws/const.go
 */
const CODES: Record<number, string> = {
	1: 'system busy',
	403: 'forbidden',
	514: 'auth failed',
	1000040343: 'internal error',
	1000040344: 'no credential',
	1000040345: 'app_id or app_secret is invalid',
	1000040350: 'the number of connections exceeded the limit',
	1000040351: 'incorrect domain name',
};

export const CONNECTION_LIMIT_EXCEEDED = 1000040350;
export const NO_CREDENTIAL = 1000040344;
const INTERNAL_ERROR = 1000040343;

/** What discovery works on. */
export interface DiscoveryOptions {
	app: SandboxApp;
	settings: LongConnectionSettings;
	tickets: ConnectionTickets;
	faults: LongConnectionFaults;
	/** How many clients are connected. */
	connected: number;
	/** Scheme, host and port for the URL. */
	origin: string;
}

/** An answer of discovery; its `code` is 0 or one of `CODES`, or absent when the answer is not Feishu's. */
export interface DiscoveryAnswer {
	status: number;
	body: { code: number; msg: string; data: object; error?: object } | '';
}

/**
 * Answers a client that asks for the URL to connect to; undefined: not at all.
 * Source: `pullConnectConfig` of Feishu's SDKs, e.g. https://github.com/larksuite/oapi-sdk-go/blob/v3_main/ws/client.go
 */
export function discover(rawBody: string, options: DiscoveryOptions): DiscoveryAnswer | undefined {
	const { settings, tickets, faults, origin } = options;
	const fault = faults.consume('discoveryDown', 'discoveryHangs', 'discoveryRefused');
	if (fault?.kind === 'discoveryHangs') return undefined;
	if (fault?.kind === 'discoveryDown') return { status: fault.status ?? 503, body: '' };
	const code = fault ? (fault.code ?? INTERNAL_ERROR) : refusalOf(parse(rawBody), options);
	if (code !== 0) return { status: 200, body: refusal(code) };
	const query = new URLSearchParams({
		fpid: FRONTIER_PRODUCT_ID,
		...tickets.issue(),
		service_id: String(SERVICE_ID),
	});
	const data = {
		URL: `${origin}${CONNECTION_PATH}?${query}`,
		ClientConfig: settings.clientConfig,
	};
	return { status: 200, body: { code: 0, msg: 'ok', data } };
}

/** A body that is not JSON has no credential. */
function parse(rawBody: string): Record<string, unknown> {
	try {
		return (JSON.parse(rawBody) ?? {}) as Record<string, unknown>;
	} catch {
		return {};
	}
}

/** The code by which a client is refused; 0: it is not. */
function refusalOf(
	{ AppID, AppSecret }: Record<string, unknown>,
	{ app, settings, connected }: DiscoveryOptions,
): number {
	if (!AppID || !AppSecret) return NO_CREDENTIAL;
	if (AppID !== app.appId || AppSecret !== app.appSecret) return 1000040345;
	if (app.appType === 'store') return 403;
	return connected < settings.connectionLimit ? 0 : CONNECTION_LIMIT_EXCEEDED;
}

function refusal(code: number) {
	const msg = CODES[code] ?? `code ${code}`;
	const error = { id: randomUUID(), localizedMessage: { locale: 'zh-CN', message: msg } };
	return { code, msg, data: { URL: '' }, error };
}
