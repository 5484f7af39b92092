/**
 * Access tokens and their cache, which is the credential.
 *
 * Feishu gives an app a tenant access token that lives for two hours at most. It answers an expired or revoked token
 * with HTTP 400, sometimes 200, and a code: never 401, the one status on which n8n renews a token by itself. So this
 * package renews tokens itself, before they expire and when Feishu rejects one.
 *
 * A token is kept in hidden fields of the credential, encrypted, shared by all executions and processes. n8n writes
 * there only what `preAuthentication` of the credential returns, and calls that when the field `accessToken` is empty.
 * When a node needs a token, one call per app and tenant (`TokenManager`) requests it, then hands it to n8n with a
 * request that is never sent (`credentialState.ts`); all others wait for the token, not for that call. When another
 * node uses the credential, such as HTTP Request, `preAuthentication` requests the token itself.
 *
 * Up to 2.32 n8n stores everything that the credential held at that moment, with its expressions resolved. The tenant
 * of a store app therefore never comes from an expression in the credential: it is in the node's options, and travels
 * in `callTenantKey`, which every call sets anew and nobody reads out of the store.
 *
 * A store app has a token for each tenant (`tenantTokens`). It gets them with an app token, and that with the ticket
 * that Feishu sends to the trigger every hour (`appTicket.ts`).
 */
import { createHash } from 'crypto';
import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { addressField, type FeishuApp, type FeishuCredentials, readApp } from '../app';
import { type Clock, systemClock } from '../clock';
import { EMPTY_TENANT_KEY } from '../errors/codes';
import { appTicketRequests } from './appTicket';
import { AuthError } from './authError';
import type { CredentialState } from './credentialState';
import { postAuth, STALE_TICKET_CODE } from './postAuth';

/** A token this close to its expiry may expire before the call arrives. */
const EXPIRY_MARGIN_MS = 3 * 60_000;

/** Makes n8n request a token and authenticate again, which it does for an error of HTTP status 401 only. */
export class TokenRequiredError extends Error {
	readonly response = { status: 401 };
}

/** A tenant access token. */
export interface Token {
	accessToken: string;
	/** Milliseconds since 1970. */
	expiresAt: number;
	/** Fingerprint of the settings that it was fetched with: once they are changed, it no longer belongs to them. */
	fetchedWith: string;
}

const fingerprint = ({ baseUrl, isStoreApp, appId, appSecret }: FeishuApp): string =>
	createHash('sha256')
		.update(JSON.stringify([baseUrl, isStoreApp, appId, appSecret]))
		.digest('base64');

function readTenantTokens({ tenantTokens }: FeishuCredentials): Map<string, Token> {
	return new Map(Object.entries(JSON.parse(tenantTokens || '{}') as Record<string, Token>));
}

/** The token that is cached in the credential for the app and its tenant, expired or not. */
export function cachedToken(credentials: FeishuCredentials, app: FeishuApp): Token | undefined {
	const { accessToken, expiresAt, fetchedWith } = credentials;
	const token = app.isStoreApp
		? readTenantTokens(credentials).get(app.tenantKey)
		: { accessToken, expiresAt, fetchedWith };
	return token?.accessToken && token.fetchedWith === fingerprint(app) ? token : undefined;
}

/** An app with a token to send calls with. */
export interface Authorization {
	app: FeishuApp;
	credentials: FeishuCredentials;
	accessToken: string;
}

/** The app with the token that the credential holds; undefined when that expires soon, or was rejected. */
export function findAuthorization(
	credentials: FeishuCredentials,
	clock: Clock,
	rejectedToken?: string,
): Authorization | undefined {
	const app = readApp(credentials);
	const token = cachedToken(credentials, app);
	const isUsable =
		token &&
		token.accessToken !== rejectedToken &&
		token.expiresAt - EXPIRY_MARGIN_MS > clock.now();
	return isUsable ? { app, credentials, accessToken: token.accessToken } : undefined;
}

function toToken(app: FeishuApp, body: IDataObject, clock: Clock): Token {
	const { tenant_access_token: accessToken, expire } = body;
	if (typeof accessToken === 'string' && accessToken && typeof expire === 'number') {
		return {
			accessToken,
			expiresAt: clock.now() + expire * 1000,
			fetchedWith: fingerprint(app),
		};
	}
	throw new AuthError({
		message: "Feishu's answer contains no access token",
		description: `Check ${addressField(app.baseUrl)} in the credential.`,
	});
}

const isStaleTicket = (error: unknown): boolean =>
	error instanceof AuthError && error.facts.code === STALE_TICKET_CODE;

/** Pages "app_access_token" and "tenant_access_token". */
async function requestTenantToken(
	this: IHttpRequestHelper,
	app: FeishuApp,
	credentials: FeishuCredentials,
	clock: Clock,
): Promise<CredentialState> {
	if (!app.tenantKey) throw new AuthError(EMPTY_TENANT_KEY);
	const { appTicketToken } = credentials;
	if (!appTicketToken) throw await appTicketRequests.request(this, app);

	const appBody = { app_id: app.appId, app_secret: app.appSecret, app_ticket: appTicketToken };
	let appAccessToken: unknown;
	try {
		({ app_access_token: appAccessToken } = await postAuth.call(
			this,
			app,
			'app_access_token',
			appBody,
		));
	} catch (error) {
		throw isStaleTicket(error) ? await appTicketRequests.request(this, app) : error;
	}
	const tenantBody = { app_access_token: String(appAccessToken), tenant_key: app.tenantKey };
	const body = await postAuth.call(this, app, 'tenant_access_token', tenantBody);
	const token = toToken(app, body, clock);
	const living = [...readTenantTokens(credentials)].filter(
		([, { expiresAt }]) => expiresAt > clock.now(),
	);
	const tokens = Object.fromEntries([...living, [app.tenantKey, token]]);
	return { ...token, tenantTokens: JSON.stringify(tokens) };
}

/**
 * Requests a tenant access token: for a self-built app with its secret (page "tenant_access_token_internal"), for a
 * store app with its ticket. Returns the state to store in the credential.
 *
 * @throws AuthError that says which credential field is missing, or why the request failed
 */
export async function requestAccessToken(
	this: IHttpRequestHelper,
	credentials: FeishuCredentials,
	clock: Clock = systemClock,
): Promise<CredentialState> {
	const app = readApp(credentials);
	if (app.isStoreApp) return await requestTenantToken.call(this, app, credentials, clock);
	const body = { app_id: app.appId, app_secret: app.appSecret };
	const answer = await postAuth.call(this, app, 'tenant_access_token/internal', body);
	return { ...toToken(app, answer, clock) };
}
