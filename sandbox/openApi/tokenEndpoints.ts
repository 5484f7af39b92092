import type { SandboxApp } from '../app';
import type { Tickets } from '../events/tickets';
import type { Tenants } from '../tenant/tenants';
import { FeishuError } from './codes';
import type { Tokens } from './tokens';

const APP_ID = /^cli_[0-9a-f]{16}$/i;

/** Reads the texts a body must have. */
function read<Name extends string>(rawBody: string, ...names: Name[]): Record<Name, string> {
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
) {
	if (app_id !== app.appId) {
		throw APP_ID.test(app_id)
			? new FeishuError(10014, { msg: 'app id not exists' })
			: new FeishuError(10003);
	}
	if (app_secret !== app.appSecret) throw new FeishuError(10014);
}

export interface TokenEndpointOptions {
	app: SandboxApp;
	tenants: Tenants;
	tickets: Tickets;
	/** Owned by tenants. */
	tokens: Tokens;
	/** Owned by the app. */
	appTokens: Tokens;
}

/**
 * The endpoints below `/open-apis/auth/v3`. Their answers are always HTTP 200 and flat (no `data`).
 * Sources: https://open.feishu.cn/document/server-docs/authentication-management/access-token/ with
 * tenant_access_token_internal, app_ticket_resend, app_access_token and tenant_access_token.
 */
export const tokenEndpoints = ({
	app,
	tenants,
	tickets,
	tokens,
	appTokens,
}: TokenEndpointOptions): Record<string, (rawBody: string) => object> => ({
	/** 自建应用获取 tenant_access_token */
	'/tenant_access_token/internal'(rawBody) {
		checkApp(read(rawBody, 'app_id', 'app_secret'), app);
		// What a store app is told here is not documented; this is the generic code for wrong app information.
		if (app.appType === 'store') throw new FeishuError(10005);
		const { token, expire } = tokens.issue(app.tenantKey);
		return { code: 0, msg: 'ok', tenant_access_token: token, expire };
	},

	/** 重新获取 app_ticket */
	'/app_ticket/resend'(rawBody) {
		checkApp(read(rawBody, 'app_id', 'app_secret'), app);
		if (app.appType !== 'store') throw new FeishuError(10016);
		tickets.resend();
		return { code: 0, msg: 'success' };
	},

	/** 商店应用获取 app_access_token. A self-built app has no ticket, so no ticket is right; its code is not documented. */
	'/app_access_token'(rawBody) {
		const body = read(rawBody, 'app_id', 'app_secret', 'app_ticket');
		checkApp(body, app);
		if (!tickets.isValid(body.app_ticket)) throw new FeishuError(10012);
		const { token, expire } = appTokens.issue(app.appId);
		return { code: 0, msg: 'success', app_access_token: token, expire };
	},

	/** 商店应用获取 tenant_access_token. The code for a dead app_access_token is not documented. */
	'/tenant_access_token'(rawBody) {
		const { app_access_token, tenant_key } = read(rawBody, 'app_access_token', 'tenant_key');
		if (appTokens.ownerOf(app_access_token) !== app.appId || !tenants.find(tenant_key))
			throw new FeishuError(10013);
		const { token, expire } = tokens.issue(tenant_key);
		return { code: 0, msg: 'success', tenant_access_token: token, expire };
	},
});
