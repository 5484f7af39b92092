import type { SandboxApp } from '../app';
import type { AppTickets } from '../events/appTickets';
import type { Tenants } from '../tenant/tenants';
import { FeishuError } from './codes';
import type { Tokens } from './tokens';

const APP_ID = /^cli_[0-9a-f]{16}$/i;

/** Reads the texts a body must have. */
function readFields<Name extends string>(rawBody: string, ...names: Name[]): Record<Name, string> {
	let body: Partial<Record<Name, unknown>> | null;
	try {
		body = JSON.parse(rawBody) as typeof body;
	} catch {
		throw new FeishuError(10003);
	}
	const isText = (name: Name) => typeof body?.[name] === 'string' && body[name] !== '';
	if (!names.every(isText)) throw new FeishuError(10003);
	return body as Record<Name, string>;
}

function checkApp(
	{ app_id, app_secret }: Record<'app_id' | 'app_secret', string>,
	app: SandboxApp,
): void {
	if (app_id !== app.appId) {
		throw APP_ID.test(app_id)
			? new FeishuError(10014, { msg: 'app id not exists' })
			: new FeishuError(10003);
	}
	if (app_secret !== app.appSecret) throw new FeishuError(10014);
}

/** What the token endpoints work on. */
export interface Authentication {
	app: SandboxApp;
	tenants: Tenants;
	tickets: AppTickets;
	/** Owned by tenants. */
	tokens: Tokens;
	/** Owned by the app. */
	appTokens: Tokens;
}

export interface TokenEndpoint {
	/** By which recorded calls and the page name it. */
	name: string;
	/** Path below `/open-apis/auth/v3`. */
	path: string;
	/** Gives the whole answer. */
	handle: (rawBody: string, authentication: Authentication) => object;
}

/**
 * The endpoints below `/open-apis/auth/v3`. Their answers are always HTTP 200 and flat (no `data`).
 * Sources: https://open.feishu.cn/document/server-docs/authentication-management/access-token/ with
 * tenant_access_token_internal, app_ticket_resend, app_access_token and tenant_access_token.
 */
export const TOKEN_ENDPOINTS: TokenEndpoint[] = [
	{
		// 自建应用获取 tenant_access_token
		name: 'getSelfBuiltToken',
		path: '/tenant_access_token/internal',
		handle(rawBody, { app, tokens }) {
			checkApp(readFields(rawBody, 'app_id', 'app_secret'), app);
			// What a store app gets here is not documented; this is the generic code for wrong app information.
			if (app.appType === 'store') throw new FeishuError(10005);
			const { token, expire } = tokens.issue(app.tenantKey);
			return { code: 0, msg: 'ok', tenant_access_token: token, expire };
		},
	},
	{
		// 重新获取 app_ticket
		name: 'resendAppTicket',
		path: '/app_ticket/resend',
		handle(rawBody, { app, tickets }) {
			checkApp(readFields(rawBody, 'app_id', 'app_secret'), app);
			if (app.appType !== 'store') throw new FeishuError(10016);
			tickets.resend();
			return { code: 0, msg: 'success' };
		},
	},
	{
		// 商店应用获取 app_access_token. A self-built app has no ticket, so none is valid; its code is not documented.
		name: 'getAppToken',
		path: '/app_access_token',
		handle(rawBody, { app, tickets, appTokens }) {
			const body = readFields(rawBody, 'app_id', 'app_secret', 'app_ticket');
			checkApp(body, app);
			if (!tickets.isValid(body.app_ticket)) throw new FeishuError(10012);
			const { token, expire } = appTokens.issue(app.appId);
			return { code: 0, msg: 'success', app_access_token: token, expire };
		},
	},
	{
		// 商店应用获取 tenant_access_token. The code for an invalid app_access_token is not documented.
		name: 'getTenantToken',
		path: '/tenant_access_token',
		handle(rawBody, { app, tenants, tokens, appTokens }) {
			const { app_access_token, tenant_key } = readFields(
				rawBody,
				'app_access_token',
				'tenant_key',
			);
			if (appTokens.ownerOf(app_access_token) !== app.appId || !tenants.find(tenant_key))
				throw new FeishuError(10013);
			const { token, expire } = tokens.issue(tenant_key);
			return { code: 0, msg: 'success', tenant_access_token: token, expire };
		},
	},
];
